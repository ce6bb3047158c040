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
        let rows = rows(
          of: block.map { (window[$0], bounds[$0]) }, known, &promising, picks, until: limit)
        done += rows.count
        try writer.write(rows)
        progress(Progress(done: done, total: range.count, before: before))
      }
    }
    try writer.finish()
    return done == range.count ? .complete : isStopped ? .interrupted : .deadline
  }

  /// The rows of points of which these are the bounds, but for those that are known already.
  ///
  /// Points whose bound no other one's beats are searched, then others are looked at again: often what was found
  /// beats all of them. They have the largest tiles where both a bound and figures are beaten. A closer bound is
  /// worked out before a point is searched.
  private func rows(
    of points: [(index: Int, bound: EvaluatedPoint?)], _ known: [Int: PointOutcome],
    _ promising: inout PromisingPoints, _ picks: @escaping @Sendable (Int) -> [Int],
    until limit: DispatchTime?
  ) -> [ResultStore.Row] {
    var made: [ResultStore.Row] = []
    /// Outcomes of `points` as far as there was time; new ones are rows where `isFinal` says so.
    func run(
      _ points: [Int], _ effort: PointEffort, _ isFinal: (EvaluatedPoint) -> Bool
    ) -> [(index: Int, point: EvaluatedPoint, outcome: PointOutcome)] {
      let rows = evaluate(
        points.filter { known[$0] == nil }.map { ($0, picks($0)) }, effort, until: limit)
      made += rows.filter { isFinal(sweep.evaluated(picks($0.point), $0.outcome)) }
      let new = Dictionary(uniqueKeysWithValues: rows.map { ($0.point, $0.outcome) })
      return points.compactMap { index in
        (new[index] ?? known[index]).map { (index, sweep.evaluated(picks(index), $0), $0) }
      }
    }
    func search(_ points: [Int]) -> Bool {
      let found = run(points, .full) { _ in true }
      for (_, point, outcome) in found { promising.add(point, outcome) }
      return found.count == points.count
    }
    guard search(points.filter { $0.bound == nil }.map(\.index)) else { return made }
    var open = points.compactMap { entry in
      entry.bound.map { (index: entry.index, bound: $0, isClose: false) }
    }
    var beaten: [Int] = []
    while true {
      beaten += open.filter { promising.isBeaten($0.bound) }.map(\.index)
      open.removeAll { promising.isBeaten($0.bound) }
      let first = PromisingPoints.unbeaten(open.map(\.bound))
      guard !first.isEmpty else { break }
      let unclear = first.filter { !open[$0].isClose }
      guard !unclear.isEmpty else {
        let wave = Set(first.map { open[$0].index })
        guard search(wave.sorted()) else { return made }
        open.removeAll { wave.contains($0.index) }
        continue
      }
      let closer = bounds(of: unclear.map { open[$0].index }, .closelyLeast, picks, until: limit)
      for (place, bound) in zip(unclear, closer) {
        open[place] = (open[place].index, bound ?? open[place].bound, true)
      }
    }
    let largest = run(beaten.sorted(), .largest, promising.isBeaten)
    _ = search(largest.filter { !promising.isBeaten($0.point) }.map(\.index))
    return made
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

  /// The places of `bounds` that no other one of their environment beats.
  static func unbeaten(_ bounds: [EvaluatedPoint]) -> [Int] {
    bounds.indices.filter { place in
      !bounds.contains {
        $0.environment == bounds[place].environment
          && beats($0.objectives, bounds[place].objectives)
      }
    }
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
