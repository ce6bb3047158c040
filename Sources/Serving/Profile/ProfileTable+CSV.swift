public import Inputs
internal import Specs
internal import Units

extension ProfileTable {
  private static let required = [
    "subnet", "subgraph", "batch", "latency_s", "energy_j", "dram_bytes", "accuracy",
  ]
  private static let optional = ["weight_bytes", "resident_bytes", "load_bytes", "load_s"]

  /// The table as CSV in SI base units, one row per cell.
  ///
  /// The seven columns `subnet,subgraph,batch,latency_s,energy_j,dram_bytes,accuracy` are always
  /// there; `weight_bytes` and `resident_bytes` where they are known, `load_bytes` and `load_s`
  /// where loads are not free. Encodings and transitions are not written.
  public var csv: String {
    let hasWeights = !resident.isEmpty && subnets.allSatisfy { $0.weightBytes != nil }
    let hasLoads = subgraphs.contains { $0.load != Load() }
    var header = Self.required
    if hasWeights { header += ["weight_bytes", "resident_bytes"] }
    if hasLoads { header += ["load_bytes", "load_s"] }
    var lines = [header.joined(separator: ",")]
    for (row, subnet) in subnets.enumerated() {
      for (column, subgraph) in subgraphs.enumerated() {
        for (index, size) in batches.enumerated() {
          let cell = cell(row, column, batch: index)
          var fields = [
            CSVText.cell(subnet.name), CSVText.cell(subgraph.name), "\(size)",
            "\(cell.latency.seconds)", DecimalText.scaled(cell.energy.value, byPowerOfTen: -12),
            "\(cell.dramBytes.count)",
            "\(subnet.accuracy)",
          ]
          if hasWeights {
            fields.append("\(subnet.weightBytes?.count ?? 0)")
            fields.append("\(resident[row * subgraphs.count + column].count)")
          }
          if hasLoads {
            fields += ["\(subgraph.load.bytes.count)", "\(subgraph.load.time.seconds)"]
          }
          lines.append(fields.joined(separator: ","))
        }
      }
    }
    return lines.map { $0 + "\n" }.joined()
  }

  /// Reads the text of `file` as `csv` writes it, columns and rows in any order.
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
