/// What a policy may know of a device.
public struct DeviceState: Hashable, Sendable {
  /// What a device does.
  public enum Activity: UInt8, Hashable, Sendable {
    /// Nothing: it can start a batch.
    case idle
    /// It runs a batch, or a segment of one.
    case serving
    /// It puts a sub-graph into its persistent buffer.
    case loading
    /// It has failed and has not come back.
    case down
  }

  /// Its number, from 0.
  public let index: Int
  /// The sub-graph in its persistent buffer, a column of the table that policies see; while it loads, the one that was there before.
  public internal(set) var subgraph: Int
  /// The sub-network it ran last; nil before the first, and after it came back from a failure.
  public internal(set) var subnet: Int?
  // Beside the optional, whose padding it fills.
  private let kindNumber: UInt16
  /// The number of its kind, from 0.
  @inline(__always)
  public var kind: Int { Int(kindNumber) }
  /// What it does.
  public internal(set) var activity = Activity.idle
  /// When it is through with what it does: of the past for an idle device, unknown to a policy and of
  /// the past for one that is down.
  public internal(set) var until = SimulationTime(0)

  /// Makes the state of an idle device.
  public init(index: Int, subgraph: Int, subnet: Int? = nil, kind: Int = 0) {
    self.index = index
    kindNumber = UInt16(kind)
    self.subgraph = subgraph
    self.subnet = subnet
  }

  /// Whether it can start a batch.
  @inline(__always)
  public var isIdle: Bool { activity == .idle }
}
