/// What a query asks for.
public struct QueryDemand: Hashable, Sendable {
  /// The lowest accuracy it accepts, 0...1.
  public let accuracy: Double
  /// The longest time from arrival to completion it accepts.
  public let latency: SimulationTime
  // Numbers in four and two bytes, -1 for none: queries are copied into every batch.
  private let row: Int32
  private let groupNumber: Int32
  private let chainNumber: Int16
  /// The sub-network it names, if any.
  @inline(__always)
  public var subnet: Int? { row < 0 ? nil : Int(row) }
  /// The class it belongs to, by number; nil where it has none.
  @inline(__always)
  public var group: Int? { groupNumber < 0 ? nil : Int(groupNumber) }
  /// The list of pieces that it runs through, by number; nil for a query of one piece.
  @inline(__always)
  var chain: Int? { chainNumber < 0 ? nil : Int(chainNumber) }

  /// Makes a demand.
  public init(
    accuracy: Double = 0, latency: SimulationTime, subnet: Int? = nil, group: Int? = nil
  ) {
    self.init(accuracy: accuracy, latency: latency, subnet: subnet, group: group, chain: nil)
  }

  init(accuracy: Double, latency: SimulationTime, subnet: Int?, group: Int?, chain: Int?) {
    row = Int32(subnet ?? -1)
    groupNumber = Int32(group ?? -1)
    chainNumber = Int16(chain ?? -1)
    self.accuracy = accuracy
    self.latency = latency
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
