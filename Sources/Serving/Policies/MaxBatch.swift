/// The largest batch that the smallest sub-network can serve, then the best sub-network for it.
///
/// Source: SuperServe (NSDI 2025), section A.4.
public struct MaxBatch: SlackPolicy {
  /// The parameters.
  public typealias Spec = SlackSearchSpec

  /// `maxbatch`.
  public static let kind = "maxbatch"
  /// One sentence.
  public static let summary = "SuperServe baseline: batch size first, accuracy second."
  /// The parameters.
  public let spec: Spec
  /// Sub-networks and batch sizes ranked by latency; nil before `prepare`.
  public var search: SlackSearch?

  /// Makes the policy.
  public init(_ spec: Spec) { self.spec = spec }

  /// Sub-network and batch number for a slack, nil when nothing fits.
  public func pick(slack: SimulationTime, subgraph: Int, limit: Int) -> SlackFit.Pick? {
    guard let search,
      let batch = search.largestBatch(
        slack: slack.count, subgraph: subgraph, subnet: search.smallest, limit: limit),
      let row = search.mostAccurate(slack: slack.count, subgraph: subgraph, batch: batch)
    else { return nil }
    return SlackFit.Pick(subnet: row, batch: batch)
  }
}
