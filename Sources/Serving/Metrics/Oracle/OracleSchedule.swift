/// The optimum of a small problem, by exhaustive search.
///
/// A schedule is a sequence of batches on each device, each as early as its device and its queries allow; the
/// device that is free first takes its next batch or none any more. States that are equal are searched once.
struct OracleSchedule {
  private struct State: Hashable {
    /// The queries left, a bit each.
    let left: Int
    /// When each open device is free, rising.
    let free: [Int]
  }

  private let jobs: [OracleProblem.Job]
  /// By batch size less one: what it takes and what a query of it is worth, no way beaten by another.
  private let ways: [[(time: Int, worth: Double)]]
  private var known: [State: Double] = [:]
  /// The largest sum of what queries in time are worth: one, or their accuracy.
  private(set) var best = 0.0

  init(_ problem: OracleProblem, counts: Bool) {
    jobs = problem.jobs
    let largest = problem.modes.map(\.size).max() ?? 0
    ways = (1...max(1, min(largest, max(1, problem.jobs.count)))).map { size in
      // A batch of fewer is charged as the next size of the table, or as a larger one that is faster.
      Self.unbeaten(
        problem.modes.filter { $0.size >= size }.map { ($0.time, counts ? 1 : $0.accuracy) })
    }
    best = value(
      State(left: (1 << jobs.count) - 1, free: Array(repeating: 0, count: problem.devices)))
  }

  private static func unbeaten(
    _ all: [(time: Int, worth: Double)]
  ) -> [(time: Int, worth: Double)] {
    var kept: [(time: Int, worth: Double)] = []
    for way in all.sorted(by: { ($0.time, -$0.worth) < ($1.time, -$1.worth) })
    where way.worth > kept.last?.worth ?? -1 {
      kept.append(way)
    }
    return kept
  }

  private mutating func value(_ state: State) -> Double {
    guard state.left != 0, let time = state.free.first else { return 0 }
    if let value = known[state] { return value }
    let others = Array(state.free.dropFirst())
    // The device takes no batch any more.
    var best = value(State(left: state.left, free: others))
    var members = state.left
    while members != 0 {
      best = max(best, batch(members, state.left, time, others))
      members = (members - 1) & state.left
    }
    known[state] = best
    return best
  }

  /// The best of all ways to serve `members` next on the device that is free at `time`.
  private mutating func batch(_ members: Int, _ left: Int, _ time: Int, _ others: [Int]) -> Double {
    let size = members.nonzeroBitCount
    guard size <= ways.count else { return 0 }
    var (start, deadline) = (time, Int.max)
    for (index, job) in jobs.enumerated() where members & 1 << index != 0 {
      start = max(start, job.arrival)
      deadline = min(deadline, job.deadline)
    }
    var best = 0.0
    for way in ways[size - 1] where way.time <= deadline - start {
      let free = (others + [start + way.time]).sorted()
      best = max(
        best, Double(size) * way.worth + value(State(left: left & ~members, free: free)))
    }
    return best
  }
}
