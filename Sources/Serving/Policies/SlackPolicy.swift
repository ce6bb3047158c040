public import Components

/// A policy that searches sub-network and batch size by the slack of the earliest deadline.
public protocol SlackPolicy: SchedulerPolicy where Spec == SlackSearchSpec {
  /// The parameters.
  var spec: SlackSearchSpec { get }
  /// Sub-networks and batch sizes ranked by latency; nil before `prepare`.
  var search: SlackSearch? { get set }
  /// Sub-network and batch number for a slack with a sub-graph cached, the batch number at most
  /// `limit`; nil when nothing fits.
  func pick(slack: SimulationTime, subgraph: Int, limit: Int) -> SlackFit.Pick?
}

extension SlackPolicy {
  /// Ranks sub-networks and batch sizes by latency.
  public mutating func prepare(for table: ProfileTable) throws(SpecError) {
    search = SlackSearch(table, spec.comparison)
  }

  /// Where the table has no larger batch than one.
  public var canBeInterrupted: Bool { search?.table.largestBatch == 1 }

  /// Earliest deadline first.
  public func key(of query: Query) -> Int { query.deadline.count }

  /// The pick for the slack of the earliest deadline, else what the late rule says.
  public mutating func decide(_ snapshot: Snapshot) -> Decision {
    guard let search else { return .wait(until: nil) }
    let queue = snapshot.queue
    if let decision = queue.continuation { return decision }
    let sizes = search.table.batches
    let slack = queue[0].deadline - snapshot.now
    let subgraph = snapshot.device.subgraph
    let limit = search.limit(spec.batchLimit, queue)
    if let pick = pick(slack: slack, subgraph: subgraph, limit: limit) {
      return .serve(subnet: pick.subnet, positions: 0..<min(sizes[pick.batch], queue.count))
    }
    let fastest = search.fastest[subgraph]
    return SlackFit.late(spec.late, queue, sizes, fastest.first, fastest.last)
  }
}
