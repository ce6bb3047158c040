/// The query with the earliest deadline first.
///
/// Source: the baselines of Medha (arXiv 2409.17264), section 4.1.
public struct EarliestDeadlineFirst: OrderingPolicy {
  /// The parameters.
  public typealias Spec = OrderSpec

  /// `edf`.
  public static let kind = "edf"
  /// One sentence.
  public static let summary = "The earliest deadline first."
  /// Predicts service times and serves the chosen query.
  public var service: OrderedService

  /// Makes the policy.
  public init(_ spec: Spec) { service = OrderedService(spec) }

  /// The deadline.
  public func key(of query: Query) -> Int { query.deadline.count }
}
