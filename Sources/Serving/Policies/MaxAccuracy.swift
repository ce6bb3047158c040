public import Specs

/// The most accurate sub-network that can serve one query, then the largest batch for it.
///
/// Source: SuperServe (NSDI 2025), section A.4, "MaxAcc".
public struct MaxAccuracy: SchedulerPolicy {
  /// The parameters.
  public typealias Spec = SlackSearchSpec

  /// `maxacc`.
  public static let kind = "maxacc"
  /// One sentence.
  public static let summary = "SuperServe baseline: accuracy first, batch size second."
  private let spec: Spec
  private var search: SlackSearch?

  /// Makes the policy.
  public init(_ spec: Spec) { self.spec = spec }

  /// Ranks sub-networks and batch sizes by latency.
  public mutating func prepare(for table: ProfileTable) throws(SpecError) {
    search = SlackSearch(table, spec.comparison)
  }

  /// Earliest deadline first.
  public func key(of query: Query) -> Int { query.deadline.count }

  /// The pick for the slack of the earliest deadline.
  public mutating func decide(
    at now: SimulationTime, _ queue: QueryQueue, _ device: DeviceState
  ) -> Decision {
    guard let search else { return .wait(until: nil) }
    let sizes = search.table.batches
    let slack = queue[0].deadline - now
    let limit = search.limit(spec.batchLimit, queue)
    if let pick = pick(slack: slack, subgraph: device.subgraph, limit: limit) {
      return .serve(subnet: pick.subnet, positions: 0..<min(sizes[pick.batch], queue.count))
    }
    let fastest = search.fastest[device.subgraph]
    return SlackFit.late(spec.late, queue, sizes, fastest.first, fastest.last)
  }

  /// Sub-network and batch number for a slack, nil when nothing fits.
  func pick(slack: SimulationTime, subgraph: Int, limit: Int) -> SlackFit.Pick? {
    guard let search,
      let row = search.mostAccurate(slack: slack.count, subgraph: subgraph, batch: 0),
      let batch = search.largestBatch(
        slack: slack.count, subgraph: subgraph, subnet: row, limit: limit)
    else { return nil }
    return SlackFit.Pick(subnet: row, batch: batch)
  }
}
