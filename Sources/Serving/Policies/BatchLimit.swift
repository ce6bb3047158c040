/// Whether a batch may be planned for more queries than wait.
public enum BatchLimit: String, Codable, CaseIterable, Sendable {
  /// The batch is chosen by latency alone; fewer queries may fill it.
  case none
  /// No batch size is considered that a smaller one would hold.
  case queueLength = "queue-length"
}
