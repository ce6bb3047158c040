internal import Architectures
internal import Components
internal import Inputs
internal import Units

/// Turns the arrays of an HDF5 file into a table.
struct ProfileTableArrays {
  private static let known = [
    "subnets", "subgraphs", "batches", "accuracy", "latency", "energy", "dram_bytes", "load_bytes",
    "load_time", "energy_per_loaded_byte", "weight_bytes", "resident_bytes", "transition_bytes",
    "transition_time",
    "subnet_encodings", "subgraph_encodings",
  ]
  private static let times = SimulationTime.units.map { ($0.symbol, $0.scale) }
  private static let energies = [
    ("pJ", 1.0), ("nJ", 1e3), ("uJ", 1e6), ("mJ", 1e9), ("J", 1e12),
    (EnergyUnit.mac.symbol, 1), (EnergyUnit.unstated.symbol, 1),
  ]
  private static let bytes = [("B", 1.0)]

  private let file: ArrayFile

  init(_ file: ArrayFile) { self.file = file }

  func table() throws(InputError) -> ProfileTable {
    try checkNames()
    let rows = try names("subnets")
    // Without sub-graphs nothing is cached, and no array has their axis.
    let hasSubgraphs = file.names.contains("subgraphs")
    let columns = hasSubgraphs ? try names("subgraphs") : [ProfileTable.emptySubgraph]
    guard case .int64(let batches) = try array("batches", "[batch]").values else {
      throw error("batches", "expected whole numbers")
    }
    let row = Axis(name: "subnet", count: rows.count)
    let column = Axis(name: "subgraph", count: columns.count)
    let sizes = Axis(name: "batch", count: batches.count)
    let costs = try costs(hasSubgraphs ? [row, column, sizes] : [row, sizes])
    let unit = try energyUnit()
    let price = try optional("energy_per_loaded_byte") { name throws(InputError) in
      // In the unit of the other energies.
      let units = Self.energies.filter { energy in
        let relative = EnergyUnit.allCases.first { !$0.isAbsolute && $0.symbol == energy.0 }
        return (relative ?? .picojoule) == unit
      }
      let prices = units.map { ("\($0.0)/B", $0.1) }
      return try numbers(name, [Axis(name: "price", count: 1)], prices, in: 0...1e12, "J/B")[0]
    }
    let subnets = try subnets(rows, row)
    let resident = try optional("resident_bytes") { name throws(InputError) in
      try wholes(name, [row, column], Self.bytes, "0 B or more")
    }
    let loads = try loads("load", [column])
    let transitions = try self.loads("transition", [column, column])
    do {
      return try ProfileTable(
        subnets: subnets,
        subgraphs: columns.indices.map {
          ProfileTable.Column(name: columns[$0], load: loads?[$0] ?? ProfileTable.Load())
        }, batches: batches, cells: costs.cells, resident: (resident ?? []).map { Bytes($0) },
        transitions: transitions ?? [], encodings: try encodings(row, column),
        energyUnit: unit, hasEnergy: costs.hasEnergy, hasTraffic: costs.hasTraffic,
        loadEnergyPerByte: price.map { Picojoules($0) })
    } catch let error as SpecError {
      throw self.error(error.path == "batch" ? "batches" : error.path, error.message)
    } catch let error as InputError {
      throw error
    } catch {
      throw self.error("", "\(error)")
    }
  }

  /// The unit of a relative energy table where the energies have one, else picojoules.
  private func energyUnit() throws(InputError) -> EnergyUnit {
    guard file.names.contains("energy") else { return .picojoule }
    let units = try array("energy", "[subnet x subgraph x batch]").units
    return EnergyUnit.allCases.first { !$0.isAbsolute && $0.symbol == units } ?? .picojoule
  }

  private struct Axis {
    let name: String
    let count: Int
  }

  private struct Costs {
    let cells: [ProfileTable.Cell]
    let hasEnergy: Bool
    let hasTraffic: Bool
  }

  private func subnets(_ names: [String], _ row: Axis) throws(InputError) -> [ProfileTable.Subnet] {
    let accuracies = try numbers("accuracy", [row], in: 0...1, "")
    let weights = try optional("weight_bytes") { name throws(InputError) in
      try wholes(
        name, [row], Self.bytes, in: ProfileTable.unknownBytes...1 << 53,
        "0 B or more, or -1 where unknown")
    }
    return names.indices.map { index in
      let bytes = weights?[index] ?? ProfileTable.unknownBytes
      return ProfileTable.Subnet(
        name: names[index], accuracy: accuracies[index],
        weightBytes: bytes == ProfileTable.unknownBytes ? nil : Bytes(bytes))
    }
  }

