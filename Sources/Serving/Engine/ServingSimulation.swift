internal import Architectures
public import Components
internal import Inputs
internal import Units

/// Serves a stream of queries with a policy, on devices that the profile table describes.
///
/// Time is a whole number of picoseconds. Events of one instant take effect in the order
/// completions, loads, arrivals, wake-ups, each in the order in which they were scheduled; then
/// the policy decides for every idle device, the lowest number first.
public struct ServingSimulation: Sendable {
  let table: ProfileTable
  let arrivals: any ArrivalProcess
  let demands: DemandMix
  let policy: any SchedulerPolicy
  let caching: any CachingPolicy
  let options: ServingOptions
  let boundaries: LayerBoundaries?
  let initialSubgraph: Int
  /// The rows of the models that a trace names.
  let modelRows: [Int]
  /// By row and column.
  let actuations: [ProfileTable.Load]
  /// By row and column: the share of the row's weight bytes that the column holds; empty where unknown.
  let hitRatios: [Double]
  /// By row and column: the share of the row's encoding that the column holds; empty where unknown.
  let similarities: [Double]
  /// Of sub-graph loads and actuations, in picojoules.
  let energyPerLoadedByte: Double

  /// Checks that everything fits together.
  ///
  /// - Parameters:
  ///   - table: What serving costs.
  ///   - arrivals: When queries arrive; its files are read already.
  ///   - demands: What queries ask for.
  ///   - policy: Chooses queries and sub-networks.
  ///   - caching: Chooses sub-graphs.
  ///   - options: Everything else.
  ///   - boundaries: Where service can be interrupted, instead of `options.segments`.
  ///   - plans: Whether an oracle works out its sequence; without it the parts are only checked.
  /// - Throws: `SpecError` when the parts do not fit together.
  public init(
    table: ProfileTable, arrivals: any ArrivalProcess, demands: DemandMix,
    policy: any SchedulerPolicy, caching: any CachingPolicy, options: ServingOptions,
    boundaries: LayerBoundaries? = nil, plans: Bool = true
  ) throws(SpecError) {
    try options.check()
    let table =
      try options.power.map { power throws(SpecError) in try table.limited(by: power) } ?? table
    try demands.check(subnets: table.subnets.count, trace: arrivals.demands)
    modelRows = try Self.rows(of: arrivals.demands, in: table)
    var policy = policy
    var caching = caching
    try policy.prepare(for: table)
    let firstSubgraph = try caching.prepare(for: table)
    self.boundaries = try Self.boundaries(boundaries, options, policy, table)
    policy.prepare(interruptedAt: self.boundaries)
    let actuations = try options.actuation.costs(table)
    if caching.knowsQueries { try Self.checkForesight(options, policy) }
    if caching.knowsQueries, plans {
      let demands = DemandSource(
        demands, seed: UInt64(options.seed), trace: arrivals.demands, rows: modelRows)
      initialSubgraph = try caching.plan(
        for: KnownQueries(
          count: Self.count(arrivals, options), options: options, table: table,
          actuations: actuations, policy: policy, demands: demands))
    } else {
      initialSubgraph = firstSubgraph
    }
    self.actuations = actuations
    if let price = options.energyPerLoadedByte, price.amount > .zero,
      price.unit != table.energyUnit
    {
      throw SpecError(
        "energy_per_loaded_byte",
        "in \(price.unit.rawValue), but the energies of the table are in "
          + "\(table.energyUnit.rawValue)")
    }
    hitRatios = Self.hitRatios(table)
    similarities = Self.similarities(table)
    energyPerLoadedByte =
      (options.energyPerLoadedByte?.amount ?? table.loadEnergyPerByte ?? .zero).value
    self.table = table
    self.arrivals = arrivals
    self.demands = demands
    self.policy = policy
    self.caching = caching
    self.options = options
  }

