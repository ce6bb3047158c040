/// What a query asks for.
public struct QueryDemand: Hashable, Sendable {
  /// The lowest accuracy it accepts, 0...1.
  public let accuracy: Double
  /// The longest time from arrival to completion it accepts.
  public let latency: SimulationTime
  /// The sub-network it names, if any.
  public let subnet: Int?

  // Beside the optional, whose padding it fills: queries are copied into every batch.
  private let groupNumber: Int32
  /// The class it belongs to, by number; nil where it has none.
  public var group: Int? { groupNumber < 0 ? nil : Int(groupNumber) }

  /// Makes a demand.
  public init(
    accuracy: Double = 0, latency: SimulationTime, subnet: Int? = nil, group: Int? = nil
  ) {
    groupNumber = Int32(group ?? -1)
    self.accuracy = accuracy
    self.latency = latency
    self.subnet = subnet
  }

  /// The same demand of a class.
  func of(_ group: Int) -> QueryDemand {
    QueryDemand(accuracy: accuracy, latency: latency, subnet: subnet, group: group)
  }
}