  /// The cells; a measured table may know latencies alone.
  private func costs(_ axes: [Axis]) throws(InputError) -> Costs {
    let latencies = try wholes("latency", axes, Self.times, in: 1...(1 << 60) - 1, "1 ps to 1e6 s")
    let energies = try optional("energy") { name throws(InputError) in
      try numbers(name, axes, Self.energies, in: 0...1e24, "J")
    }
    let traffic = try optional("dram_bytes") { name throws(InputError) in
      try wholes(name, axes, Self.bytes, "0 B or more")
    }
    return Costs(
      cells: latencies.indices.map {
        ProfileTable.Cell(
          latency: SimulationTime(latencies[$0]), energy: Picojoules(energies?[$0] ?? 0),
          dramBytes: Bytes(traffic?[$0] ?? 0))
      }, hasEnergy: energies != nil, hasTraffic: traffic != nil)
  }

  private func error(_ path: String, _ message: String) -> InputError {
    InputError(message, file: file.path, path: path)
  }

  /// Everything in the file has a meaning, and the file is no other kind of document.
  private func checkNames() throws(InputError) {
    if let schema = try file.attribute("schema"), schema != ProfileTable.schema {
      throw error("", "attribute `schema` is `\(schema)`, expected \(ProfileTable.schema)")
    }
    for name in file.names where !Self.known.contains(name) {
      let near = nearestName(to: name, among: Self.known).map { ", did you mean `\($0)`?" }
      throw error(
        name,
        "unknown dataset" + (near ?? ", expected one of \(Self.known.joined(separator: ", "))"))
    }
  }

  private func array(_ name: String, _ shape: String) throws(InputError) -> StoredArray {
    guard let array = try file.array(name) else {
      throw error(name, "missing dataset, expected \(shape)")
    }
    return array
  }

  private func optional<Value>(
    _ name: String, _ read: (String) throws(InputError) -> Value
  ) throws(InputError) -> Value? {
    file.names.contains(name) ? try read(name) : nil
  }

  /// Different names, at least one.
  private func names(_ dataset: String) throws(InputError) -> [String] {
    let array = try array(dataset, "names")
    guard case .text(let names) = array.values, array.dimensions.count == 1 else {
      throw error(dataset, "expected a list of names")
    }
    var seen: Set<String> = []
    for (index, name) in names.enumerated() {
      guard !name.isEmpty else { throw error("\(dataset)[\(index)]", "expected a name") }
      guard seen.insert(name).inserted else {
        throw error("\(dataset)[\(index)]", "`\(name)` appears twice")
      }
    }
    guard !names.isEmpty else { throw error(dataset, "expected at least one name") }
    return names
  }

  private func shaped(_ name: String, _ axes: [Axis]) throws(InputError) -> StoredArray {
    func text(_ extents: [Int]) -> String {
      extents.isEmpty ? "a single value" : extents.map { "\($0)" }.joined(separator: " x ")
    }
    let meaning = axes.map(\.name).joined(separator: " x ")
    let array = try array(name, "[\(meaning)]")
    guard array.dimensions == axes.map(\.count) else {
      throw error(
        name,
        "has shape \(text(array.dimensions)), expected \(text(axes.map(\.count))) (\(meaning))")
    }
    return array
  }

  /// `name[1, 0, 2]` for a position in row-major order.
  private func place(_ name: String, _ position: Int, _ axes: [Axis]) -> String {
    var rest = position
    var indices: [Int] = []
    for axis in axes.reversed() {
      indices.append(rest % axis.count)
      rest /= axis.count
    }
    return "\(name)[\(indices.reversed().map { "\($0)" }.joined(separator: ", "))]"
  }

  private func scale(
    _ array: StoredArray, _ units: [(String, Double)]
  ) throws(InputError) -> Double {
    let expected = units.map(\.0).joined(separator: ", ")
    guard let unit = array.units else {
      throw error(array.dataset, "missing attribute `units`, expected one of \(expected)")
    }
    guard let found = units.first(where: { $0.0 == unit }) else {
      throw error(array.dataset, "attribute `units` is `\(unit)`, expected one of \(expected)")
    }
    return found.1
  }

