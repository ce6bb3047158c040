/// What is done with queries that can no longer meet their deadline.
public enum LateRule: String, Codable, CaseIterable, Sendable {
  /// The fastest sub-network at the smallest batch.
  case fastest
  /// Given up.
  case drop
  /// The fastest sub-network at the largest batch.
  case fastestAtMaxBatch = "fastest-at-max-batch"
}
