internal import Inputs
internal import Networks

/// A table of measured block latencies that stands for a device: a network takes their sum.
struct BlockLatencies: Sendable {
  /// Milliseconds by name of the block, by resolution of the network's input.
  private var milliseconds: [Int: [String: Double]] = [:]

  /// Reads a table; throws when two entries have the same name.
  init(_ rows: [ReferenceRow]) throws(InputError) {
    for row in rows {
      let (resolution, name) = (try row.whole("resolution"), try Self.name(row))
      let value = try row.real("milliseconds")
      guard milliseconds[resolution, default: [:]].updateValue(value, forKey: name) == nil else {
        throw InputError("a second entry `\(name)` at resolution \(resolution)", file: nil)
      }
    }
  }

  private static func name(_ row: ReferenceRow) throws(InputError) -> String {
    var inside: [Int] = []
    if try !row.text("expand").isEmpty {
      for property in MobileBlocks.properties { inside.append(try row.whole(property)) }
    }
    return MobileBlocks.name(
      try row.text("kind"), from: try row.text("input"), to: try row.text("output"),
      inside: inside)
  }

  /// Number of entries at each resolution.
  var counts: [(resolution: Int, entries: Int)] {
    milliseconds.map { ($0, $1.count) }.sorted { $0.0 < $1.0 }
  }

  /// The latency of a network; throws when the table lacks one of its blocks.
  func latency(of layers: [Layer]) throws(InputError) -> Double {
    let resolution = layers.first?.inputRows ?? 0
    var sum = 0.0
    for name in try MobileBlocks(layers).names {
      guard let value = milliseconds[resolution]?[name] else {
        throw InputError("no entry `\(name)` at resolution \(resolution)", file: nil)
      }
      sum += value
    }
    return sum
  }
}
