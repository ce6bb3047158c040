public import Inputs
internal import Specs
internal import Units

extension ProfileTable {
  private static let required = ["subnet", "batch", "latency_s", "accuracy"]
  private static let optional = [
    "subgraph", "energy_j", "dram_bytes", "weight_bytes", "resident_bytes", "load_bytes", "load_s",
    "load_j_per_byte",
  ]

  /// The table as CSV in SI base units, one row per cell.
  ///
  /// The columns `subnet,subgraph,batch,latency_s,accuracy` are always there, before `accuracy` also
  /// `energy_j` and `dram_bytes`, after it `weight_bytes` and `resident_bytes` where they are known,
  /// `load_bytes` and `load_s` where loads are not free, and `load_j_per_byte` where their energy is
  /// known. Encodings and transitions are not written.
  public var csv: String {
    let hasWeights = !resident.isEmpty && subnets.allSatisfy { $0.weightBytes != nil }
    let hasLoads = subgraphs.contains { $0.load != Load() }
    var header = ["subnet", "subgraph", "batch", "latency_s"]
    if hasEnergy { header.append("energy_j") }
    if hasTraffic { header.append("dram_bytes") }
    header.append("accuracy")
    if hasWeights { header += ["weight_bytes", "resident_bytes"] }
    if hasLoads { header += ["load_bytes", "load_s"] }
    let price = hasLoads ? loadEnergyPerByte : nil
    if price != nil { header.append("load_j_per_byte") }
    var lines = [header.joined(separator: ",")]
    for (row, subnet) in subnets.enumerated() {
      for (column, subgraph) in subgraphs.enumerated() {
        for (index, size) in batches.enumerated() {
          let cell = cell(row, column, batch: index)
          var fields = [
            CSVLine.quoted(subnet.name), CSVLine.quoted(subgraph.name), "\(size)",
            "\(cell.latency.seconds)",
          ]
          if hasEnergy { fields.append(DecimalText.scaled(cell.energy.value, byPowerOfTen: -12)) }
          if hasTraffic { fields.append("\(cell.dramBytes.count)") }
          fields.append("\(subnet.accuracy)")
          if hasWeights {
            fields.append("\(subnet.weightBytes?.count ?? 0)")
            fields.append("\(resident[row * subgraphs.count + column].count)")
          }
          if hasLoads {
            fields += ["\(subgraph.load.bytes.count)", "\(subgraph.load.time.seconds)"]
          }
          if let price { fields.append(DecimalText.scaled(price.value, byPowerOfTen: -12)) }
          lines.append(fields.joined(separator: ","))
        }
      }
    }
    return lines.map { $0 + "\n" }.joined()
  }

  /// Reads the text of `file` as `csv` writes it, columns and rows in any order.
  ///
  /// A table that was measured may leave out `subgraph`, so that nothing is cached, `energy_j` and
  /// `dram_bytes`.
  public init(parsingCSV text: String, file: String) throws(InputError) {
    var reader = ProfileTableReader(file: file)
    var columns: [String]?
    var number = 0
    for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
      number += 1
      if line.isEmpty { continue }
      let fields = try CSVLine.fields(
        line, at: SourceLocation(file: file, line: number, column: 1))
      if let columns {
        try reader.add(fields, columns: columns, line: number)
      } else {
        columns = try Self.header(fields)
      }
    }
    guard columns != nil else { throw InputError("the table is empty", file: file) }
    self = try reader.table()
  }

  private static func header(_ fields: [CSVLine.Field]) throws(InputError) -> [String] {
    let known = required + optional
    var seen: [String] = []
    for field in fields {
      guard known.contains(field.text) else {
        let near = nearestName(to: field.text, among: known).map { ", did you mean `\($0)`?" }
        throw InputError(
          "unknown column `\(field.text)`"
            + (near ?? ", expected \(known.joined(separator: ", "))"), at: field.place)
      }
      guard !seen.contains(field.text) else {
        throw InputError("column `\(field.text)` appears twice", at: field.place)
      }
      seen.append(field.text)
    }
    for name in required where !seen.contains(name) {
      throw InputError(
        "missing column `\(name)`",
        at: SourceLocation(file: fields.first?.place.file ?? "", line: 1, column: 1))
    }
    return seen
  }
}
