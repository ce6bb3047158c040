internal import Reports

/// What a terminal shows of a front: how the objectives move along it.
struct SweepTrends {
  let objectives: [Metric]
  /// The objectives of every design of the front.
  let front: [[Double]]
  /// What the designs of this front meet; empty where all of the sweep meet the same.
  var environment = ""

  /// Each objective over the designs from the best by the first one to the worst.
  var all: [Trends] {
    guard let first = objectives.first, objectives.count > 1, front.count > 2 else { return [] }
    let sorted = front.enumerated().sorted { one, other in
      let (a, b) = (one.element[0], other.element[0])
      if a != b { return first.prefersLarge ? a > b : a < b }
      return one.offset < other.offset
    }.map(\.element)
    return [
      Trends(
        (environment.isEmpty ? "along the front, " : "along the front at \(environment), ")
          + "\(first.prefersLarge ? "most" : "least") \(first.title) first",
        objectives.indices.map { index in
          let values = sorted.map { $0[index] }
          let known = values.filter(\.isFinite)
          let (low, high) = (known.min() ?? 0, known.max() ?? 0)
          let metric = objectives[index]
          return .init(
            metric.title, values, low: low, high: high,
            note: "\(metric.text(low)) to \(metric.text(high))")
        })
    ]
  }
}
