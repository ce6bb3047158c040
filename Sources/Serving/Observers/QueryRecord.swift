public import Inputs
public import Units

/// What became of one query.
public struct QueryRecord: Sendable {
  /// How a query ended.
  public enum Outcome: String, CaseIterable, Sendable {
    /// Served by its deadline.
    case met
    /// Served after its deadline.
    case late
    /// Given up.
    case dropped
    /// In the system when the run was stopped.
    case unfinished
  }

  /// Why a query was not served by its deadline.
  public enum Cause: String, CaseIterable, Sendable {
    /// It was.
    case none = ""
    /// Late, most of the time because all devices were busy.
    case queueing
    /// Late, most of the time because the policy waited although a device was idle.
    case batching
    /// Late, most of the time because of loads of sub-graphs and changes of sub-network.
    case load
    /// Late, most of the time in service.
    case service
    /// Given up when not even the fastest service would have ended by its deadline.
    case tooLate = "too-late"
    /// Given up although a service could have ended by its deadline.
    case policy
    /// Given up because the device that served it failed.
    case failure
    /// Given up because the battery is used up.
    case battery
    /// Given up because as many queries waited as may.
    case full
    /// Unfinished, and never started or between two pieces.
    case waiting
    /// Unfinished, in service.
    case running
  }

  /// The query, as it ended.
  public let query: Query
  /// When its first piece started; nil where none did.
  public let start: SimulationTime?
  /// When it was served or given up, or the run stopped.
  public let end: SimulationTime
  /// How it ended.
  public let outcome: Outcome
  /// Why it was not served by its deadline.
  public let cause: Cause
  /// Pieces of service that were started: 1, or as many as segments.
  public internal(set) var pieces = 0
  /// The device of the last piece.
  public internal(set) var device: Int?
  /// The sub-network that served it.
  public internal(set) var subnet: Int?
  /// The sub-graph that the device held during the last piece.
  public internal(set) var subgraph: Int?
  /// All queries of its last batch, itself among them, in the order of the batch.
  public internal(set) var members: [Int] = []
  /// Each service that was started, in runs whose queries have several pieces; empty in others.
  public internal(set) var chain: [PieceRecord] = []
  /// Weight bytes of its sub-network that were on chip in its last piece; nil where unknown.
  public internal(set) var bytesHit: Int?
  /// Its share of the bytes of loads and changes, in all.
  public internal(set) var bytesLoaded = 0
  /// Its share of the bytes of models that came into memories.
  public internal(set) var modelBytes = 0
  /// Its share of all off-chip bytes; nil where the table has none.
  public internal(set) var dramBytes: Int?
  /// Its share of the energy of services, loads and changes; nil where the table has none.
  public internal(set) var energy: Picojoules?
  /// The accuracy of the sub-network that served it; nil where none did to the end.
  public let accuracy: Double?
  /// Where its time went.
  public let parts: Parts

  /// The time from arrival to end, in parts that add up to it.
  public struct Parts: Hashable, Sendable {
    /// All devices were busy.
    public var queueing = SimulationTime(0)
    /// A device was idle: the policy waited.
    public var batching = SimulationTime(0)
    /// No device was idle and one loaded a sub-graph, or its own service began with a load of its model
    /// or a change.
    public var load = SimulationTime(0)
    /// In service.
    public var service = SimulationTime(0)

    /// The part that took longest, the first of equal ones.
    var longest: Cause {
      let all: [(SimulationTime, Cause)] = [
        (queueing, .queueing), (batching, .batching), (load, .load), (service, .service),
      ]
      return all.dropFirst().reduce(all[0]) { $1.0 > $0.0 ? $1 : $0 }.1
    }
  }

  /// Whether it counts in the figures: not in the warm-up.
  public let isMeasured: Bool
}

/// One service of a query of several pieces.
public struct PieceRecord: Hashable, Sendable {
  /// The sub-network.
  public let subnet: Int
  /// The device.
  public let device: Int
  /// When it started.
  public let start: SimulationTime

  init(_ service: Service) {
    subnet = service.subnet
    device = service.device.index
    start = service.start
  }
}

/// Takes records one after another.
public protocol QueryRecordSink {
  /// Takes a record.
  ///
  /// - Throws: `InputError` when it cannot be kept; the run then ends.
  mutating func take(_ record: QueryRecord) throws(InputError)
}
