/// What a policy wants a free device to do.
public enum Decision: Hashable, Sendable {
  /// Run the queries at `positions` of the queue as one batch on a sub-network.
  case serve(subnet: Int, positions: Range<Int>)
  /// Give up the queries at `positions` of the queue.
  case drop(positions: Range<Int>)
  /// Leave the device idle, until the next event or at the latest `until`.
  case wait(until: SimulationTime?)
}
