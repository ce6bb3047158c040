/// What a query asks for.
public struct QueryDemand: Hashable, Sendable {
  /// The lowest accuracy it accepts, 0...1.
  public let accuracy: Double
  /// The longest time from arrival to completion it accepts.
  public let latency: SimulationTime
  /// The sub-network it names, if any.
  public let subnet: Int?

  private let chainNumber: Int16
  /// The list of pieces that it runs through, by number; nil for a query of one piece.
  var chain: Int? { chainNumber < 0 ? nil : Int(chainNumber) }

  // Beside the optional, whose padding they fill: queries are copied into every batch.
  private let groupNumber: Int32
  /// The class it belongs to, by number; nil where it has none.
  public var group: Int? { groupNumber < 0 ? nil : Int(groupNumber) }

  /// Makes a demand.
  public init(
    accuracy: Double = 0, latency: SimulationTime, subnet: Int? = nil, group: Int? = nil
  ) {
    self.init(accuracy: accuracy, latency: latency, subnet: subnet, group: group, chain: nil)
  }

  init(accuracy: Double, latency: SimulationTime, subnet: Int?, group: Int?, chain: Int?) {
    chainNumber = Int16(chain ?? -1)
    groupNumber = Int32(group ?? -1)
    self.accuracy = accuracy
    self.latency = latency
    self.subnet = subnet
  }

  /// The same demand of a class.
  func of(_ group: Int) -> QueryDemand {
    QueryDemand(
      accuracy: accuracy, latency: latency, subnet: subnet, group: group, chain: chain)
  }

  /// The same demand for another sub-network, that of the next piece.
  func on(_ subnet: Int) -> QueryDemand {
    QueryDemand(
      accuracy: accuracy, latency: latency, subnet: subnet, group: group, chain: chain)
  }
}
