internal import HeapModule

/// A bound of a problem of any size, from the work that queries need within their windows.
///
/// A query in time is part of a batch that lies between its arrival and its deadline, so that it takes at least
/// `time / size` of a device within its window, with the best batch that fits the window. Work may be cut and
/// moved freely, all devices together are one of their joint speed, and a query may be served in part, for a
/// part of what it is worth. This is a linear program over flows from queries to time. What a query is worth is
/// a concave function of its work (sub-networks that are worth more take more), so that the program is that of a
/// separable concave function over a polymatroid, which is solved by taking pieces in the order of their worth
/// per work (Federgruen and Groenevelt, "The Greedy Procedure for Resource Allocation Problems", Operations
/// Research 34, 1986). How much of a set of pieces fits is what the earliest deadline first serves, since windows
/// are intervals (Glover, "Maximum Matching in a Convex Bipartite Graph", 1967).
struct OracleRelaxation {
  /// A part of a query's work.
  private struct Piece {
    /// Worth per picosecond of work.
    let slope: Double
    let job: Int
    /// Picoseconds of one device.
    let work: Int
  }

  /// The largest sum of what queries in time are worth: one, or their accuracy.
  let best: Double

  init(_ problem: OracleProblem, counts: Bool) {
    var shapes: [Int: [(slope: Double, work: Int)]] = [:]
    // Windows that the same modes fit have the same pieces.
    let limits = Set(problem.modes.map(\.time)).sorted()
    var pieces: [Piece] = []
    for (index, job) in problem.jobs.enumerated() {
      let (window, isOver) = job.deadline.subtractingReportingOverflow(job.arrival)
      guard !isOver, window >= 0 else { continue }
      let fitting = Self.count(limits, upTo: window)
      guard fitting > 0 else { continue }
      let shape =
        shapes[fitting]
        ?? Self.pieces(problem.modes.filter { $0.time <= limits[fitting - 1] }, counts: counts)
      shapes[fitting] = shape
      pieces += shape.map { Piece(slope: $0.slope, job: index, work: $0.work) }
    }
    let flow = WindowedFlow(problem.jobs, devices: problem.devices)
    best = Self.greedy(pieces, jobs: problem.jobs.count, flow)
  }

  /// How many of `limits`, which rise, are at most `value`.
  private static func count(_ limits: [Int], upTo value: Int) -> Int {
    var (low, high) = (0, limits.count)
    while low < high {
      let middle = (low + high) / 2
      if limits[middle] <= value { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The concave envelope of worth over work of one query, piece by piece from the steepest.
  ///
  /// Work is rounded down to whole picoseconds, which only makes queries cheaper.
  private static func pieces(
    _ modes: [OracleProblem.Mode], counts: Bool
  ) -> [(slope: Double, work: Int)] {
    let points = modes.map { (work: max(1, $0.time / $0.size), worth: counts ? 1 : $0.accuracy) }
    var (work, worth) = (0, 0.0)
    var found: [(slope: Double, work: Int)] = []
    while true {
      // The steepest way up from here; of equally steep ones the longest.
      let next = points.filter { $0.worth > worth && $0.work > work }.max { one, other in
        let a = (one.worth - worth) / Double(one.work - work)
        let b = (other.worth - worth) / Double(other.work - work)
        return (a, one.work) < (b, other.work)
      }
      // A point that is worth more for no more work was taken before.
      guard let next else { return found }
      found.append(((next.worth - worth) / Double(next.work - work), next.work - work))
      (work, worth) = (next.work, next.worth)
    }
  }

  /// The sum over rising sets of pieces of what each adds to the flow, times its worth.
  private static func greedy(_ pieces: [Piece], jobs: Int, _ flow: WindowedFlow) -> Double {
    var works = Array(repeating: 0, count: jobs)
    var (sum, served) = (0.0, Int128(0))
    let sorted = pieces.sorted { $0.slope > $1.slope }
    var next = 0
    while next < sorted.count {
      let slope = sorted[next].slope
      while next < sorted.count, sorted[next].slope == slope {
        works[sorted[next].job] += sorted[next].work
        next += 1
      }
      let total = flow.served(works)
      sum += slope * Double(total - served)
      served = total
    }
    return sum
  }
}

/// How much work with windows a number of devices can do, all of them together as one.
///
/// Times are counted in picoseconds of one device, so that work of all devices advances them by whole numbers.
struct WindowedFlow {
  private struct Waiting: Comparable {
    let deadline: Int128
    var work: Int128
    let job: Int

    static func < (left: Waiting, right: Waiting) -> Bool {
      (left.deadline, left.job) < (right.deadline, right.job)
    }
  }

  private let arrivals: [Int128]
  private let deadlines: [Int128]
  /// Jobs in the order of arrival.
  private let order: [Int]

  init(_ jobs: [OracleProblem.Job], devices: Int) {
    arrivals = jobs.map { Int128($0.arrival) * Int128(devices) }
    deadlines = jobs.map { Int128($0.deadline) * Int128(devices) }
    order = jobs.indices.sorted { (jobs[$0].arrival, $0) < (jobs[$1].arrival, $1) }
  }

  /// The most of `works`, in picoseconds of one device by job, that can be done between arrival and deadline.
  func served(_ works: [Int]) -> Int128 {
    var waiting = Heap<Waiting>()
    var sum = Int128(0)
    var now = Int128(0)
    var next = 0
    while true {
      if waiting.isEmpty {
        guard next < order.count else { return sum }
        now = max(now, arrivals[order[next]])
      }
      while next < order.count, arrivals[order[next]] <= now {
        let job = order[next]
        if works[job] > 0 {
          waiting.insert(
            Waiting(deadline: deadlines[job], work: Int128(works[job]), job: job))
        }
        next += 1
      }
      // The earliest deadline, until it is done or late, or another query arrives.
      guard var first = waiting.popMin(), first.deadline > now else { continue }
      let until = next < order.count ? arrivals[order[next]] : first.deadline
      let done = min(min(until, first.deadline) - now, first.work)
      sum += done
      now += done
      first.work -= done
      if first.work > 0, first.deadline > now { waiting.insert(first) }
    }
  }
}
