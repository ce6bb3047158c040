internal import Dispatch

extension SweepRunner {
  /// Points that are decided together, by what is known of those before: a few at first, twice as many each
  /// time; never by how many threads there are.
  private static let decidedTogether = (first: 8, most: 256)

  /// Bounds first, then the points, the promising ones before the others: mappings are searched for those that
  /// no point so far beats by their bounds, the others have the largest tiles.
  ///
  /// The front is that of a sweep which searches everything, see `PromisingPoints`. A part of a sweep knows
  /// its own points only, so parts search more points than a whole one, and their front is the same.
  func runPromising(
    _ store: ResultStore, _ picks: @escaping @Sendable (Int) -> [Int],
    _ progress: @Sendable (Progress) -> Void
  ) throws(StoreError) -> Ending {
    let limit = options.deadline.map { DispatchTime.now() + $0 }
    func isOver() -> Bool { isStopped || limit.map { DispatchTime.now() >= $0 } ?? false }
    var known: [Int: PointOutcome] = [:]
    try store.forEach { known[$0.point] = $0.outcome }
    let before = known.count
    var done = before
    let writer = BlockWriter(store)
    var promising = PromisingPoints(sweep)
    var positions = PositionOrder(range, window: Self.largestWindow)
    while !positions.isAtEnd, !isOver() {
      let window = positions.next(Self.largestWindow)
      let bounds = bounds(of: window, .least, picks, until: limit)
      guard !isOver() else { break }
      var rest = PromisingOrder.positions(bounds)[...]
      var size = Self.decidedTogether.first
      while !rest.isEmpty, !isOver() {
        // Neighbours share what their designs have in common.
        let block = rest.prefix(size).sorted()
        rest = rest.dropFirst(size)
        size = min(2 * size, Self.decidedTogether.most)
        let missing = block.filter { known[window[$0]] == nil }
        let rows = rows(
          of: missing.map { (window[$0], bounds[$0]) }, beside: promising, picks, until: limit)
        let outcomes = Dictionary(uniqueKeysWithValues: rows.map { ($0.point, $0.outcome) })
        for index in block.map({ window[$0] }) {
          guard let outcome = outcomes[index] ?? known[index] else { continue }
          promising.add(sweep.evaluated(picks(index), outcome), outcome)
        }
        done += rows.count
        try writer.write(rows)
        progress(Progress(done: done, total: range.count, before: before))
      }
    }
    try writer.finish()
    return done == range.count ? .complete : isStopped ? .interrupted : .deadline
  }

  /// The rows of points of which these are the bounds.
  ///
  /// They have the largest tiles where both a bound and figures are beaten, else a search. Closer bounds are worked
  /// out where the first ones are not beaten.
  private func rows(
    of points: [(index: Int, bound: EvaluatedPoint?)], beside promising: PromisingPoints,
    _ picks: @escaping @Sendable (Int) -> [Int], until limit: DispatchTime?
  ) -> [ResultStore.Row] {
    func run(_ points: [Int], _ effort: PointEffort) -> [ResultStore.Row] {
      evaluate(points.map { ($0, picks($0)) }, effort, until: limit)
    }
    var (beaten, unclear, open): ([Int], [Int], [Int]) = ([], [], [])
    for (index, bound) in points {
      if promising.isBeaten(bound) {
        beaten.append(index)
      } else if bound == nil {
        open.append(index)
      } else {
        unclear.append(index)
      }
    }
    for (index, bound) in zip(unclear, bounds(of: unclear, .closelyLeast, picks, until: limit)) {
      if promising.isBeaten(bound) { beaten.append(index) } else { open.append(index) }
    }
    var rows: [ResultStore.Row] = []
    for row in run(beaten, .largest) {
      if promising.isBeaten(sweep.evaluated(picks(row.point), row.outcome)) {
        rows.append(row)
      } else {
        open.append(row.point)
      }
    }
    return rows + run(open, .full)
  }

  /// What points take at least; nil where nothing is known.
  private func bounds(
    of window: [Int], _ effort: PointEffort, _ picks: @escaping @Sendable (Int) -> [Int],
    until limit: DispatchTime?
  ) -> [EvaluatedPoint?] {
    parallel(window.count, until: limit) { position, thread, worker in
      let index = window[position]
      let made = self.sweep.space.point(picks(index))
      let outcome = self.noted(index, thread: thread) {
        Self.run(self.sweep, made, &worker, effort)
      }
      return outcome.metrics.isEmpty ? nil : self.sweep.evaluated(picks(index), outcome)
    }.map { $0 ?? nil }
  }
}

/// The points of a sweep whose mappings were searched, and which others may still be on a front beside them.
///
/// A point is left out where one of these is nowhere worse than the point's bound and better somewhere. What a
/// search finds for the point is nowhere better than the bound, so it is beaten as well; its row with the
/// largest tiles is compared by itself. So whatever is left out is on no front, and the fronts are those of a
/// sweep that searches everything.
///
/// With a tolerance it is enough that one of these is worse by no more than that share of any objective: each point
/// of those fronts has a searched one so near, an approximate front as in Laumanns et al., "Combining Convergence
/// and Diversity in Evolutionary Multiobjective Optimization", Evolutionary Computation 10(3), 2002.
struct PromisingPoints {
  /// Figures whose bound is what a design would have if each of its counts were the least of any mapping, or that
  /// mappings do not change.
  static let bounded: Set<String> = [
    "cycles", "latency", "energy", "edp", "dram_bytes", "dram_read_bytes", "dram_write_bytes",
    "area", "accuracy", "on_chip_bytes", "macs", "weight_bytes", "cached_weight_bytes",
  ]

  private let searched: Int?
  private let tolerance: Double
  /// By the values of the environment: objectives of points that no other one beats.
  private var fronts: [[Int]: [[Double]]] = [:]

  init(_ sweep: Sweep) {
    tolerance = sweep.evaluator.tolerance
    searched = sweep.evaluator.metrics.firstIndex {
      $0.word == InferenceFigures.searched.metric.word
    }
  }

  /// Whether a point with this bound, or with these figures, is on no front.
  func isBeaten(_ point: EvaluatedPoint?) -> Bool {
    guard let point, point.objectives.allSatisfy(\.isFinite) else { return false }
    return fronts[point.environment]?.contains { beats($0, point.objectives) } ?? false
  }

  /// Whether `one` is no worse than `other`, within the tolerance, and where there is none better somewhere.
  private func beats(_ one: [Double], _ other: [Double]) -> Bool {
    guard tolerance > 0 else { return Self.beats(one, other) }
    return zip(one, other).allSatisfy { $0 <= $1 + tolerance * abs($1) }
  }

  /// Takes a point that was run.
  mutating func add(_ point: EvaluatedPoint, _ outcome: PointOutcome) {
    guard outcome.status == .ok, let searched, outcome.metrics[searched] == 1 else { return }
    var front = fronts[point.environment] ?? []
    guard !front.contains(where: { Self.beats($0, point.objectives) }) else { return }
    front.removeAll { Self.beats(point.objectives, $0) }
    front.append(point.objectives)
    fronts[point.environment] = front
  }

  private static func beats(_ one: [Double], _ other: [Double]) -> Bool {
    var isBetter = false
    for (own, its) in zip(one, other) {
      if own > its { return false }
      if own < its { isBetter = true }
    }
    return isBetter
  }
}
