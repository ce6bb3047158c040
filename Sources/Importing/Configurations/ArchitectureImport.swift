internal import Foundation
public import Inputs
internal import Reports

/// Makes an architecture file of a configuration of SCALE-Sim.
///
/// The array, its dataflow, the three memories and the bandwidth go over; SCALE-Sim has no clock, no
/// energy and words of one byte, for which this writes assumptions that the file names.
public struct ArchitectureImport: Sendable {
  /// The architecture file's text.
  public let yaml: String
  /// One line about what was read.
  public let summary: String
  /// What could not be carried over, and what was assumed, one line each.
  public let notes: [String]

  /// Keys that say where addresses begin or what files are called.
  private static let silent: Set<String> = [
    "run_name", "ifmapoffset", "filteroffset", "ofmapoffset",
  ]
  private static let used: Set<String> = [
    "arrayheight", "arraywidth", "ifmapsramszkb", "filtersramszkb", "ofmapsramszkb", "ifmapsramsz",
    "filtersramsz", "ofmapsramsz", "dataflow", "bandwidth", "interfacebandwidth",
  ]
  private static let dataflows = [
    "os": "output-stationary", "ws": "weight-stationary", "is": "input-stationary",
  ]

  /// Reads the configuration at `path` as an architecture named `name`.
  ///
  /// - Throws: `InputError` with line and column where a value is missing or wrong.
  public init(_ path: String, name: String) throws(InputError) {
    let file = try ConfigurationFile(path: path)
    func number(
      _ what: String, _ keys: [String], _ range: ClosedRange<Int>
    ) throws(InputError) -> Int {
      guard let value = keys.lazy.compactMap({ file.value($0) }).first else {
        throw InputError("missing key `\(what)`", file: path)
      }
      guard let number = Int(value.text), range.contains(number) else {
        throw InputError(
          "\(what): expected \(range.lowerBound) to \(range.upperBound), found "
            + ONNXText.quoted(value.text), at: value.place)
      }
      return number
    }
    let rows = try number("ArrayHeight", ["arrayheight"], 1...4096)
    let columns = try number("ArrayWidth", ["arraywidth"], 1...4096)
    let sizes = [
      try number("IfmapSramSzkB", ["ifmapsramszkb", "ifmapsramsz"], 1...1 << 24),
      try number("FilterSramSzkB", ["filtersramszkb", "filtersramsz"], 1...1 << 24),
      try number("OfmapSramSzkB", ["ofmapsramszkb", "ofmapsramsz"], 1...1 << 24),
    ]
    guard let word = file.value("dataflow") else {
      throw InputError("missing key `Dataflow`", file: path)
    }
    guard let dataflow = Self.dataflows[word.text.lowercased()] else {
      throw InputError(
        "Dataflow: expected os, ws or is, found \(ONNXText.quoted(word.text))", at: word.place)
    }
    var notes: [String] = []
    let bandwidth = try Self.bandwidth(file, &notes)
    if bandwidth == nil {
      notes.append(
        "the sizes of the three memories divide layers into tiles here; SCALE-Sim's cycles do not depend on "
          + "them in CALC mode")
    }
    for value in file.values
    where !Self.used.contains(value.key) && !Self.silent.contains(value.key) {
      let off = ["false", "none", "0"].contains(value.text.lowercased())
      if off || value.section == "layout" || Self.isIdle(value, file) { continue }
      notes.append(
        "`\(value.key)` of [\(value.section)], \(ONNXText.quoted(value.text)), is not carried over")
    }
    if file.values.contains(where: { $0.section == "layout" }) {
      notes.append("[layout], the banks of its memories, is not carried over")
    }
    self.notes =
      notes + [
        "assumed: 1 GHz, words of 8 bits, sums of 32 bits, energy table horowitz-45nm; SCALE-Sim has "
          + "none of them"
      ]
    let title = path.split(separator: "/").last.map(String.init) ?? path
    yaml = try Self.text(
      of: path, name: name, title: title, digest: Provenance.Input(fileAt: path).digest,
      array: (rows, columns), dataflow: dataflow, sizes: sizes, bandwidth: bandwidth)
    summary =
      "\(name): \(rows) x \(columns), \(dataflow), buffers of \(sizes[0]), \(sizes[1]) and "
      + "\(sizes[2]) KiB, \(bandwidth.map { "\($0) bytes per cycle and operand" } ?? "bandwidth unlimited")\n"
  }

