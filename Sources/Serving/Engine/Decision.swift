/// Places in the queue, from 0 for the head: a run of neighbours, or any others in a list.
///
/// A range takes no memory of its own, so that a policy that serves the head of the queue decides
/// without allocating any.
public enum QueuePositions: Hashable, Sendable {
  /// Neighbours.
  case range(Range<Int>)
  /// Any places, in the order in which their queries join the batch.
  case list([Int])

  /// How many there are.
  @inline(__always)
  public var count: Int {
    switch self {
    case .range(let range): range.count
    case .list(let list): list.count
    }
  }

  /// The first one; nil when there is none.
  var first: Int? {
    switch self {
    case .range(let range): range.first
    case .list(let list): list.first
    }
  }

  /// Each of them.
  var all: [Int] {
    switch self {
    case .range(let range): Array(range)
    case .list(let list): list
    }
  }

  /// Whether there is at least one, each is in a queue of `count` and none is there twice.
  func fit(_ count: Int) -> Bool {
    switch self {
    case .range(let range):
      !range.isEmpty && range.lowerBound >= 0 && range.upperBound <= count
    case .list(let list):
      !list.isEmpty && list.allSatisfy((0..<count).contains) && Set(list).count == list.count
    }
  }
}

extension QueuePositions: CustomStringConvertible {
  /// `0..<4` or `[0, 2, 5]`.
  public var description: String {
    switch self {
    case .range(let range): "\(range)"
    case .list(let list): "\(list)"
    }
  }
}

/// What a policy wants done when a device is idle.
public enum Decision: Hashable, Sendable {
  /// Run the next pieces of the queries at `positions` as one batch on a sub-network.
  ///
  /// `device` is the idle device that runs it, the asking one where it is nil. `loading` is a sub-graph
  /// that the device loads first, at the cost of any load; nil keeps what it holds.
  case run(positions: QueuePositions, subnet: Int, device: Int?, loading: Int?)
  /// Give up the queries at `positions`.
  case drop(positions: QueuePositions)
  /// Leave the asking device idle, until the next event or at the latest `until`.
  case wait(until: SimulationTime?)

  /// Runs neighbours of the queue on the asking device, with what it holds.
  @inline(__always)
  public static func serve(subnet: Int, positions: Range<Int>) -> Decision {
    .run(positions: .range(positions), subnet: subnet, device: nil, loading: nil)
  }

  /// Runs any queries of the queue on the asking device, with what it holds.
  public static func run(subnet: Int, positions: [Int]) -> Decision {
    .run(positions: .list(positions), subnet: subnet, device: nil, loading: nil)
  }

  /// Gives up neighbours of the queue.
  @inline(__always)
  public static func drop(at positions: Range<Int>) -> Decision {
    .drop(positions: .range(positions))
  }
}
