/// A simulation that cannot go on.
public enum ServingError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Queries wait, every device is idle, and nothing will happen any more.
  case stalled(policy: String, time: SimulationTime, waiting: [Int], count: Int)
  /// A policy asked for something impossible.
  case invalidDecision(policy: String, time: SimulationTime, reason: String)
  /// An arrival lies beyond the largest time.
  case clockOverflow
  /// A caching policy named a sub-graph that the table does not have.
  case invalidSubgraph(policy: String, index: Int)

  /// What is wrong, in plain words.
  public var description: String {
    switch self {
    case .stalled(let policy, let time, let waiting, let count):
      "policy \(policy) stalled at \(time) with \(count) queries waiting, first "
        + waiting.map { "\($0)" }.joined(separator: ", ")
    case .invalidDecision(let policy, let time, let reason):
      "policy \(policy) decided at \(time): \(reason)"
    case .clockOverflow:
      "an arrival or a completion lies beyond \(SimulationTime.limit.seconds) s"
    case .invalidSubgraph(let policy, let index):
      "caching policy \(policy) chose sub-graph \(index), which the table does not have"
    }
  }
}
