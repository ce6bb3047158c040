public import Specs
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
  /// By row and column.
  let actuations: [ProfileTable.Load]
  /// By row and column: the share of the row that the column holds.
  let hitRatios: [Double]

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
  /// - Throws: `SpecError` when the parts do not fit together.
  public init(
    table: ProfileTable, arrivals: any ArrivalProcess, demands: DemandMix,
    policy: any SchedulerPolicy, caching: any CachingPolicy, options: ServingOptions,
    boundaries: LayerBoundaries? = nil
  ) throws(SpecError) {
    try options.check()
    try demands.check(subnets: table.subnets.count)
    var policy = policy
    var caching = caching
    try policy.prepare(for: table)
    initialSubgraph = try caching.prepare(for: table)
    guard caching.largestHorizon == 0 || policy.canPreview else {
      throw SpecError(
        "caching", "needs a policy that decides by query and cache alone, not by the queue")
    }
    if let boundaries {
      guard boundaries.shares.count == table.subnets.count else {
        throw SpecError("boundaries", "expected \(table.subnets.count) lists")
      }
      self.boundaries = boundaries
    } else if let count = options.segments {
      self.boundaries = try LayerBoundaries(
        equalSegments: count, subnets: table.subnets.count)
    } else {
      self.boundaries = nil
    }
    policy.prepare(interruptedAt: self.boundaries)
    actuations = try options.actuation.costs(table)
    hitRatios = Self.hitRatios(table)
    self.table = table
    self.arrivals = arrivals
    self.demands = demands
    self.policy = policy
    self.caching = caching
    self.options = options
  }

  /// By encodings where there are any, else by bytes, else zero.
  private static func hitRatios(_ table: ProfileTable) -> [Double] {
    table.subnets.indices.flatMap { row in
      table.subgraphs.indices.map { column in
        if let encodings = table.encodings {
          return encodings.hitRatio(subnet: row, subgraph: column)
        }
        guard !table.resident.isEmpty, let all = table.subnets[row].weightBytes, all.count > 0
        else { return 0 }
        return Double(table.resident[row * table.subgraphs.count + column].count)
          / Double(all.count)
      }
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