  /// Numbers in the base unit of `units`.
  private func numbers(
    _ name: String, _ axes: [Axis], _ units: [(String, Double)]? = nil,
    in range: ClosedRange<Double>, _ unit: String
  ) throws(InputError) -> [Double] {
    let array = try shaped(name, axes)
    let scale = try units.map { units throws(InputError) in try self.scale(array, units) } ?? 1
    let values: [Double]
    switch array.values {
    case .float64(let numbers): values = numbers
    case .int64(let numbers): values = numbers.map(Double.init)
    case .text: throw error(name, "holds texts, expected numbers")
    }
    for (position, value) in values.enumerated() where !range.contains(value * scale) {
      throw error(
        place(name, position, axes),
        unit.isEmpty
          ? "expected a number from \(range.lowerBound) to \(range.upperBound), found \(value)"
          : "expected a finite number that is not negative, found \(value)")
    }
    return scale == 1 ? values : values.map { $0 * scale }
  }

  /// Whole numbers of the base unit of `units`, rounded where they are given in another one.
  private func wholes(
    _ name: String, _ axes: [Axis], _ units: [(String, Double)],
    in range: ClosedRange<Int> = 0...1 << 53, _ expected: String
  ) throws(InputError) -> [Int] {
    let array = try shaped(name, axes)
    let scale = try scale(array, units)
    func refusal(_ position: Int, _ found: String) -> InputError {
      error(place(name, position, axes), "expected \(expected), found \(found)")
    }
    var result: [Int] = []
    switch array.values {
    case .int64(let values):
      for (position, value) in values.enumerated() {
        let (product, isOver) = value.multipliedReportingOverflow(by: Int(scale))
        guard !isOver, range.contains(product) else { throw refusal(position, "\(value)") }
        result.append(product)
      }
    case .float64(let values):
      for (position, value) in values.enumerated() {
        guard let whole = Int(exactly: (value * scale).rounded()), range.contains(whole),
          units.count > 1 || Double(whole) == value
        else { throw refusal(position, "\(value)") }
        result.append(whole)
      }
    case .text: throw error(name, "holds texts, expected numbers")
    }
    return result
  }

  /// Bytes and time of loads; nil when neither is there.
  private func loads(_ name: String, _ axes: [Axis]) throws(InputError) -> [ProfileTable.Load]? {
    let parts = ["\(name)_bytes", "\(name)_time"]
    guard parts.contains(where: { file.names.contains($0) }) else { return nil }
    let bytes = try wholes(parts[0], axes, Self.bytes, "0 B or more")
    let times = try wholes(parts[1], axes, Self.times, in: 0...(1 << 60) - 1, "0 s to 1e6 s")
    return bytes.indices.map {
      ProfileTable.Load(bytes: Bytes(bytes[$0]), time: SimulationTime(times[$0]))
    }
  }

  /// The vectors of rows and columns; nil when neither is there.
  private func encodings(_ row: Axis, _ column: Axis) throws(InputError) -> SubgraphEncodings? {
    let parts = [("subnet_encodings", row), ("subgraph_encodings", column)]
    guard parts.contains(where: { file.names.contains($0.0) }) else { return nil }
    var length: Int?
    var vectors: [[[Int]]] = []
    for (name, axis) in parts {
      let array = try array(name, "[\(axis.name) x kernels and channels]")
      let found = array.dimensions.last ?? 0
      guard array.dimensions.count == 2, array.dimensions[0] == axis.count,
        length == nil || length == found
      else {
        let shape = array.dimensions.map { "\($0)" }.joined(separator: " x ")
        throw error(
          name, "has shape \(shape), expected \(axis.count) x \(length.map { "\($0)" } ?? "any")")
      }
      length = found
      guard case .int64(let values) = array.values else {
        throw error(name, "expected whole numbers")
      }
      vectors.append(
        (0..<axis.count).map { Array(values[$0 * found..<($0 + 1) * found]) })
    }
    do {
      return try SubgraphEncodings(subnets: vectors[0], subgraphs: vectors[1])
    } catch {
      throw self.error(error.path, error.message)
    }
  }
}
