/// Finds the answers that a service gives for budgets of a range, by halving it wherever its ends are answered
/// differently.
///
/// Both ends are asked, then every middle; a part ends when its ends are answered alike, or when it is no
/// wider than the resolution.
struct FrontierProbe {
  /// Budgets that were asked.
  private(set) var queries = 0
  /// Answers that were given, each with the lowest budget that it was given for: where its part of the frontier
  /// begins, as far as the client can tell.
  private(set) var found: [Int: Double] = [:]

  /// The most budgets that are asked: a service that answers at random differs everywhere.
  static let mostQueries = 100_000

  /// Asks budgets from `low` to `high`; `answer` gives nil where nothing is served.
  init<Failure: Error>(
    from low: Double, to high: Double, resolution: Double,
    answer: (Double) throws(Failure) -> Int?
  ) throws(Failure) {
    let first = try ask(low, answer)
    let last = try ask(high, answer)
    var parts = [(low: low, first: first, high: high, last: last)]
    while let part = parts.popLast(), queries < Self.mostQueries {
      guard part.high - part.low > resolution, part.first != part.last else { continue }
      let middle = (part.low + part.high) / 2
      // Neighbouring numbers have none between them.
      guard middle > part.low, middle < part.high else { continue }
      let between = try ask(middle, answer)
      parts.append((middle, between, part.high, part.last))
      parts.append((part.low, part.first, middle, between))
    }
  }

  /// How many answers another probe found to begin where this one did, within the resolution.
  func agreeing(with other: FrontierProbe, resolution: Double) -> Int {
    found.count { answer, budget in
      other.found[answer].map { abs($0 - budget) <= resolution } ?? false
    }
  }

  private mutating func ask<Failure: Error>(
    _ budget: Double, _ answer: (Double) throws(Failure) -> Int?
  ) throws(Failure) -> Int? {
    queries += 1
    let given = try answer(budget)
    if let given { found[given] = min(found[given] ?? budget, budget) }
    return given
  }
}
