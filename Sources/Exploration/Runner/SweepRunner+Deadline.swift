internal import Dispatch

extension SweepRunner {
  /// The most points that are ranked at a time, whose estimates are held in memory.
  static let largestWindow = 1 << 18
  /// Points that are looked up and estimated together.
  private static let estimateCount = 4096

  /// Estimates first, for a third of the time, then the points in full, the promising ones before
  /// the others.
  ///
  /// A sweep of more points than can be ranked at a time is taken window by window, each from all
  /// over the sweep, so that neither memory nor the time until the first result grows with it.
  func runBest(
    _ store: ResultStore, _ picks: @escaping @Sendable (Int) -> [Int],
    _ progress: @Sendable (Progress) -> Void
  ) throws(StoreError) -> Ending {
    let end = DispatchTime.now() + (options.deadline ?? 0)
    let before = try store.count()
    var done = before
    let writer = BlockWriter(store)
    var positions = PositionOrder(range, window: Self.largestWindow)
    while !isStopped, DispatchTime.now() < end {
      let window = try rank(&positions, picks, isNew: before == 0, writer, until: end)
      guard !window.isEmpty || !positions.isAtEnd else { break }
      var rest = window[...]
      while !rest.isEmpty, !isStopped, DispatchTime.now() < end {
        let block = rest.prefix(Self.chunkSize * workers.count * 4)
        rest = rest.dropFirst(block.count)
        let rows = evaluate(block.map { ($0, picks($0)) }, until: end)
        done += rows.count
        try writer.write(rows)
        progress(Progress(done: done, total: range.count, before: before))
      }
    }
    try writer.finish()
    return done == range.count ? .complete : isStopped ? .interrupted : .deadline
  }

  /// The next positions without a row, the promising ones first; those that a third of the time
  /// until `end` does not suffice to estimate come last.
  private func rank(
    _ positions: inout PositionOrder, _ picks: @escaping @Sendable (Int) -> [Int], isNew: Bool,
    _ writer: BlockWriter, until end: DispatchTime
  ) throws(StoreError) -> [Int] {
    let now = DispatchTime.now()
    let left = Double(end.uptimeNanoseconds - min(now.uptimeNanoseconds, end.uptimeNanoseconds))
    let rankingEnd = now + left * 1e-9 / 3
    var window: [Int] = []
    var estimates: [EvaluatedPoint?] = []
    repeat {
      let asked = positions.next(Self.estimateCount)
      let known =
        isNew
        ? []
        : try writer.exclusively { store throws(StoreError) in try store.stored(among: asked) }
      let missing = asked.filter { !known.contains($0) }
      estimates += parallel(missing.count, until: rankingEnd) { position, thread, worker in
        let index = missing[position]
        let made = self.sweep.space.point(picks(index))
        let outcome = self.noted(index, thread: thread) {
          Self.run(self.sweep, made, &worker, .estimate)
        }
        return self.sweep.evaluated(picks(index), outcome)
      }
      window += missing
    } while !positions.isAtEnd && window.count < Self.largestWindow && !isStopped
      && DispatchTime.now() < rankingEnd
    return PromisingOrder.positions(estimates).map { window[$0] }
  }
}

/// Positions of a sweep one after the other: in order where they fit a window, else all over it.
struct PositionOrder {
  private let range: Range<Int>
  private let permutation: IndexPermutation?
  private var count = 0

  init(_ range: Range<Int>, window: Int) {
    self.range = range
    permutation = range.count > window ? IndexPermutation(count: range.count, seed: 0) : nil
  }

  /// Whether every position was given.
  var isAtEnd: Bool { count == range.count }

  /// The next positions, up to `limit` of them.
  mutating func next(_ limit: Int) -> [Int] {
    let part = count..<min(count + limit, range.count)
    count = part.upperBound
    return part.map { range.lowerBound + (permutation?[$0] ?? $0) }
  }
}
