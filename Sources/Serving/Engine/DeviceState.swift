/// What a policy may know of a device.
public struct DeviceState: Hashable, Sendable {
  /// Its number, from 0.
  public let index: Int
  /// The sub-graph in its persistent buffer.
  public internal(set) var subgraph: Int
  /// The sub-network it ran last.
  public internal(set) var subnet: Int?

  /// Makes a state.
  public init(index: Int, subgraph: Int, subnet: Int? = nil) {
    self.index = index
    self.subgraph = subgraph
    self.subnet = subnet
  }
}