  /// Words per cycle of each of the three links; nil where SCALE-Sim only says what it would need.
  private static func bandwidth(
    _ file: ConfigurationFile, _ notes: inout [String]
  ) throws(InputError) -> Int? {
    let mode = file.value("interfacebandwidth")
    if let mode, !["calc", "user"].contains(mode.text.lowercased()) {
      throw InputError(
        "InterfaceBandwidth: expected CALC or USER, found \(ONNXText.quoted(mode.text))",
        at: mode.place)
    }
    guard mode?.text.lowercased() == "user" else {
      if let value = file.value("bandwidth") {
        notes.append(
          "`bandwidth`, \(ONNXText.quoted(value.text)), has no effect in CALC mode: memory never stalls"
        )
      }
      return nil
    }
    guard let value = file.value("bandwidth") else {
      throw InputError("missing key `Bandwidth`, which USER mode needs", file: file.path)
    }
    let words = value.text.split(separator: ",", omittingEmptySubsequences: false).map { text in
      Int(text.filter { !$0.isWhitespace })
    }
    guard words.count <= 3, let first = words.first ?? nil,
      words.allSatisfy({ $0.map((1...1 << 20).contains) == true })
    else {
      throw InputError(
        "Bandwidth: expected 1 to \(1 << 20) words per cycle, found \(ONNXText.quoted(value.text))",
        at: value.place)
    }
    if words.contains(where: { $0 != first }) {
      notes.append(
        "`bandwidth`: the first of \(ONNXText.quoted(value.text)) is taken for all three operands")
    }
    return first
  }

  /// Whether a key only matters to a part of SCALE-Sim that the file turns off.
  private static func isIdle(_ value: ConfigurationFile.Value, _ file: ConfigurationFile) -> Bool {
    if value.section == "sparsity" {
      return file.value("sparsitysupport")?.text.lowercased() != "true"
    }
    if value.key == "memorybanks" { return value.text == "1" }
    if value.key == "topologycsvloc" || value.key == "layoutcsvloc" { return true }
    if ["readrequestbuffer", "writerequestbuffer"].contains(value.key) {
      return file.value("useramulatortrace")?.text.lowercased() != "true"
    }
    return false
  }

  private static func text(
    of path: String, name: String, title: String, digest: String, array: (Int, Int),
    dataflow: String, sizes: [Int],
    bandwidth: Int?
  ) throws(InputError) -> String {
    func quoted(_ text: String) throws(InputError) -> String {
      try ImportedText.quoted(text, of: path)
    }
    // Bytes per cycle at 1 GHz are gigabytes per second.
    let link = bandwidth.map { "\($0) GB/s" } ?? "unlimited"
    let dram = bandwidth.map { "\(3 * $0) GB/s" } ?? "unlimited"
    return """
      # Imported by umemaki from a configuration of SCALE-Sim, which has no clock and no energy.
      name: \(try quoted(name))
      summary: \(try quoted("\(array.0) x \(array.1) \(dataflow) systolic array of \(title)."))
      source: \(try quoted("\(title), sha256 \(digest)"))
      frequency: 1 GHz               # assumed: SCALE-Sim has no clock
      layer_overhead: 0 cycles
      precision:                     # assumed: SCALE-Sim counts words, here bytes
        input: 8 bit
        weight: 8 bit
        output: 8 bit
        accumulator: 32 bit
      datapath:
        kind: systolic-array
        rows: \(array.0)
        columns: \(array.1)
        dataflow: \(dataflow)
        folds: serial
        stationary_load: exposed
      memory:
        dram:
          bandwidth: \(dram)
          ports: separate
        transfers:
          input: {bandwidth: \(link), overlap: ping-pong, channel_alignment: 1}
          weight: {bandwidth: \(link), overlap: ping-pong, channel_alignment: 1}
          output: {bandwidth: \(link), overlap: ping-pong, channel_alignment: 1}
        # One half of each memory is used while the other is filled, as in SCALE-Sim.
        buffers:
          - {name: ifmap_buffer, holds: [input], size: \(sizes[0]) KiB, ping_pong: true}
          - {name: filter_buffer, holds: [weight], size: \(sizes[1]) KiB, ping_pong: true}
          - {name: ofmap_buffer, holds: [output], size: \(sizes[2]) KiB, ping_pong: true}
      energy: {table: horowitz-45nm, dram: ddr4-18}
      assumed:
        - {name: clock, origin: assumed, paths: [frequency]}

      """
  }
}
