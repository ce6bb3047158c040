internal import Units

/// A batch, or a segment of one, on a device.
public struct Service: Sendable {
  /// The sub-network.
  public let subnet: Int
  /// The device as it was at the start, holding the sub-graph that the batch is served with.
  public let device: DeviceState
  /// When it started.
  public let start: SimulationTime
  /// When its model was in memory and the change of sub-network was over, and the work itself started.
  public let work: SimulationTime
  /// When it is through.
  public let end: SimulationTime
  /// What bringing its model into the device's memory costs, before the change, part of the time to `end`.
  public let swap: ProfileTable.Load
  /// What the change of sub-network costs, part of the time to `end`.
  public let actuation: ProfileTable.Load
  /// The service time that earlier segments took.
  public let elapsed: SimulationTime
  /// The share of the whole service that earlier segments did, 0 unless served by segments.
  public let done: Double
  /// The share that is done at `end`, 1 unless served by segments.
  public let share: Double
  /// What the whole service of the batch costs.
  public let cell: ServiceCost

  /// The share of the whole service that is done at a time, by the time it takes.
  public func share(at time: SimulationTime) -> Double {
    if time >= end { return share }
    guard time > work, end > work else { return done }
    let part = Double((time - work).count) / Double((end - work).count)
    return done + (share - done) * part
  }

  /// Energy of the part of the service between two shares of it, in the table's unit.
  ///
  /// As the difference of two running sums, so that the parts of a service add up to the whole.
  @inline(__always)
  public func energy(from: Double, to: Double) -> Double {
    cell.energy.value * to - cell.energy.value * from
  }

  /// Off-chip bytes of the part of the service between two shares of it; parts add up to the whole.
  @inline(__always)
  public func dramBytes(from: Double, to: Double) -> Int {
    func bytes(_ share: Double) -> Int {
      share == 1 ? cell.dramBytes.count : Int((Double(cell.dramBytes.count) * share).rounded())
    }
    return bytes(to) - bytes(from)
  }
}

/// Why a query was given up.
public enum DropReason: String, Codable, CaseIterable, Sendable {
  /// The policy gave it up.
  case policy
  /// The device that served it failed, and batches in flight are lost.
  case failure
  /// The battery is used up.
  case battery
  /// As many queries waited as may.
  case full
}

/// What a device does when a run is stopped.
public struct UnderWay: Sendable {
  /// The device, serving or loading.
  public let device: DeviceState
  /// When its service or its load started.
  public let since: SimulationTime
  /// The queries that it serves, or that wait for its load; empty for any other load.
  public let batch: [Query]
  /// The service; nil while it loads.
  public let service: Service?
}
