/// What no policy can exceed: how many queries are served in time, and the sum of their accuracies; and what
/// no policy that serves every query can be below: their mean latency.
package struct OracleBound: Hashable, Sendable {
  /// How a bound was found.
  package enum Method: String, Sendable {
    /// The optimum, by exhaustive search.
    case exact
    /// That of a relaxation, which the optimum does not exceed.
    case relaxation
  }

  /// Queries for which, with few devices, the optimum is searched.
  static let fewQueries = 8
  /// Devices for which it is.
  static let fewDevices = 3
  /// The most queries that a bound looks at, in memory.
  static let mostQueries = 5_000_000

  /// How it was found.
  package let method: Method
  /// Queries looked at.
  package let queries: Int
  /// Queries in time, at most.
  package let onTime: Int
  /// Sum of the accuracies of the queries in time, at most; another schedule may be needed than for
  /// `onTime`.
  package let accuracySum: Double
  /// Mean latency in seconds of policies that give up nothing, at least; nil without queries.
  package let latencySeconds: Double?

  /// Share of queries in time, at most; nil without queries.
  package var attainment: Double? { queries == 0 ? nil : Double(onTime) / Double(queries) }
  /// Accuracies of the queries in time over all queries, at most; nil without queries.
  package var score: Double? { queries == 0 ? nil : accuracySum / Double(queries) }

  /// The optimum of a small problem, a relaxation of a larger one.
  init(_ problem: OracleProblem) {
    let isSmall =
      problem.jobs.count <= Self.fewQueries && problem.devices <= Self.fewDevices
    self.init(problem, isSmall ? .exact : .relaxation)
  }

  init(_ problem: OracleProblem, _ method: Method) {
    self.method = method
    queries = problem.jobs.count
    latencySeconds = problem.leastMeanLatency
    switch method {
    case .exact:
      onTime = Int(OracleSchedule(problem, counts: true).best.rounded())
      accuracySum = OracleSchedule(problem, counts: false).best
    case .relaxation:
      // Sums of floating-point numbers may fall short of the bound by their rounding.
      let slack = 1 + 1e-9
      let count = OracleRelaxation(problem, counts: true).best * slack
      onTime = min(queries, Int(count.rounded(.down)))
      accuracySum = OracleRelaxation(problem, counts: false).best * slack
    }
  }
}
