/// A simulation that cannot go on.
public enum ServingError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Queries wait, every device is idle, and nothing will happen any more.
  case stalled(policy: String, time: SimulationTime, waiting: [Int], count: Int)
  /// A policy asked for something impossible.
  case invalidDecision(policy: String, time: SimulationTime, reason: String)
  /// Queries wait and every device has failed for good.
  case noDevice(time: SimulationTime, count: Int)
  /// Queries wait or are served in vain, and nothing but failures happens any more.
  case onlyFailures(time: SimulationTime, count: Int)
  /// A policy could not decide, start or end.
  case policyFailed(time: SimulationTime, reason: String)
  /// A caching policy could not decide, start or end.
  case cachingFailed(time: SimulationTime, reason: String)
  /// A query arrives at or after `SimulationTime.limit`.
  case arrivalBeyondClock(query: Int)
  /// A service, or the load of a sub-graph, ends at or after `SimulationTime.limit`.
  case serviceBeyondClock(start: SimulationTime)
  /// The arrivals, or the run, ended within the warm-up.
  case nothingMeasured(arrivals: Int, warmUp: Int)
  /// No request to a language model was served outside the warm-up.
  case nothingServed(requests: Int, refused: Int)
  /// A service model said that something takes a negative time, none at all, or more than 1e6 s.
  case invalidCost(start: SimulationTime)
  /// A service model cannot say what something costs.
  case costUnknown(start: SimulationTime, reason: String)
  /// The host has no room for the cache of a request that has to make room.
  case hostFull(request: Int, time: SimulationTime, blocks: Int, free: Int)
  /// A model does not fit the memory of a device beside what is pinned there.
  case noRoom(model: String, device: Int, time: SimulationTime)
  /// A caching policy named a sub-graph that the table does not have.
  case invalidSubgraph(policy: String, index: Int)

  /// The end of the clock for people.
  private static let end = "\(SimulationTime.limit.count / 1_000_000_000_000) s"

  /// What is wrong, in plain words.
  public var description: String {
    switch self {
    case .stalled(let policy, let time, let waiting, let count):
      "policy \(policy) stalled at \(time) with \(count) queries waiting, first "
        + waiting.map { "\($0)" }.joined(separator: ", ")
    case .invalidDecision(let policy, let time, let reason):
      "policy \(policy) decided at \(time): \(reason)"
    case .noDevice(let time, let count):
      "every device has failed by \(time), and \(count) queries wait: expected failures that leave a "
        + "device, a `repair`, or options.until"
    case .onlyFailures(let time, let count):
      "\(count) queries are in the system at \(time), and nothing but failures happens: "
        + "expected a longer `every`, a shorter `repair` or a `count`"
    case .policyFailed(let time, let reason), .cachingFailed(let time, let reason):
      "at \(time): \(reason)"
    case .arrivalBeyondClock(let query):
      "query \(query) arrives after \(Self.end), where the clock ends: expected a higher rate or "
        + "fewer queries"
    case .serviceBeyondClock(let start):
      "what starts at \(start) ends after \(Self.end), where the clock ends: expected faster "
        + "services or fewer queries"
    case .nothingMeasured(let arrivals, let warmUp):
      "only \(arrivals) of the \(warmUp) queries of the warm-up arrive, so that nothing is "
        + "measured: expected fewer"
    case .nothingServed(let requests, let refused):
      "of \(requests) requests \(refused) are refused, which no cache, policy or number of positions here "
        + "can serve, and no other one is measured: expected shorter ones, a larger limit, or a shorter "
        + "warm-up"
    case .invalidCost(let start):
      "the service model gives no possible cost for what starts at \(start): expected services of more "
        + "than 0 s, loads of 0 s or more, both below 1e6 s and of 0 B or more"
    case .costUnknown(let start, let reason):
      "the service model cannot price what starts at \(start): \(reason)"
    case .hostFull(let request, let time, let blocks, let free):
      "at \(time) the host has no room for the cache of request \(request): it has \(blocks) blocks, "
        + "\(free) are free; expected a larger `cache.swap.memory`, or `full: recompute`"
    case .noRoom(let model, let device, let time):
      "model `\(model)` does not fit the memory of device \(device) at \(time)"
    case .invalidSubgraph(let policy, let index):
      "caching policy \(policy) chose sub-graph \(index), which the table does not have"
    }
  }
}
