internal import Architectures
public import Inputs
internal import Units

extension ProfileTable {
  private static let required = ["subnet", "batch", "latency_s", "accuracy"]
  /// Columns of energies, of which a table has at most one.
  static let energies = EnergyUnit.allCases.map(\.key)
  private static let optional = [
    "subgraph", "dram_bytes", "weight_bytes", "resident_bytes", "load_bytes", "load_s",
  ]

  /// The table as CSV in SI base units, one row per cell.
  ///
  /// The columns `subnet,subgraph,batch,latency_s,accuracy` are always there, before `accuracy` also
  /// `energy_j` (of a relative energy table
  /// `energy_macs` or `energy_units`) and `dram_bytes`, after it `weight_bytes` and `resident_bytes` where they are known,
  /// `load_bytes` and `load_s` where loads are not free, and `energy_j_per_loaded_byte` where their energy is
  /// known. Encodings and transitions are not written.
  public var csv: String {
    let hasWeights = !resident.isEmpty && subnets.allSatisfy { $0.weightBytes != nil }
    let hasLoads = subgraphs.contains { $0.load != Load() }
    var header = ["subnet", "subgraph", "batch", "latency_s"]
    if hasEnergy { header.append(energyUnit.key) }
    if hasTraffic { header.append("dram_bytes") }
    header.append("accuracy")
    if hasWeights { header += ["weight_bytes", "resident_bytes"] }
    if hasLoads { header += ["load_bytes", "load_s"] }
    let price = hasLoads ? loadEnergyPerByte : nil
    if price != nil { header.append(Self.priceColumn(energyUnit)) }
    // One text: a list of lines takes several times as much memory.
    var text = header.joined(separator: ",") + "\n"
    for (row, subnet) in subnets.enumerated() {
      for (column, subgraph) in subgraphs.enumerated() {
        for (index, size) in batches.enumerated() {
          let cell = cell(row, column, batch: index)
          var fields = [
            CSVText.cell(subnet.name), CSVText.cell(subgraph.name), "\(size)",
            "\(cell.latency.seconds)",
          ]
          if hasEnergy { fields.append(energyText(cell.energy)) }
          if hasTraffic { fields.append("\(cell.dramBytes.count)") }
          fields.append("\(subnet.accuracy)")
          if hasWeights {
            fields.append("\(subnet.weightBytes?.count ?? 0)")
            fields.append("\(resident[row * subgraphs.count + column].count)")
          }
          if hasLoads {
            fields += ["\(subgraph.load.bytes.count)", "\(subgraph.load.time.seconds)"]
          }
          if let price { fields.append(energyText(price)) }
          text += fields.joined(separator: ",")
          text += "\n"
        }
      }
    }
    return text
  }

  /// The column of the energy of a loaded byte: `energy_j_per_loaded_byte`.
  static func priceColumn(_ unit: EnergyUnit) -> String { "\(unit.key)_per_loaded_byte" }

  /// In joules, or in the relative unit.
  private func energyText(_ energy: Picojoules) -> String {
    energyUnit.isAbsolute
      ? DecimalText.scaled(energy.value, byPowerOfTen: -12) : "\(energy.value)"
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
    let known = required + energies + optional + EnergyUnit.allCases.map(priceColumn)
    let seen = try CSVLine.names(fields, of: known)
    let stated = energies.filter { seen.contains($0) }
    guard stated.count <= 1 else {
      throw InputError(
        "columns `\(stated[0])` and `\(stated[1])` both state the energy, expected one of them",
        at: SourceLocation(file: fields.first?.place.file ?? "", line: 1, column: 1))
    }
    let unit = EnergyUnit.allCases.first { seen.contains($0.key) } ?? .picojoule
    for field in fields
    where EnergyUnit.allCases.contains(where: { $0 != unit && priceColumn($0) == field.text }) {
      throw InputError(
        "expected column `\(priceColumn(unit))`, in the unit of the other energies, found "
          + "`\(field.text)`", at: field.place)
    }
    for name in required where !seen.contains(name) {
      throw InputError(
        "missing column `\(name)`",
        at: SourceLocation(file: fields.first?.place.file ?? "", line: 1, column: 1))
    }
    return seen
  }
}
