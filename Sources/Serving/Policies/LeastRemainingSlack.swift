/// The query with the least slack first: `deadline - now - remaining service`.
///
/// Source: the baselines of Medha (arXiv 2409.17264), section 4.1.
public struct LeastRemainingSlack: OrderingPolicy {
  /// The parameters.
  public typealias Spec = OrderSpec

  /// `lrs`.
  public static let kind = "lrs"
  /// One sentence.
  public static let summary = "The least remaining slack first."
  /// Predicts service times and serves the chosen query.
  public var service: OrderedService

  /// Makes the policy.
  public init(_ spec: Spec) { service = OrderedService(spec) }

  /// The query with the least slack.
  public func first(_ snapshot: Snapshot) -> Int {
    let (now, subgraph) = (snapshot.now, snapshot.device.subgraph)
    return service.first(snapshot.queue) { query in
      let left = service.remaining(of: query, holding: subgraph)
      return Double((query.deadline - now).count - left)
    }
  }
}
