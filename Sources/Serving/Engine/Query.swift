/// One request: what it asks for, and how far it has got.
public struct Query: Hashable, Sendable {
  /// Its number in the order of arrival, from 0.
  public let id: Int
  /// When it arrived.
  public let arrival: SimulationTime
  /// What it asks for; the sub-network is that of its next piece, where it has several.
  public internal(set) var demand: QueryDemand
  // Four bytes each, side by side: a query is 64 bytes, a line of the cache, and those that wait are all
  // that a run keeps of its queries.
  private var startedRow: Int32 = -1
  private var segmentNumber: Int32 = 0
  private var pieceNumber: Int32 = 0
  /// Layer segments that have run, when service can be interrupted.
  public internal(set) var completedSegments: Int {
    get { Int(segmentNumber) }
    set { segmentNumber = Int32(newValue) }
  }
  /// The sub-network whose segments have run, nil before the first.
  public internal(set) var startedSubnet: Int? {
    get { startedRow < 0 ? nil : Int(startedRow) }
    set { startedRow = Int32(newValue ?? -1) }
  }
  /// Pieces that are through, of a query that runs through several sub-networks.
  public internal(set) var completedPieces: Int {
    get { Int(pieceNumber) }
    set { pieceNumber = Int32(newValue) }
  }
  /// When its first segment started, -1 ps before; a service that a failure interrupts counts.
  public internal(set) var firstStart = SimulationTime(-1)

  /// Makes a query that has not been served.
  public init(id: Int, arrival: SimulationTime, demand: QueryDemand) {
    self.id = id
    self.arrival = arrival
    self.demand = demand
  }

  /// Arrival plus the latency constraint.
  @inline(__always)
  public var deadline: SimulationTime { arrival + demand.latency }
}
