public import Architectures
public import Components
public import Units

/// What serving a batch costs: sub-network x cached sub-graph x batch size.
///
/// All policies see only this table and the queue, so that a table measured on a device can stand
/// in for a model.
public struct ProfileTable: Hashable, Sendable {
  /// One row: a sub-network that can be served.
  public struct Subnet: Hashable, Sendable {
    /// Its name.
    public let name: String
    /// Its accuracy, 0...1.
    public let accuracy: Double
    /// All its weights; nil where unknown.
    public let weightBytes: Bytes?

    /// Makes a row.
    public init(name: String, accuracy: Double, weightBytes: Bytes? = nil) {
      self.name = name
      self.accuracy = accuracy
      self.weightBytes = weightBytes
    }
  }

  /// What it takes to put a sub-graph into the persistent buffer.
  public struct Load: Hashable, Sendable {
    /// Bytes read from DRAM.
    public let bytes: Bytes
    /// Time the device is busy.
    public let time: SimulationTime

    /// Makes a cost.
    public init(bytes: Bytes = .zero, time: SimulationTime = SimulationTime(0)) {
      self.bytes = bytes
      self.time = time
    }

    /// Whether a load can cost that.
    @inline(__always)
    var isPossible: Bool { time.count >= 0 && time.count < 1 << 60 && bytes.count >= 0 }
  }

  /// One column: a sub-graph that can be cached.
  public struct Column: Hashable, Sendable {
    /// Its name; `none` stands for an empty buffer.
    public let name: String
    /// What loading it into an empty buffer costs.
    public let load: Load

    /// Makes a column.
    public init(name: String, load: Load = Load()) {
      self.name = name
      self.load = load
    }
  }

  /// One cell: what a batch costs.
  public typealias Cell = ServiceCost

  /// The rows.
  public let subnets: [Subnet]
  /// The columns.
  public let subgraphs: [Column]
  /// The batch sizes, rising.
  public let batches: [Int]
  /// Row by row, column by column, batch by batch.
  let cells: [Cell]
  /// Weights of row i that column j holds, row by row; empty where unknown.
  let resident: [Bytes]
  /// What replacing column i by column j costs, row by row; empty where the old one does not help.
  let transitions: [Load]
  /// What energies are multiples of: picojoules, or the unit of a relative energy table.
  public let energyUnit: EnergyUnit
  /// Whether the cells know their energy; it is zero in all of them otherwise.
  public let hasEnergy: Bool
  /// Whether the cells know their off-chip bytes; they are zero in all of them otherwise.
  public let hasTraffic: Bool
  /// Energy of one byte that is loaded from DRAM; nil where unknown.
  public let loadEnergyPerByte: Picojoules?
  /// The vectors of rows and columns; nil where unknown.
  public let encodings: SubgraphEncodings?
  /// The index in `batches` that serves so many queries.
  private let batchIndices: [Int]

  /// The name of the column that stands for an empty buffer.
  public static let emptySubgraph = "none"

  /// Makes a table; every cell must be there.
  ///
  /// - Parameters:
  ///   - subnets: The rows.
  ///   - subgraphs: The columns.
  ///   - batches: The batch sizes, rising.
  ///   - cells: Row by row, column by column, batch by batch.
  ///   - resident: Weights of each row that each column holds, or empty.
  ///   - transitions: What replacing one column by another costs, or empty.
  ///   - encodings: The vectors that caching policies compare.
  ///   - energyUnit: What energies are multiples of.
  ///   - hasEnergy: Whether the cells know their energy.
  ///   - hasTraffic: Whether the cells know their off-chip bytes.
  ///   - loadEnergyPerByte: Energy of one byte that is loaded from DRAM, nil where unknown.
  /// - Throws: `SpecError` when a cell is missing or a value is out of range.
  public init(
    subnets: [Subnet], subgraphs: [Column], batches: [Int], cells: [Cell],
    resident: [Bytes] = [], transitions: [Load] = [], encodings: SubgraphEncodings? = nil,
    energyUnit: EnergyUnit = .picojoule, hasEnergy: Bool = true, hasTraffic: Bool = true,
    loadEnergyPerByte: Picojoules? = nil
  ) throws(SpecError) {
    self.hasEnergy = hasEnergy
    self.hasTraffic = hasTraffic
    self.loadEnergyPerByte = loadEnergyPerByte
    self.subnets = subnets
    self.subgraphs = subgraphs
    self.batches = batches
    self.cells = cells
    self.resident = resident
    self.transitions = transitions
    self.encodings = encodings
    self.energyUnit = energyUnit
    guard let largest = batches.last, batches.first ?? 0 >= 1, largest <= 65536,
      zip(batches, batches.dropFirst()).allSatisfy({ $0 < $1 })
    else { throw SpecError("batch", "expected rising sizes from 1 to 65536") }
    var index = 0
    var indices = [0]
    for size in 1...largest {
      if batches[index] < size { index += 1 }
      indices.append(index)
    }
    batchIndices = indices
    try check()
  }

