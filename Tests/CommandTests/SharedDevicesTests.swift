import Foundation
import Testing

/// Answers: does the scenario with classes, cascades, unequal devices, shared memories and an outage show
/// all of them in what becomes of its queries, which are followed here a second time.
struct SharedDevicesTests {
  /// A service that was started: a batch, once for all its queries.
  private struct Start: Hashable {
    let device: Int
    let subnet: String
    let time: Double
  }

  private struct Row {
    let values: [String: String]
    let pieces: [Start]

    init(_ values: [String: String]) throws {
      self.values = values
      pieces = try #require(values["piece_list"]).split(separator: ";").map { text in
        let parts = text.split { $0 == "@" || $0 == ":" }
        return Start(
          device: try #require(Int(parts[1])), subnet: String(parts[0]),
          time: try #require(Double(parts[2])))
      }
    }

    /// The sub-networks in turn, one that a failure interrupted once.
    var chain: [String] {
      pieces.map(\.subnet).reduce(into: []) { if $0.last != $1 { $0.append($1) } }
    }
  }

  private static let outage = 6.0..<9.0
  /// By device, in bytes.
  private static let memories = [64 << 20, 64 << 20, 80 << 20]

  /// The queries of the shipped scenario with one seed, by run.
  private static func serve() throws -> [String: [Row]] {
    let path = "workloads/scenarios/shared-devices.yaml"
    let text = try String(contentsOf: Program.root.appendingPathComponent(path), encoding: .utf8)
    #expect(text.contains("seeds: [1, 2, 3]") && text.contains("at: 6 s, back: 9 s"))
    let scratch = try Scratch()
    let one = try scratch.file("one.yaml", text.replacingOccurrences(of: "[1, 2, 3]", with: "[1]"))
    let queries = scratch.path("queries.csv")
    let outcome = try Program.run(["serve", one, "--quiet", "--queries", queries])
    #expect(outcome.code == 0, "\(outcome.errors)")
    let lines = try String(contentsOfFile: queries, encoding: .utf8).split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    let rows = try lines.dropFirst().map {
      try Row(Dictionary(uniqueKeysWithValues: zip(lines[0], $0)))
    }
    return Dictionary(grouping: rows) { $0.values["run"] ?? "" }
  }

  /// The bytes of each sub-network's weights.
  private static func weights() throws -> [String: Int] {
    let outcome = try Program.run("profile sushi-analytic ofa-resnet50 --batches 1 --format csv")
    let lines = outcome.text.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    let column = try #require(lines.first?.firstIndex(of: "weight_bytes"))
    return Dictionary(
      lines.dropFirst().compactMap { line in Int(line[column]).map { (line[0], $0) } }
    ) {
      first, _ in first
    }
  }

  @Test func theyShareTheDevices() throws {
    let runs = try Self.serve()
    let weights = try Self.weights()
    #expect(runs.count == 4 && weights.count == 6)
    for (name, rows) in runs {
      #expect(rows.count == 6000, "\(name)")
      try piecesAreThoseOfTheirClass(rows)
      outageIsKept(rows)
      try memoryIsThatOfAReplay(rows, weights, name)
    }
  }

  private func piecesAreThoseOfTheirClass(_ rows: [Row]) throws {
    let chains = ["alarm": ["0.6B", "4.1B"], "camera": ["0.6B", "1.8B"]]
    for row in rows {
      let name = try #require(row.values["class"])
      let isServed = ["met", "late"].contains(row.values["outcome"])
      if let chain = chains[name] {
        #expect(isServed ? row.chain == chain : chain.starts(with: row.chain))
      } else {
        #expect(row.chain.count <= 1 && row.chain.allSatisfy(["0.9B", "2.4B", "3.7B"].contains))
      }
    }
    let counts = Dictionary(grouping: rows) { $0.values["class"] ?? "" }.mapValues(\.count)
    for (name, share) in ["alarm": 0.2, "camera": 0.5, "archive": 0.3] {
      // Four standard deviations of 6000 draws are below 2.6 points.
      #expect(abs(Double(counts[name] ?? 0) / 6000 - share) < 0.026)
    }
  }

  private func outageIsKept(_ rows: [Row]) {
    let starts = Set(rows.flatMap(\.pieces))
    let fast = starts.filter { $0.device == 2 }.map(\.time)
    #expect(!fast.contains { Self.outage.contains($0) })
    #expect(fast.contains { $0 < 6 } && fast.contains { $0 >= 9 })
    #expect(starts.contains { $0.device < 2 && Self.outage.contains($0.time) })
  }

  /// Loads and evictions, a second time: a memory keeps what was used last, and the detector.
  private func memoryIsThatOfAReplay(
    _ rows: [Row], _ weights: [String: Int], _ name: String
  ) throws {
    var loaded = 0
    for device in 0..<3 {
      // From the one used longest ago to the one used last.
      var held = ["0.6B"]
      var hasFailed = false
      let starts = Set(rows.flatMap(\.pieces).filter { $0.device == device })
      for start in starts.sorted(by: { $0.time < $1.time }) {
        if device == 2, !hasFailed, start.time >= 6 {
          hasFailed = true
          held = []
        }
        if let index = held.firstIndex(of: start.subnet) {
          held.append(held.remove(at: index))
          continue
        }
        let bytes = try #require(weights[start.subnet])
        loaded += bytes
        while held.compactMap({ weights[$0] }).reduce(bytes, +) > Self.memories[device] {
          held.remove(at: try #require(held.firstIndex { $0 != "0.6B" }))
        }
        held.append(start.subnet)
      }
    }
    let recorded = try rows.reduce(0) {
      try $0 + #require($1.values["model_bytes_loaded"].flatMap(Int.init))
    }
    #expect(recorded == loaded && loaded > 1 << 30, "\(name)")
  }
}
