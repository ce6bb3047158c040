/// The next queries, and what the scheduler would do with them.
public struct Upcoming {
  /// What they ask for, in the order of arrival.
  public let demands: [QueryDemand]
  let policy: any SchedulerPolicy

  /// The sub-network that a query would get with `subgraph` cached; nil when it would be dropped.
  public func subnet(for demand: QueryDemand, holding subgraph: Int) -> Int? {
    policy.preview(demand, holding: subgraph)
  }
}
