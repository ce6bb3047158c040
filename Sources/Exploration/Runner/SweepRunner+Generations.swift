internal import Dispatch

extension SweepRunner {
  /// Generation by generation; points that are stored are not run again.
  func runGenerations(
    _ store: ResultStore, _ search: any GenerationalSearch,
    _ progress: @Sendable (Progress) -> Void
  ) throws(StoreError) -> Ending {
    var search = search
    var known: [String: PointOutcome] = [:]
    try store.forEach { known[$0.key] = $0.outcome }
    let before = known.count
    let total = sweep.manifest.points
    var numbers: [String: Int] = [:]
    var last: [EvaluatedPoint] = []
    let limit = options.deadline.map { DispatchTime.now() + $0 }
    while true {
      let asked: [[Int]]
      do {
        guard let more = try search.next(last) else { return .complete }
        asked = more
      } catch {
        throw .incomplete("\(error)")
      }
      var fresh: [(index: Int, picks: [Int])] = []
      var keys: [String] = []
      for picks in asked {
        let key = Self.key(sweep.space.point(picks).point)
        keys.append(key)
        guard numbers[key] == nil else { continue }
        numbers[key] = numbers.count
        if known[key] == nil { fresh.append((numbers.count - 1, picks)) }
      }
      let rows = evaluate(fresh, until: limit)
      for row in rows { known[row.key] = row.outcome }
      try store.insert(rows)
      progress(Progress(done: known.count, total: total, before: before))
      if isStopped { return .interrupted }
      if let limit, rows.count < fresh.count || DispatchTime.now() > limit { return .deadline }
      last = zip(asked, keys).compactMap { picks, key in
        known[key].map { sweep.evaluated(picks, $0) }
      }
    }
  }
}
