/// What a policy may know when it decides: the time, the waiting queries, and every device.
///
/// The engine keeps one up to date in place and lends it, so that a decision copies no queue.
public struct Snapshot: Sendable {
  /// The time.
  public internal(set) var now: SimulationTime
  /// The waiting queries, in the order of the policy's key.
  public internal(set) var queue: QueryQueue
  /// All devices, by number: what each holds and does.
  public internal(set) var devices: [DeviceState]
  /// What is in the memory of each device, nil for one without a limit; none where no device has one.
  public internal(set) var memories: [ByteAccount?] = []
  /// The number of the idle device for which the policy is asked.
  public internal(set) var asking: Int

  /// Makes a snapshot.
  public init(
    now: SimulationTime = SimulationTime(0), queue: QueryQueue = QueryQueue(),
    devices: [DeviceState], asking: Int = 0
  ) {
    self.now = now
    self.queue = queue
    self.devices = devices
    self.asking = asking
  }

  /// The idle device for which the policy is asked.
  @inline(__always)
  public var device: DeviceState { devices[asking] }
}
