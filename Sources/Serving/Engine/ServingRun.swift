/// What a run gave.
public struct ServingRun: Sendable {
  /// The kind of the scheduler policy.
  public let policy: String
  /// The kind of the caching policy.
  public let cachingPolicy: String
  /// What was measured.
  public let metrics: ServingMetrics
  /// All queries that arrived, the warm-up included.
  public let arrivals: Int
  /// All queries that were served, the warm-up included.
  public let completions: Int
  /// All queries that were given up, the warm-up included.
  public let drops: Int
  /// Queries in the system at the end, the warm-up included; zero unless the run was stopped.
  public let inFlight: Int
  /// What policies that are processes took to decide, on a real clock: no part of what is reproducible.
  public let thinking: ThinkingTime?
}
