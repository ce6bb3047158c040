internal import Components

/// Points drawn at random, none twice while the grid has others.
struct RandomSearch: SearchMethod {
  /// How many points, and from which seed.
  struct Spec: Codable, Hashable, Sendable {
    /// Number of points.
    let points: Int
    /// Seed of the draw.
    let seed: Int
  }
  static let kind = "random"
  static let summary = "Different points of the grid, drawn at random."

  private let spec: Spec

  init(_ spec: Spec) throws(SpecError) {
    try SearchMethods.checkCount(spec.points, "points")
    self.spec = spec
  }

  func plan(_ space: SweepSpace, objectives: Int) throws(SpecError) -> SearchPlan {
    let bounds = space.bounds
    let seed = spec.seed
    guard let count = space.count, count < 1 << 62 else {
      // Among so many points a point drawn twice is next to impossible.
      return .listed(count: spec.points) { index in
        var random = PickRandom(seed: seed, position: index)
        return random.picks(bounds)
      }
    }
    guard UInt128(spec.points) <= count else {
      throw SpecError("points", "the grid has only \(count) points, found \(spec.points)")
    }
    let permutation = IndexPermutation(count: Int(count), seed: seed)
    return .listed(count: spec.points) { space.picks(at: permutation[$0]) }
  }
}

extension RandomSearch.Spec: DescribedKeys {
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
