internal import Architectures
internal import Reports

/// One figure of a serving experiment with its names, defined once for tables, CSV, HDF5 and documents.
struct ServingFigure: Sendable {
  /// What a figure measures.
  enum Form: Hashable, Sendable {
    case seconds
    /// In joules, or in the relative unit of the table.
    case energy(EnergyUnit)
    case bytes
    case share
    case count
  }

  /// What a figure is one of.
  package enum Part: Sendable {
    /// The whole run.
    case whole
    /// Each class of queries.
    case classes
    /// The devices of each kind.
    case devices
  }

  /// What the figure of all seeds is.
  enum Combination: Sendable {
    /// The mean over the seeds that have the figure.
    case mean
    /// The largest of all seeds.
    case largest
    /// The sum over the seeds.
    case sum
  }

  /// The name in CSV and HDF5, with its unit.
  package let name: String
  package let form: Form
  package let combination: Combination
  /// What has it: the whole run always.
  package let parts: Set<Part>
  /// Of one seed; nil where there is none.
  package let value: @Sendable (SeedFigures) -> Double?

  package init(
    _ name: String, _ form: Form, combined combination: Combination = .mean,
    of parts: Set<Part> = [.classes], _ value: @escaping @Sendable (SeedFigures) -> Double?
  ) {
    self.name = name
    self.parts = parts.union([.whole])
    self.form = form
    self.combination = combination
    self.value = value
  }

  private init(latency part: String, _ value: @escaping @Sendable (SeedFigures) -> Double?) {
    self.init(
      "latency_\(part)_s", .seconds,
      combined: part == "max" ? .largest : .mean, value)
  }

  private init(
    count name: String, of parts: Set<Part> = [.classes],
    _ value: @escaping @Sendable (SeedFigures) -> Int
  ) {
    self.init(name, .count, combined: .sum, of: parts) { Double(value($0)) }
  }

  package static let latency = ServingFigure(latency: "mean") { $0.latencyMean }
  package static let p99 = ServingFigure(latency: "p99") { $0.p99 }
  package static let attainment = ServingFigure("slo_attainment", .share) { $0.attainment }
  package static let accuracy = ServingFigure("mean_accuracy", .share) { $0.accuracy }
  package static let servedAccuracy = ServingFigure("mean_accuracy_completed", .share) {
    $0.servedAccuracy
  }
  package static let dropped = ServingFigure(count: "dropped") { $0.dropped }
  package static let dram = ServingFigure("dram_bytes_per_query", .bytes, of: [.devices]) {
    $0.dramBytes
  }
  package static let hits = ServingFigure("cache_hit_ratio", .share, of: []) { $0.hits }
  package static let utilization = ServingFigure("utilization", .share, of: [.devices]) {
    $0.utilization
  }

  /// `energy_j_per_query`, or named after the relative unit of the table's energies.
  package static func energy(_ unit: EnergyUnit) -> ServingFigure {
    ServingFigure("\(unit.key)_per_query", .energy(unit), of: [.devices]) { $0.energy }
  }

  /// What people see, with its heading.
  static func visible(_ unit: EnergyUnit) -> [(heading: String, figure: ServingFigure)] {
    [
      ("mean", latency), ("p99", p99), ("SLO", attainment), ("accuracy", accuracy),
      ("of all", servedAccuracy), ("drops", dropped), ("energy", energy(unit)), ("DRAM", dram),
      ("hits", hits), ("busy", utilization),
    ]
  }

  package static let subnetSwitches = ServingFigure(count: "subnet_switches", of: [.devices]) {
    $0.subnetSwitches
  }
  package static let subgraphLoads = ServingFigure(count: "subgraph_loads", of: [.devices]) {
    $0.subgraphLoads
  }
  package static let queries = ServingFigure(count: "queries") { $0.queries }
  package static let completed = ServingFigure(count: "completed", of: [.classes, .devices]) {
    $0.completed
  }
  package static let inFlight = ServingFigure(count: "in_flight") { $0.inFlight }
  package static let p50 = ServingFigure(latency: "p50") { $0.p50 }
  package static let p90 = ServingFigure(latency: "p90") { $0.p90 }
  package static let p999 = ServingFigure(latency: "p999") { $0.p999 }
  package static let latencyMax = ServingFigure(latency: "max") { $0.latencyMax }
  package static let encodingHits = ServingFigure("cache_hit_ratio_encodings", .share, of: []) {
    $0.encodingHits
  }

  /// What only programs see.
  package static let further = [
    subnetSwitches, subgraphLoads, queries, completed, inFlight, p50, p90, p999, latencyMax,
    encodingHits,
  ]

  /// Every figure.
  package static func all(_ unit: EnergyUnit) -> [ServingFigure] {
    visible(unit).map(\.figure) + further
  }

  /// Of all seeds of a run; nil where none has it.
  package func value(of outcome: ServingOutcome) -> Double? {
    switch combination {
    case .mean: outcome.mean(value)
    case .largest: outcome.spread(value)?.high
    case .sum: outcome.seeds.compactMap(value).reduce(0, +)
    }
  }

  /// As a cell.
  package func cell(_ value: Double?) -> Table.Cell {
    guard let value else { return .none }
    return switch form {
    case .seconds: .quantity(value, unit: "s")
    case .energy(let unit): .quantity(value, unit: unit.symbol)
    case .bytes: .quantity(value, unit: "B")
    case .share: .share(value)
    case .count: .count(Int(value))
    }
  }

  /// A spread's cells: of a count they are numbers with a fraction.
  func spreadCells(_ spread: Spread?) -> [Table.Cell] {
    [spread?.low, spread?.high, spread?.interval].map { value in
      form == .count ? value.map { .ratio($0) } ?? .none : cell(value)
    }
  }

  /// A count of all seeds of a run; nil where none has it.
  func count(of outcome: ServingOutcome) -> Int? { value(of: outcome).map { Int($0) } }

  /// A count of one seed; nil where it has none.
  func count(_ seed: SeedFigures) -> Int? { value(seed).map { Int($0) } }
}