  private func check() throws(SpecError) {
    guard !subnets.isEmpty else { throw SpecError("subnet", "expected at least one sub-network") }
    guard !subgraphs.isEmpty else { throw SpecError("subgraph", "expected at least one sub-graph") }
    guard Set(subnets.map(\.name)).count == subnets.count else {
      throw SpecError("subnet", "two sub-networks have the same name")
    }
    guard Set(subgraphs.map(\.name)).count == subgraphs.count else {
      throw SpecError("subgraph", "two sub-graphs have the same name")
    }
    let places = subnets.count * subgraphs.count
    guard cells.count == places * batches.count else {
      throw SpecError("", "expected \(places * batches.count) cells, found \(cells.count)")
    }
    guard cells.allSatisfy({ $0.latency.count > 0 && $0.latency.count < 1 << 60 }) else {
      throw SpecError("latency_s", "every latency must be more than 0 s and at most 1e6 s")
    }
    guard
      cells.allSatisfy({
        $0.energy.value >= 0 && $0.energy.value.isFinite && $0.dramBytes >= .zero
      })
    else {
      throw SpecError(energyUnit.key, "energies and bytes must be finite and not negative")
    }
    for subnet in subnets where !(0...1).contains(subnet.accuracy) {
      throw SpecError("accuracy", "\(subnet.name): expected 0 to 1, found \(subnet.accuracy)")
    }
    guard resident.isEmpty || resident.count == places else {
      throw SpecError("resident_bytes", "expected \(places) values, found \(resident.count)")
    }
    guard transitions.isEmpty || transitions.count == subgraphs.count * subgraphs.count else {
      throw SpecError("load_bytes", "expected a cost for every pair of sub-graphs")
    }
    let loads = transitions + subgraphs.map(\.load)
    guard loads.allSatisfy({ $0.bytes >= .zero && (0..<1 << 60).contains($0.time.count) }) else {
      throw SpecError("load_bytes", "loads must not be negative and take at most 1e6 s")
    }
    if let price = loadEnergyPerByte {
      guard price.value >= 0, price.value.isFinite else {
        throw SpecError(
          Self.priceColumn(energyUnit), "must be finite and not negative, found \(price.value)")
      }
    }
    if let encodings {
      guard encodings.subnets.count == subnets.count,
        encodings.subgraphs.count == subgraphs.count
      else { throw SpecError("encodings", "expected a vector for every row and every column") }
    }
  }

  /// The cell of a row, a column and the batch size with number `batch`.
  @inline(__always)
  public func cell(_ subnet: Int, _ subgraph: Int, batch: Int = 0) -> Cell {
    cells[(subnet * subgraphs.count + subgraph) * batches.count + batch]
  }

  /// The latency of a row, a column and the batch size with number `batch`, in picoseconds.
  @inline(__always)
  func latency(_ subnet: Int, _ subgraph: Int, batch: Int = 0) -> Int {
    cells[(subnet * subgraphs.count + subgraph) * batches.count + batch].latency.count
  }

  /// The largest batch.
  public var largestBatch: Int { batchIndices.count - 1 }

  /// The number of the smallest batch size that holds `queries`, at most `largestBatch`.
  @inline(__always)
  public func batchIndex(holding queries: Int) -> Int { batchIndices[queries] }

  /// What replacing `old` in the persistent buffer by `new` costs.
  public func load(from old: Int?, to new: Int) -> Load {
    guard let old else { return subgraphs[new].load }
    if old == new { return Load() }
    return transitions.isEmpty ? subgraphs[new].load : transitions[old * subgraphs.count + new]
  }

  /// The row called `name`.
  public func subnet(named name: String, key: String) throws(SpecError) -> Int {
    guard let index = subnets.firstIndex(where: { $0.name == name }) else {
      throw SpecError(key, "the table has no sub-network `\(name)`")
    }
    return index
  }

  /// The column called `name`.
  public func subgraph(named name: String, key: String) throws(SpecError) -> Int {
    guard let index = subgraphs.firstIndex(where: { $0.name == name }) else {
      throw SpecError(key, "the table has no sub-graph `\(name)`")
    }
    return index
  }

  /// The columns that hold something; all of them when there is no other.
  var candidates: [Int] {
    let held = subgraphs.indices.filter { subgraphs[$0].name != Self.emptySubgraph }
    return held.isEmpty ? Array(subgraphs.indices) : held
  }
}
