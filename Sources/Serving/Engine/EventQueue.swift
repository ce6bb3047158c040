internal import HeapModule

/// Events in the order (time, priority, sequence number).
struct EventQueue {
  /// What happens; the raw value is the priority among events of one instant.
  enum Kind: Int {
    /// A device finishes its batch or its segment.
    case finished
    /// A device finishes loading a sub-graph.
    case loaded
    /// Bytes between two nodes of a graph are there; the device is the number of the transfer.
    case delivered
    /// A device fails.
    case failed
    /// A device that failed comes back.
    case recovered
    /// A query arrives.
    case arrival
    /// A policy asked to be woken.
    case wake
  }

  /// One event.
  struct Event: Comparable {
    let time: SimulationTime
    /// Kind in the high bits, sequence number in the low ones.
    let rank: Int
    let device: Int

    @inline(__always)
    var kind: Kind { Kind(rawValue: rank >> 56) ?? .wake }

    @inline(__always)
    static func < (left: Event, right: Event) -> Bool {
      left.time.count != right.time.count
        ? left.time.count < right.time.count : left.rank < right.rank
    }
    @inline(__always)
    static func == (left: Event, right: Event) -> Bool { left.rank == right.rank }
  }

  private var heap = Heap<Event>()
  private var sequence = 0

  var isEmpty: Bool { heap.isEmpty }
  var count: Int { heap.count }
  var nextTime: SimulationTime? { heap.min?.time }

  @inline(__always)
  mutating func schedule(_ kind: Kind, at time: SimulationTime, device: Int = 0) {
    heap.insert(Event(time: time, rank: kind.rawValue << 56 | sequence, device: device))
    sequence += 1
  }

  @inline(__always)
  mutating func popFirst() -> Event? { heap.popMin() }
}
