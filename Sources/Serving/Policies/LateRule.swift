/// What is done where no choice meets the earliest deadline.
///
/// Of equally fast sub-networks the first of the table; a policy with one sub-network takes that one.
public enum LateRule: String, Codable, CaseIterable, Sendable {
  /// The fastest sub-network at the smallest batch.
  case fastest
  /// The query with the earliest deadline is given up.
  case drop
  /// The fastest sub-network at the largest batch.
  case fastestAtMaxBatch = "fastest-at-max-batch"
}
