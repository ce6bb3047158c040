/// What a query asks for.
public struct QueryDemand: Hashable, Sendable {
  /// The lowest accuracy it accepts, 0...1.
  public let accuracy: Double
  /// The longest time from arrival to completion it accepts.
  public let latency: SimulationTime
  /// The sub-network it names, if any.
  public let subnet: Int?

  /// Makes a demand.
  public init(accuracy: Double = 0, latency: SimulationTime, subnet: Int? = nil) {
    self.accuracy = accuracy
    self.latency = latency
    self.subnet = subnet
  }
}