  private static func rows(
    of demands: TraceDemands?, in table: ProfileTable
  ) throws(SpecError) -> [Int] {
    do throws(InputError) {
      return try demands?.rows(of: table) ?? []
    } catch {
      throw SpecError("arrivals", error.description)
    }
  }

  /// Where service can be interrupted, for policies that go on with what they began.
  private static func boundaries(
    _ given: LayerBoundaries?, _ options: ServingOptions, _ policy: any SchedulerPolicy,
    _ table: ProfileTable
  ) throws(SpecError) -> LayerBoundaries? {
    guard given != nil || options.segments != nil else { return nil }
    guard policy.canBeInterrupted else {
      throw SpecError(
        "policy.kind",
        "\(type(of: policy).kind) cannot serve by segments, which are for one query at a time that "
          + "keeps its sub-network: expected fcfs, edf, lrs, lars, strict-accuracy, strict-latency, "
          + "a policy with max_batch: 1, a table of batch 1, or no options.segments")
    }
    if let given {
      guard given.shares.count == table.subnets.count else {
        throw SpecError("boundaries", "expected \(table.subnets.count) lists")
      }
      return given
    }
    return try LayerBoundaries(
      equalSegments: options.segments ?? 1, subnets: table.subnets.count)
  }

  /// An error where an oracle cannot know what happens.
  private static func checkForesight(
    _ options: ServingOptions, _ policy: any SchedulerPolicy
  ) throws(SpecError) {
    guard policy.canPreview else {
      throw SpecError(
        "kind", "needs a policy that decides by query and cache alone, not by the queue")
    }
    guard options.devices == 1 else {
      throw SpecError(
        "kind", "knows the queries of one device, found options.devices: \(options.devices)")
    }
    guard options.failures == nil else {
      throw SpecError("kind", "knows nothing of failures, found options.failures")
    }
    guard options.power?.battery == nil else {
      throw SpecError("kind", "knows nothing of batteries, found options.power.battery")
    }
    guard options.until == nil else {
      throw SpecError("kind", "needs a run that serves every query, without options.until")
    }
  }

  /// How many queries the run has, for an oracle.
  private static func count(_ arrivals: any ArrivalProcess, _ options: ServingOptions) -> Int {
    guard arrivals.population == nil else { return options.queries }
    var arrivals = arrivals
    arrivals.start(seed: UInt64(options.seed), name: "arrivals")
    var count = 0
    var last = SimulationTime(0)
    while count < options.queries, let time = arrivals.next(after: last) {
      count += 1
      last = time
    }
    return count
  }

  /// Cached over all weight bytes; nothing unless the table knows both for every place.
  private static func hitRatios(_ table: ProfileTable) -> [Double] {
    guard !table.resident.isEmpty, table.subnets.allSatisfy({ $0.weightBytes != nil }) else {
      return []
    }
    return table.subnets.indices.flatMap { row in
      table.subgraphs.indices.map { column in
        guard let all = table.subnets[row].weightBytes, all.count > 0 else { return 0 }
        return Double(table.resident[row * table.subgraphs.count + column].count)
          / Double(all.count)
      }
    }
  }

  /// By encodings; nothing where there are none.
  private static func similarities(_ table: ProfileTable) -> [Double] {
    guard let encodings = table.encodings else { return [] }
    return table.subnets.indices.flatMap { row in
      table.subgraphs.indices.map { encodings.hitRatio(subnet: row, subgraph: $0) }
    }
  }

  /// Runs from the start; the same every time.
  public func run() throws(ServingError) -> ServingRun {
    var observer = SilentObserver()
    return try run(observing: &observer)
  }

  /// Runs from the start and shows every event to `observer`.
  public func run<Observer: SimulationObserver>(
    observing observer: inout Observer
  ) throws(ServingError) -> ServingRun {
    var execution = ServingExecution(self, observer)
    defer { observer = execution.observer }
    return try execution.run()
  }

  private struct SilentObserver: SimulationObserver {}
}
