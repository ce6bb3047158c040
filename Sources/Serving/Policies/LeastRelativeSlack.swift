/// The query with the least slack relative to its service time first.
///
/// `(deadline - now - remaining service) / total service`. Source: LARS in Medha (arXiv
/// 2409.17264), section 4.1.
public struct LeastRelativeSlack: OrderingPolicy {
  /// The parameters.
  public typealias Spec = OrderSpec

  /// `lars`.
  public static let kind = "lars"
  /// One sentence.
  public static let summary = "The least slack relative to the service time first."
  /// Predicts service times and serves the chosen query.
  public var service: OrderedService

  /// Makes the policy.
  public init(_ spec: Spec) { service = OrderedService(spec) }

  /// The query with the least relative slack.
  public func first(_ snapshot: Snapshot) -> Int {
    let (now, subgraph) = (snapshot.now, snapshot.device.subgraph)
    return service.first(snapshot.queue) { query in
      let left = service.remaining(of: query, holding: subgraph)
      let total = service.total(of: query, holding: subgraph)
      return Self.relativeSlack(
        deadline: query.deadline, now: now, remaining: left, total: total)
    }
  }

  /// `(deadline - now - remaining) / total`.
  static func relativeSlack(
    deadline: SimulationTime, now: SimulationTime, remaining: Int, total: Int
  ) -> Double {
    Double((deadline - now).count - remaining) / Double(max(total, 1))
  }
}
