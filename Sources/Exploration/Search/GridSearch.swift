internal import Components
internal import Reports

/// Every combination.
struct GridSearch: SearchMethod {
  /// The grid has no parameters.
  struct Spec: Codable, Hashable, Sendable {}
  static let kind = "grid"
  static let summary = "Every combination of axis values, the last axis fastest."

  init(_ spec: Spec) {}

  func plan(_ space: SweepSpace, objectives: Int) throws(SpecError) -> SearchPlan {
    guard let count = space.count, count <= UInt128(SearchMethods.largestCount) else {
      let count =
        space.count.map { Int(exactly: $0).map(NumberText.count) ?? "\($0)" } ?? "more than 10^38"
      throw SpecError(
        "",
        "the grid has \(count) points, at most \(NumberText.count(SearchMethods.largestCount)) are run; "
          + "use a random or evolutionary search, or fewer values")
    }
    return .listed(count: Int(count)) { space.picks(at: $0) }
  }
}
