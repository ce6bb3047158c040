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
  let fleet: DeviceFleet
  /// What their memories hold.
  let models: ServedModels
  /// The columns of all kinds of devices.
  let table: ProfileTable
  /// What work costs.
  let service: any ServiceModel
  let arrivals: any ArrivalProcess
  let demands: DemandMix
  let policy: any SchedulerPolicy
  /// By kind of device.
  let cachings: [any CachingPolicy]
  let options: ServingOptions
  let boundaries: LayerBoundaries?
  /// By kind of device, as columns of `table`.
  let initialSubgraphs: [Int]
  /// The names of the classes that have figures of their own; none where there are none or too many.
  public let classes: [String]
  /// The rows that queries run on one after the other, by class, and whether there are any.
  let chains: [[Int]]
  let hasChains: Bool
  /// What a query is made of; nil where it is one network, or several one after the other.
  let graph: TaskGraph?
  /// The rows of the models that a trace names.
  let modelRows: [Int]
  /// By row and column: the share of the row's weight bytes that the column holds; empty where unknown.
  let hitRatios: [Double]
  /// By row and column: the share of the row's encoding that the column holds; empty where unknown.
  let similarities: [Double]
  /// Of sub-graph loads and actuations by kind of device, in picojoules.
  let energiesPerLoadedByte: [Double]
  /// What is added to the constraints that policies see.
  let noise: DemandNoise?

  /// As many equal devices as the options say.
  public init(
    table: ProfileTable, arrivals: any ArrivalProcess, demands: DemandMix,
    policy: any SchedulerPolicy, caching: any CachingPolicy, options: ServingOptions,
    service: (any ServiceModel)? = nil, boundaries: LayerBoundaries? = nil, plans: Bool = true
  ) throws(SpecError) {
    try options.check()
    try self.init(
      fleet: DeviceFleet(table, count: options.devices), arrivals: arrivals, demands: demands,
      policy: policy, caching: caching, options: options, service: service,
      boundaries: boundaries, plans: plans)
  }

  /// Checks that everything fits together.
  ///
  /// - Parameters:
  ///   - fleet: The devices, and what serving costs on them; the number in the options is not looked at.
  ///   - models: What shares the memories of devices that have a limit; none where none has.
  ///   - arrivals: When queries arrive; its files are read already.
  ///   - demands: What queries ask for.
  ///   - policy: Chooses queries and sub-networks.
  ///   - caching: Chooses sub-graphs.
  ///   - options: Everything else.
  ///   - service: What work costs, in place of the table, from which policies decide in any case.
  ///   - boundaries: Where service can be interrupted, instead of `options.segments`.
  ///   - plans: Whether an oracle works out its sequence; without it the parts are only checked.
  ///   - graph: What a query is made of, where it is more than one network after the other.
  ///   - noise: What is added to the constraints that policies see; nothing where it is nil.
  /// - Throws: `SpecError` when the parts do not fit together.
  public init(
    fleet: DeviceFleet, models: [ServedModel] = [], arrivals: any ArrivalProcess,
    demands: DemandMix, policy: any SchedulerPolicy, caching: any CachingPolicy,
    options: ServingOptions,
    service: (any ServiceModel)? = nil, boundaries: LayerBoundaries? = nil, plans: Bool = true,
    graph: TaskGraph? = nil, noise: DemandNoise? = nil
  ) throws(SpecError) {
    try noise?.check()
    self.noise = noise
    let fleet = try fleet.limited(by: options.power)
    var options = options
    options.devices = fleet.count
    try options.check()
    let table = fleet.table
    self.models = try ServedModels(models, fleet)
    try demands.check(subnets: table.subnets.count, trace: arrivals.demands)
    let names = demands.classNames(with: arrivals.demands)
    classes = names.count <= DemandMix.mostClasses ? names : []
    modelRows = try Self.rows(of: arrivals.demands, in: table)
    var policy = policy
    chains = try demands.chains(in: table)
    hasChains = try Self.checkChains(chains, policy)
    try Self.check(graph, fleet, demands, options, policy)
    self.graph = graph
    try policy.prepare(for: table)
    policy.prepare(on: fleet, serving: models)
    var (cachings, initial) = try Self.cachings(caching, fleet)
    self.boundaries = try Self.boundaries(boundaries, options, policy, table)
    policy.prepare(interruptedAt: self.boundaries)
    let changes = try Self.changes(fleet, options)
    self.service = service ?? TableService(fleet, changes: changes)
    if caching.knowsQueries {
      guard noise == nil else {
        throw SpecError("kind", "knows what queries ask for, and nothing of noise on it")
      }
      try Self.checkForesight(options, policy)
      guard service == nil else {
        throw SpecError("kind", "knows what services cost from the profile table alone")
      }
    }
    if caching.knowsQueries, plans {
      let demands = DemandSource(
        demands, seed: UInt64(options.seed), trace: arrivals.demands, rows: modelRows)
      initial[0] = try cachings[0].plan(
        for: KnownQueries(
          count: Self.count(arrivals, options), options: options, table: table,
          actuations: changes, policy: policy, demands: demands))
    }
    initialSubgraphs = initial
    if let price = options.energyPerLoadedByte, price.amount > .zero,
      price.unit != table.energyUnit
    {
      throw SpecError(
        "energy_per_loaded_byte",
        "in \(price.unit.rawValue), but the energies of the table are in "
          + "\(table.energyUnit.rawValue)")
    }
    hitRatios = fleet.sideBySide { Self.hitRatios($0.table) }
    similarities = fleet.sideBySide { Self.similarities($0.table) }
    energiesPerLoadedByte = fleet.kinds.map {
      (options.energyPerLoadedByte?.amount ?? $0.table.loadEnergyPerByte ?? .zero).value
    }
    self.fleet = fleet
    self.table = table
    self.arrivals = arrivals
    self.demands = demands
    self.policy = policy
    self.cachings = cachings
    self.options = options
  }

  /// A copy of a caching policy for each kind of device, and what a device of the kind holds first, as
  /// columns of the fleet's table.
  private static func cachings(
    _ caching: any CachingPolicy, _ fleet: DeviceFleet
  ) throws(SpecError) -> ([any CachingPolicy], [Int]) {
    var all: [any CachingPolicy] = []
    var initial: [Int] = []
    for (index, kind) in fleet.kinds.enumerated() {
      var own = caching
      do throws(SpecError) {
        initial.append(try own.prepare(for: kind.table) + fleet.firstColumns[index])
      } catch {
        guard fleet.kinds.count > 1 else { throw error }
        throw SpecError(error.path, "on devices `\(kind.name)`: \(error.message)")
      }
      all.append(own)
    }
    return (all, initial)
  }

  /// What a change of sub-network costs, by row and column; what a kind says itself is wrong there.
  private static func changes(
    _ fleet: DeviceFleet, _ options: ServingOptions
  ) throws(SpecError) -> [ProfileTable.Load] {
    try fleet.sideBySide { kind throws(SpecError) in
      do throws(SpecError) {
        return try (kind.actuation ?? options.actuation).costs(kind.table)
      } catch {
        guard kind.actuation != nil,
          let index = fleet.kinds.firstIndex(where: { $0.name == kind.name })
        else { throw error }
        throw SpecError("devices[\(index)].\(error.path)", error.message)
      }
    }
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
    guard options.mostWaiting == nil else {
      throw SpecError(
        "kind", "knows nothing of queries that find no room, found options.most_waiting")
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

  /// What a device of each kind holds first, as columns of the fleet's table.
  package var firstColumns: [Int] { initialSubgraphs }

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
