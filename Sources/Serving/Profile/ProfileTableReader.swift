internal import Architectures
internal import Components
internal import Inputs
internal import Units

/// Collects the rows of a CSV file into a table.
struct ProfileTableReader {
  private struct Key: Hashable {
    let subnet: Int
    let subgraph: Int
    let batch: Int
  }

  private let file: String
  /// By the column that states energies.
  private var unit = EnergyUnit.picojoule
  private var subnets: [ProfileTable.Subnet] = []
  private var subgraphs: [ProfileTable.Column] = []
  private var subnetIndices: [String: Int] = [:]
  private var subgraphIndices: [String: Int] = [:]
  private var batches: Set<Int> = []
  private var cells: [Key: (cell: ProfileTable.Cell, line: Int)] = [:]
  private var resident: [Key: Bytes] = [:]
  private var hasEnergy = true
  private var hasTraffic = true
  /// Of the first row; nil before it and where there is no such column.
  private var loadEnergyPerByte: Picojoules?

  init(file: String) { self.file = file }

  mutating func add(
    _ fields: [CSVLine.Field], columns: [String], line: Int
  ) throws(InputError) {
    let place = SourceLocation(file: file, line: line, column: 1)
    guard fields.count == columns.count else {
      throw InputError("expected \(columns.count) columns, found \(fields.count)", at: place)
    }
    let row = Row(fields: fields, columns: columns)
    unit = EnergyUnit.allCases.first { row.has($0.key) } ?? .picojoule
    hasEnergy = row.has(unit.key)
    hasTraffic = row.has("dram_bytes")
    try readPrice(row)
    let subnet = ProfileTable.Subnet(
      name: try row.name("subnet"), accuracy: try row.number("accuracy", in: 0...1),
      weightBytes: try row.whole("weight_bytes").map { Bytes($0) })
    let subgraph = ProfileTable.Column(
      name: row.has("subgraph") ? try row.name("subgraph") : ProfileTable.emptySubgraph,
      load: ProfileTable.Load(
        bytes: Bytes(try row.whole("load_bytes") ?? 0),
        time: row.has("load_s")
          ? SimulationTime(seconds: try row.number("load_s", in: 0...1e6)) : SimulationTime(0)))
    let i = try Self.index(subnet, subnet.name, &subnets, &subnetIndices, place)
    let j = try Self.index(subgraph, subgraph.name, &subgraphs, &subgraphIndices, place)
    guard let batch = try row.whole("batch"), (1...65536).contains(batch) else {
      throw row.error("batch", "a batch size from 1 to 65536")
    }
    batches.insert(batch)
    let cell = ProfileTable.Cell(
      latency: SimulationTime(seconds: try row.number("latency_s", in: 1e-12...1e6)),
      energy: hasEnergy ? try energy(row, unit.key, below: 1e12) : .zero,
      dramBytes: Bytes(try row.whole("dram_bytes") ?? 0))
    let key = Key(subnet: i, subgraph: j, batch: batch)
    if let old = cells.updateValue((cell, line), forKey: key) {
      throw InputError(
        "\(subnet.name), \(subgraph.name), batch \(batch) is already on line \(old.line)",
        at: place)
    }
    let held = Key(subnet: i, subgraph: j, batch: 0)
    if let bytes = try row.whole("resident_bytes").map({ Bytes($0) }),
      let old = resident.updateValue(bytes, forKey: held), old != bytes
    {
      throw row.error("resident_bytes", "\(old.count), as on an earlier line")
    }
  }

  /// The energy of a loaded byte, the same in every row.
  private mutating func readPrice(_ row: Row) throws(InputError) {
    let column = ProfileTable.priceColumn(unit)
    guard row.has(column) else { return }
    let price = try energy(row, column, below: 1)
    if let old = loadEnergyPerByte, old != price {
      throw row.error(column, "the same number as on an earlier line")
    }
    loadEnergyPerByte = price
  }

  /// An energy, at most `limit` joules or so many picounits of a relative table.
  private func energy(
    _ row: Row, _ column: String, below limit: Double
  ) throws(InputError) -> Picojoules {
    Picojoules(
      unit.isAbsolute
        ? try row.number(column, in: 0...limit, byPowerOfTen: 12)
        : try row.number(column, in: 0...limit * 1e12))
  }

  /// The number of an item that must be described equally in all its rows.
  private static func index<Item: Equatable>(
    _ item: Item, _ name: String, _ items: inout [Item], _ indices: inout [String: Int],
    _ place: SourceLocation
  ) throws(InputError) -> Int {
    if let index = indices[name] {
      guard items[index] == item else {
        throw InputError(
          "\(name) has another accuracy, size or load cost than on an earlier line", at: place)
      }
      return index
    }
    indices[name] = items.count
    items.append(item)
    return items.count - 1
  }

  func table() throws(InputError) -> ProfileTable {
    let sizes = batches.sorted()
    var ordered: [ProfileTable.Cell] = []
    ordered.reserveCapacity(cells.count)
    var held: [Bytes] = []
    for i in subnets.indices {
      for j in subgraphs.indices {
        for size in sizes {
          guard let found = cells[Key(subnet: i, subgraph: j, batch: size)] else {
            throw InputError(
              "no row for \(subnets[i].name), \(subgraphs[j].name), batch \(size)", file: file)
          }
          ordered.append(found.cell)
        }
        if let bytes = resident[Key(subnet: i, subgraph: j, batch: 0)] { held.append(bytes) }
      }
    }
    do {
      return try ProfileTable(
        subnets: subnets, subgraphs: subgraphs, batches: sizes, cells: ordered, resident: held,
        energyUnit: unit, hasEnergy: hasEnergy, hasTraffic: hasTraffic,
        loadEnergyPerByte: loadEnergyPerByte)
    } catch {
      throw InputError(error.description, file: file)
    }
  }

  /// The fields of one line by column.
  private struct Row {
    let fields: [CSVLine.Field]
    let columns: [String]

    func has(_ column: String) -> Bool { columns.contains(column) }

    private func field(_ column: String) -> CSVLine.Field? {
      columns.firstIndex(of: column).map { fields[$0] }
    }

    func error(_ column: String, _ expected: String) -> InputError {
      guard let field = field(column) else { return InputError("missing \(column)", file: nil) }
      let found = field.text.isEmpty ? "nothing" : "`\(field.text)`"
      return InputError("expected \(expected), found \(found)", at: field.place, path: column)
    }

    func name(_ column: String) throws(InputError) -> String {
      guard let field = field(column), !field.text.isEmpty else {
        throw error(column, "a name")
      }
      return CSVText.text(field.text)
    }

    func number(
      _ column: String, in range: ClosedRange<Double>, byPowerOfTen power: Int = 0
    ) throws(InputError) -> Double {
      guard let field = field(column), let value = Double(field.text), range.contains(value),
        let scaled = power == 0 ? value : DecimalText.parse(field.text, byPowerOfTen: power)
      else {
        throw error(column, "a number from \(range.lowerBound) to \(range.upperBound)")
      }
      return scaled
    }

    func whole(_ column: String) throws(InputError) -> Int? {
      guard let field = field(column) else { return nil }
      guard let value = Int(field.text), (0...1 << 53).contains(value) else {
        throw error(column, "a whole number")
      }
      return value
    }
  }
}
