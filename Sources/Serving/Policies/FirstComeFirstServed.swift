/// The oldest query first.
///
/// Source: the baselines of Medha (arXiv 2409.17264), section 4.1.
public struct FirstComeFirstServed: OrderingPolicy {
  /// The parameters.
  public typealias Spec = OrderSpec

  /// `fcfs`.
  public static let kind = "fcfs"
  /// One sentence.
  public static let summary = "The oldest query first."
  /// Predicts service times and serves the chosen query.
  public var service: OrderedService

  /// Makes the policy.
  public init(_ spec: Spec) { service = OrderedService(spec) }
}
