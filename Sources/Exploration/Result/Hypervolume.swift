/// How much of the objective space a front dominates, up to a reference point.
///
/// Source: Zitzler and Thiele, "Multiobjective Optimization Using Evolutionary Algorithms", PPSN 1998.
enum Hypervolume {
  /// The volume that `points` dominate below `reference`; one to three objectives, less is better.
  static func volume(_ points: [[Double]], reference: [Double]) -> Double {
    let inside = points.filter { zip($0, reference).allSatisfy { $0 < $1 } }
    switch reference.count {
    case 1: return inside.map { reference[0] - $0[0] }.max() ?? 0
    case 2: return area(inside, reference)
    default: return slices(inside, reference)
    }
  }

  /// Strips between neighbours of the staircase.
  private static func area(_ points: [[Double]], _ reference: [Double]) -> Double {
    var (sum, height) = (0.0, reference[1])
    for point in points.sorted(by: { $0.lexicographicallyPrecedes($1) }) where point[1] < height {
      sum += (reference[0] - point[0]) * (height - point[1])
      height = point[1]
    }
    return sum
  }

  /// Slices along the third objective, each the area of the points that reach it.
  private static func slices(_ points: [[Double]], _ reference: [Double]) -> Double {
    let sorted = points.sorted { ($0[2], $0[0], $0[1]) < ($1[2], $1[0], $1[1]) }
    var sum = 0.0
    for index in sorted.indices {
      let top = index + 1 < sorted.count ? sorted[index + 1][2] : reference[2]
      guard top > sorted[index][2] else { continue }
      sum += area(Array(sorted[...index]), reference) * (top - sorted[index][2])
    }
    return sum
  }

  /// The share of `points` that some point of `others` equals or beats in every objective.
  static func covered(_ points: [[Double]], by others: [[Double]]) -> Double {
    guard !points.isEmpty else { return 0 }
    let count = points.count { point in
      others.contains { zip($0, point).allSatisfy { $0 <= $1 } }
    }
    return Double(count) / Double(points.count)
  }
}
