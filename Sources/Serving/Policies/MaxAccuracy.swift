/// The most accurate sub-network that can serve one query, then the largest batch for it.
///
/// Source: SuperServe (NSDI 2025), section A.4, "MaxAcc".
public struct MaxAccuracy: SlackPolicy {
  /// The parameters.
  public typealias Spec = SlackSearchSpec

  /// `maxacc`.
  public static let kind = "maxacc"
  /// One sentence.
  public static let summary = "SuperServe baseline: accuracy first, batch size second."
  /// The parameters.
  public let spec: Spec
  /// Sub-networks and batch sizes ranked by latency; nil before `prepare`.
  public var search: SlackSearch?

  /// Makes the policy.
  public init(_ spec: Spec) { self.spec = spec }

  /// Sub-network and batch number for a slack, nil when nothing fits.
  public func pick(slack: SimulationTime, subgraph: Int, limit: Int) -> SlackFit.Pick? {
    guard let search,
      let row = search.mostAccurate(slack: slack.count, subgraph: subgraph, batch: 0),
      let batch = search.largestBatch(
        slack: slack.count, subgraph: subgraph, subnet: row, limit: limit)
    else { return nil }
    return SlackFit.Pick(subnet: row, batch: batch)
  }
}
