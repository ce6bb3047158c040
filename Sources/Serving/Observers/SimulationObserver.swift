/// Sees every event of a simulation as it happens: metrics, traces, per-query records and tests.
///
/// Every piece of work is seen, whether its queries ended well, late, given up or not at all. A batch is
/// `started`; then it is `finished`, and each of its queries `completed` or, where segments of it are
/// left, back in the queue; or it is `interrupted`, and each of its queries is back in the queue or
/// `dropped`.
public protocol SimulationObserver {
  /// A query joined the queue for the first time.
  mutating func arrived(_ query: Query)
  /// A device starts a batch or a segment.
  mutating func started(_ batch: [Query], _ service: Service)
  /// A batch or a segment is through, at `service.end`.
  mutating func finished(_ batch: [Query], _ service: Service)
  /// A query is done; called for every query of a batch after `finished`.
  ///
  /// `batch` is the number of queries that ran together.
  mutating func completed(_ query: Query, _ service: Service, batch: Int)
  /// A query was given up.
  mutating func dropped(_ query: Query, at time: SimulationTime, because reason: DropReason)
  /// A device starts to load a sub-graph; `device` still holds the one before.
  mutating func loading(
    _ subgraph: Int, _ device: DeviceState, at time: SimulationTime, cost: ProfileTable.Load)
  /// A load that took time is over.
  mutating func loaded(_ device: DeviceState, since start: SimulationTime, at time: SimulationTime)
  /// A device begins to bring a model into its memory, part of the service that starts now; `evicted` leave
  /// it for that.
  mutating func swapped(
    _ model: Int, evicting evicted: [Int], _ device: DeviceState, at time: SimulationTime)
  /// A device failed in the middle of a service, whose queries are given up or back in the queue.
  mutating func interrupted(_ batch: [Query], _ service: Service, at time: SimulationTime)
  /// A device failed.
  mutating func failed(_ device: DeviceState, at time: SimulationTime)
  /// A device came back, holding nothing.
  mutating func recovered(_ device: DeviceState, at time: SimulationTime)
  /// A device stopped for good because the battery is used up; `device` as it was.
  mutating func stopped(_ device: DeviceState, at time: SimulationTime)
  /// Whether the run can end early because nothing of it is wanted any more; asked between events.
  var isFinished: Bool { get }
  /// The run is over. Where it was stopped, queries still wait in the snapshot's queue, and devices are
  /// busy with what is `underWay`.
  mutating func ended(_ snapshot: Snapshot, _ underWay: [UnderWay])
}

extension SimulationObserver {
  /// Ignores the arrival.
  public mutating func arrived(_ query: Query) {}
  /// Ignores the start.
  public mutating func started(_ batch: [Query], _ service: Service) {}
  /// Ignores the end.
  public mutating func finished(_ batch: [Query], _ service: Service) {}
  /// Ignores the completion.
  public mutating func completed(_ query: Query, _ service: Service, batch: Int) {}
  /// Ignores the drop.
  public mutating func dropped(
    _ query: Query, at time: SimulationTime, because reason: DropReason
  ) {}
  /// Ignores the load.
  public mutating func loading(
    _ subgraph: Int, _ device: DeviceState, at time: SimulationTime, cost: ProfileTable.Load
  ) {}
  /// Ignores the end of the load.
  public mutating func loaded(
    _ device: DeviceState, since start: SimulationTime, at time: SimulationTime
  ) {}
  /// Ignores what memories hold.
  public mutating func swapped(
    _ model: Int, evicting evicted: [Int], _ device: DeviceState, at time: SimulationTime
  ) {}
  /// Ignores the loss.
  public mutating func interrupted(
    _ batch: [Query], _ service: Service, at time: SimulationTime
  ) {}
  /// Ignores the failure.
  public mutating func failed(_ device: DeviceState, at time: SimulationTime) {}
  /// Ignores the return.
  public mutating func recovered(_ device: DeviceState, at time: SimulationTime) {}
  /// Takes it for a failure.
  public mutating func stopped(_ device: DeviceState, at time: SimulationTime) {
    failed(device, at: time)
  }
  /// Lets the run go on.
  public var isFinished: Bool { false }
  /// Ignores the end.
  public mutating func ended(_ snapshot: Snapshot, _ underWay: [UnderWay]) {}
}
