internal import Components

/// Points that cover every axis evenly.
struct LatinHypercube: SearchMethod {
  /// How many points, and from which seed.
  struct Spec: Codable, Hashable, Sendable {
    /// Number of points.
    let points: Int
    /// Seed of the draw.
    let seed: Int
  }
  static let kind = "latin-hypercube"
  static let summary =
    "Points that cover every axis evenly: each axis is cut into as many strata as there are points."

  private let spec: Spec

  init(_ spec: Spec) throws(SpecError) {
    try SearchMethods.checkCount(spec.points, "points")
    self.spec = spec
  }

  /// Point `i` takes stratum `p(i)` of each axis, `p` a permutation of its own.
  ///
  /// Source: McKay, Beckman and Conover, Technometrics 1979; a stratum stands for the value at its
  /// middle.
  func plan(_ space: SweepSpace, objectives: Int) throws(SpecError) -> SearchPlan {
    let points = spec.points
    let columns = space.bounds.enumerated().map { index, bound in
      (bound, IndexPermutation(count: points, seed: spec.seed, stream: index))
    }
    return .listed(count: points) { index in
      columns.map { bound, permutation in (2 * permutation[index] + 1) * bound / (2 * points) }
    }
  }
}

extension LatinHypercube.Spec: DescribedKeys {
  /// What each key does.
  static let notes: [KeyNote] = [
    KeyNote(
      "points",
      "Number of points"),
    KeyNote(
      "seed",
      "Seed of the draw"),
  ]
}
