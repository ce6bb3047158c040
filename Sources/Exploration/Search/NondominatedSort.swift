/// A point with its rank and its distance from its neighbours on the front.
struct Ranked: Sendable {
  let point: EvaluatedPoint
  let rank: Int
  let crowding: Double
}

/// Sorting by constrained dominance.
///
/// Source: Deb et al., IEEE TEC 2002, sections III and VI.
enum NondominatedSort {
  /// Whether `a` is better: it misses the constraints by less, or, where both meet them, it is no
  /// worse in any objective and better in one.
  ///
  /// Of another environment it is never better.
  static func dominates(_ a: EvaluatedPoint, _ b: EvaluatedPoint) -> Bool {
    guard a.environment == b.environment else { return false }
    guard a.violation == 0, b.violation == 0 else { return a.violation < b.violation }
    var isBetter = false
    for (left, right) in zip(a.objectives, b.objectives) {
      if left > right { return false }
      if left < right { isBetter = true }
    }
    return isBetter
  }

  /// Positions of the points, best front first, each front in order of position.
  static func fronts(_ points: [EvaluatedPoint]) -> [[Int]] {
    var dominated = Array(repeating: [Int](), count: points.count)
    var count = Array(repeating: 0, count: points.count)
    for a in points.indices {
      for b in points.indices where a != b && dominates(points[a], points[b]) {
        dominated[a].append(b)
        count[b] += 1
      }
    }
    var result: [[Int]] = []
    var front = points.indices.filter { count[$0] == 0 }
    while !front.isEmpty {
      result.append(front)
      var following: [Int] = []
      for a in front {
        for b in dominated[a] {
          count[b] -= 1
          if count[b] == 0 { following.append(b) }
        }
      }
      front = following.sorted()
    }
    return result
  }

  /// The points of one front with their crowding distances; the ends of every objective are infinite.
  static func crowded(_ points: [EvaluatedPoint], rank: Int) -> [Ranked] {
    var distance = Array(repeating: 0.0, count: points.count)
    for objective in points.first?.objectives.indices ?? 0..<0 {
      let order = points.indices.sorted {
        (points[$0].objectives[objective], $0) < (points[$1].objectives[objective], $1)
      }
      guard let first = order.first, let last = order.last else { continue }
      let span = points[last].objectives[objective] - points[first].objectives[objective]
      distance[first] = .infinity
      distance[last] = .infinity
      guard span > 0, span.isFinite, order.count > 2 else { continue }
      for position in 1..<order.count - 1 {
        let gap =
          points[order[position + 1]].objectives[objective]
          - points[order[position - 1]].objectives[objective]
        distance[order[position]] += gap / span
      }
    }
    return points.indices.map { Ranked(point: points[$0], rank: rank, crowding: distance[$0]) }
  }
}
