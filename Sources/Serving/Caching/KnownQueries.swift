/// All queries of a run before it starts, and what the scheduler will do with each: for oracles.
public struct KnownQueries {
  /// What one query will cost with each sub-graph cached.
  struct Forecast {
    /// Its number in the order of arrival.
    let query: Int
    /// The sub-network it gets, by sub-graph.
    let subnets: [Int]
  }

  /// A query that is served with some sub-graphs cached and dropped with others.
  struct Undecided: Error {
    let query: Int
  }

  /// How many there are.
  let count: Int
  /// Queries at the start that are not measured.
  let warmUp: Int
  /// Whether the sub-graph held before the first query must be loaded.
  let chargesInitialLoad: Bool
  let table: ProfileTable
  /// What each service takes.
  let services: ServiceTimes
  private let policy: any SchedulerPolicy
  private var demands: DemandSource
  private var next = 0

  init(
    count: Int, options: ServingOptions, table: ProfileTable, actuations: [ProfileTable.Load],
    policy: any SchedulerPolicy, demands: DemandSource
  ) {
    self.count = count
    warmUp = options.warmUp
    chargesInitialLoad = options.chargesInitialLoad
    self.table = table
    services = ServiceTimes(table: table, actuations: actuations)
    self.policy = policy
    self.demands = demands
  }

  /// The next query that is served; nil after the last.
  mutating func forecast() throws(Undecided) -> Forecast? {
    while next < count {
      let demand = demands.next()
      let query = next
      next += 1
      let subnets = table.subgraphs.indices.compactMap { policy.preview(demand, holding: $0) }
      if subnets.count == table.subgraphs.count { return Forecast(query: query, subnets: subnets) }
      guard subnets.isEmpty else { throw Undecided(query: query) }
    }
    return nil
  }
}

/// Picoseconds of services and of the changes of sub-network before them.
struct ServiceTimes {
  fileprivate let table: ProfileTable
  /// What a change of sub-network costs, by row and column.
  fileprivate let actuations: [ProfileTable.Load]

  /// Of a service on `subnet` after one on `previous`.
  @inline(__always)
  func time(_ subnet: Int, after previous: Int?, holding subgraph: Int) -> Int {
    let service = table.latency(subnet, subgraph)
    guard subnet != previous else { return service }
    return service + actuations[subnet * table.subgraphs.count + subgraph].time.count
  }
}
