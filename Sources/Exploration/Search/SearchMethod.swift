internal import Components

/// Chooses the points of a sweep.
protocol SearchMethod: Configurable {
  /// How this method goes through `space`; throws when it cannot.
  func plan(_ space: SweepSpace, objectives: Int) throws(SpecError) -> SearchPlan
}

/// The way a search goes through a space.
enum SearchPlan: Sendable {
  /// A list: how many points, and the picks of each.
  case listed(count: Int, picks: @Sendable (Int) -> [Int])
  /// Generations, each chosen from the results of those before; about `count` points in all.
  case generations(count: Int, any GenerationalSearch)
}

/// A search whose next points depend on the results so far.
protocol GenerationalSearch: Sendable {
  /// The next points to run, given what became of the last ones in the same order; nil at the end.
  mutating func next(_ last: [EvaluatedPoint]) throws(SpecError) -> [[Int]]?
}

/// A point and how good it is.
struct EvaluatedPoint: Hashable, Sendable {
  /// Its picks.
  let picks: [Int]
  /// One value per objective, less is better; infinite where there is none.
  let objectives: [Double]
  /// Zero for a point that meets every constraint, more the further it misses them.
  let violation: Double
  /// The values of the axes of the environment: points with different ones are never compared.
  var environment: [Int] = []
}

/// The ways of choosing points that a sweep file can name.
public enum SearchMethods {
  /// The list; a new method is one line here.
  static let registry = Registry<any SearchMethod>(
    "search",
    [
      .init(GridSearch.self) { $0 },
      .init(RandomSearch.self) { $0 },
      .init(LatinHypercube.self) { $0 },
      .init(EvolutionarySearch.self) { $0 },
      .init(SupernetEvolution.self) { $0 },
    ])

  /// The largest number of points that a sweep may have.
  static let largestCount = 100_000_000

  static func checkCount(_ count: Int, _ key: String) throws(SpecError) {
    guard (1...largestCount).contains(count) else {
      throw SpecError(key, "expected 1 to \(largestCount), found \(count)")
    }
  }
}
