/// The longest stay in a queue with a guaranteed service, from the arrival curve.
///
/// The largest horizontal distance between the arrival curve, the most queries in any window of a
/// given length, and the service curve `max(window - delay, 0) / serviceTime`. It is reached at a
/// pairwise gap of arrivals, so it is exact. Source: HOLMES (alindkhare/serve-healthcare),
/// `tq_simulator.py`, which samples twenty windows instead.
public struct NetworkCalculusBound: Hashable, Sendable {
  private let serviceTime: Int128
  private let delay: Int128
  private var last = 0
  // Queries x service time may exceed 64 bits.
  private var backlog: Int128 = 0
  private var largest: Int128 = 0

  /// Starts a bound for a server that takes `serviceTime` per query after at most `delay`.
  ///
  /// For first-come-first-served service without batching on one device, `delay` is zero and
  /// `serviceTime` the longest service: the last of n queries of a busy period then leaves within
  /// n service times.
  public init(serviceTime: SimulationTime, delay: SimulationTime = SimulationTime(0)) {
    precondition(serviceTime.count > 0 && delay.count >= 0, "a service takes time")
    self.serviceTime = Int128(serviceTime.count)
    self.delay = Int128(delay.count)
  }

  /// Adds an arrival; times do not fall.
  ///
  /// `max over i <= j of (j - i + 1) S - (t_j - t_i)`, by its recursion in constant memory.
  public mutating func record(arrival: SimulationTime) {
    let gap = Int128(arrival.count - last)
    last = arrival.count
    backlog = serviceTime + max(0, backlog - gap)
    largest = max(largest, backlog)
  }

  /// No query stays longer, in picoseconds; zero before the first.
  public var picoseconds: Int128 { largest == 0 ? 0 : delay + largest }
  /// No query stays longer, in seconds.
  public var seconds: Double { Double(picoseconds) / 1e12 }
}
