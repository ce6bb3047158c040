/// Puts points in the order in which they are worth running, from estimates of their objectives.
///
/// A point's score is the best, over evenly spread weights, of its largest weighted rank among the
/// objectives, so that the ends and the bends of the front come early. Points that miss a constraint
/// by estimate follow, by how far; points without an estimate come last.
/// Source of the scheme, a cheap look at all and a full one at the promising: Jamieson and
/// Talwalkar, "Non-stochastic Best Arm Identification", 2016; weighting after Steuer and Choo, 1983.
enum PromisingOrder {
  /// Positions of `points`, best first.
  static func positions(_ points: [EvaluatedPoint?]) -> [Int] {
    let feasible = points.indices.filter { points[$0]?.violation == 0 }
    var key = Array(repeating: (2, 0.0, 0.0), count: points.count)
    // Ranks are those among points of the same environment, the only ones they compete with.
    for group in Dictionary(grouping: feasible, by: { points[$0]?.environment ?? [] }).values {
      let scores = scores(group.compactMap { points[$0]?.objectives })
      for (index, score) in zip(group, scores) { key[index] = (0, score.best, score.sum) }
    }
    for index in points.indices {
      guard let violation = points[index]?.violation, violation > 0 else { continue }
      key[index] = (1, violation, 0)
    }
    return points.indices.sorted { left, right in
      (key[left].0, key[left].1, key[left].2, left)
        < (key[right].0, key[right].1, key[right].2, right)
    }
  }

  /// The best weighted rank of each point, and the sum of its ranks: of points of equal best ranks, one that beats
  /// another comes first.
  private static func scores(_ objectives: [[Double]]) -> [(best: Double, sum: Double)] {
    guard let count = objectives.first?.count else { return [] }
    let ranks = (0..<count).map { objective in
      var rank = Array(repeating: 0.0, count: objectives.count)
      let order = objectives.indices.sorted {
        (objectives[$0][objective], $0) < (objectives[$1][objective], $1)
      }
      var first = 0
      for (place, index) in order.enumerated() {
        // Equal values have the rank of the first of them.
        if objectives[index][objective] != objectives[order[first]][objective] { first = place }
        rank[index] = Double(first) / Double(objectives.count)
      }
      return rank
    }
    let weights = weights(count)
    return objectives.indices.map { index in
      let best =
        weights.map { weight in zip(weight, ranks).map { $0 * $1[index] }.max() ?? 0 }.min() ?? 0
      return (best, ranks.reduce(0) { $0 + $1[index] })
    }
  }

  /// Weights in steps of an eighth that sum to one.
  private static func weights(_ count: Int) -> [[Double]] {
    let steps = 8
    switch count {
    case 1: return [[1]]
    case 2: return (0...steps).map { [Double($0), Double(steps - $0)].map { $0 / Double(steps) } }
    default:
      return (0...steps).flatMap { first in
        (0...steps - first).map { second in
          [first, second, steps - first - second].map { Double($0) / Double(steps) }
        }
      }
    }
  }
}
