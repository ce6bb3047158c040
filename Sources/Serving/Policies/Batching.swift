/// How a policy with a single sub-network chooses the size of a batch.
public enum Batching: String, Codable, CaseIterable, Sendable {
  /// As many of the earliest deadlines as the first of them allows.
  case deadline
  /// As many of the oldest queries as wait, whatever their deadlines.
  case full
}
