/// Elements that take in broadcast activations through queues, each at the pace of its own entries.
///
/// A broadcast goes to all elements at once and waits while any queue is full. With n(p, j) entries of
/// element p in the j-th column that is broadcast, in cycles:
///
/// `start(j) = max(start(j-1) + 1, max over p of done(p, j - depth))`,
/// `done(p, j) = max(done(p, j-1), start(j)) + max(1, n(p, j))`; the last `done` is the time.
///
/// A queue holds the activation in work, too, and an element without entries in a column looks at it
/// for a cycle. Source: EIE (Han et al., ISCA 2016), the broadcast and its queues in words; the
/// recurrence is this project's own.
struct ElementQueues {
  private let depth: Int
  /// When each element has done all that was broadcast.
  private var done: [Int]
  /// When the slowest element had done each of the last columns, as many as a queue holds.
  private var slowest: [Int]
  private var place = 0
  /// The cycle of the last broadcast; -1 before the first one.
  private(set) var start = -1
  /// When all elements have done everything.
  private(set) var time = 0

  /// Empty queues of `depth`.
  init(elements: Int, depth: Int) {
    self.depth = depth
    done = Array(repeating: 0, count: elements)
    slowest = Array(repeating: 0, count: depth)
  }

  /// Broadcasts a column of which the elements have so many entries each.
  mutating func broadcast(_ entries: UnsafeBufferPointer<Int32>) {
    // What was put there `depth` columns ago, zero before.
    start = max(start + 1, slowest[place])
    let start = start
    let latest = done.withUnsafeMutableBufferPointer { done in
      var latest = 0
      for element in 0..<done.count {
        let end = max(done[element], start) + max(1, Int(entries[element]))
        done[element] = end
        latest = max(latest, end)
      }
      return latest
    }
    slowest[place] = latest
    place = place + 1 == depth ? 0 : place + 1
    time = latest
  }
}
