/// Sees events as they happen, for traces and tests.
public protocol SimulationObserver {
  /// A query joined the queue.
  mutating func arrived(_ query: Query)
  /// A device starts a batch or a segment; `end` is when it is through.
  ///
  /// `actuation` is what changing to the sub-network costs first, `elapsed` the service time that
  /// earlier segments took.
  mutating func started(
    _ batch: [Query], subnet: Int, device: DeviceState, at time: SimulationTime,
    end: SimulationTime, actuation: ProfileTable.Load, elapsed: SimulationTime)
  /// A query is done.
  mutating func completed(_ query: Query, subnet: Int, device: Int, at time: SimulationTime)
  /// A query was given up.
  mutating func dropped(_ query: Query, at time: SimulationTime)
  /// A device starts to load a sub-graph.
  mutating func loading(
    _ subgraph: Int, device: Int, at time: SimulationTime, cost: ProfileTable.Load)
}

extension SimulationObserver {
  /// Ignores the arrival.
  public mutating func arrived(_ query: Query) {}
  /// Ignores the start.
  public mutating func started(
    _ batch: [Query], subnet: Int, device: DeviceState, at time: SimulationTime,
    end: SimulationTime, actuation: ProfileTable.Load, elapsed: SimulationTime
  ) {}
  /// Ignores the completion.
  public mutating func completed(
    _ query: Query, subnet: Int, device: Int, at time: SimulationTime
  ) {}
  /// Ignores the drop.
  public mutating func dropped(_ query: Query, at time: SimulationTime) {}
  /// Ignores the load.
  public mutating func loading(
    _ subgraph: Int, device: Int, at time: SimulationTime, cost: ProfileTable.Load
  ) {}
}
