public import Components

/// An oracle: the best sub-graph at every decision, all queries of the run being known.
///
/// Every `interval` queries it may load another sub-graph. The sequence is optimal over the whole
/// run, loads and actuations included: dynamic programming over (decision, cached sub-graph). What a
/// query is served on is known by asking the scheduler what it would do with each sub-graph cached, so
/// that a choice that depends on the cache is followed exactly; schedulers that look at the queue, more
/// than one device and runs that are stopped are refused.
///
/// It minimises the time of services and loads that measured queries take. In a closed loop of one
/// client without think time that is their mean latency, so no caching policy with the same interval
/// is better; with other arrivals it is the busy time. No real scheduler can do this: it serves to
/// report regret.
public struct LookaheadCaching: CachingPolicy {
  /// What the oracle wants.
  public enum Objective: String, Codable, CaseIterable, Sendable {
    /// The smallest sum of latencies.
    case latency
    /// The largest sum of accuracies, then the smallest sum of latencies.
    case accuracy
  }

  /// The parameters.
  public struct Spec: Codable, Hashable, Sendable {
    /// Queries between two decisions, Q.
    public let interval: Int
    /// The sub-graph held before the first query; the best one unless given.
    public let initial: String?
    /// What the oracle wants, `latency` unless given.
    public let objective: Objective

    /// Makes the parameters.
    public init(interval: Int, initial: String? = nil, objective: Objective = .latency) {
      self.interval = interval
      self.initial = initial
      self.objective = objective
    }

    /// Reads the parameters.
    public init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      self.init(
        interval: try values.decode(Int.self, forKey: .interval),
        initial: try values.decodeIfPresent(String.self, forKey: .initial),
        objective: try values.decodeIfPresent(Objective.self, forKey: .objective) ?? .latency)
    }
  }

  /// `lookahead`.
  public static let kind = "lookahead"
  /// One sentence.
  public static let summary =
    "An oracle that knows all queries: the best sequence of sub-graphs, to measure regret against."
  private let spec: Spec
  private var initial: Int?
  /// The sub-graph held at first, then the one chosen at each decision.
  private var plan: [Int] = []
  private var decision = 0
  private var sinceDecision = 0

  /// Checks the parameters.
  public init(_ spec: Spec) throws(SpecError) {
    try CachingWindow(window: 1, interval: spec.interval).check()
    self.spec = spec
  }

  /// Finds the first sub-graph where one is given.
  public mutating func prepare(for table: ProfileTable) throws(SpecError) -> Int {
    guard table.subgraphs.count <= LookaheadPlan.mostSubgraphs else {
      throw SpecError(
        "kind",
        "lookahead plans over at most \(LookaheadPlan.mostSubgraphs) sub-graphs, the table has "
          + "\(table.subgraphs.count): expected a table with fewer, or another caching policy")
    }
    if let name = spec.initial { initial = try table.subgraph(named: name, key: "initial") }
    return initial ?? 0
  }

  /// All of them.
  public var knowsQueries: Bool { true }

  /// Works the sequence out; gives its first sub-graph.
  public mutating func plan(for queries: KnownQueries) throws(SpecError) -> Int {
    plan = try LookaheadPlan(
      queries, interval: spec.interval, initial: initial,
      wantsAccuracy: spec.objective == .accuracy
    ).subgraphs
    return plan[0]
  }

  /// The planned sub-graph when a decision is due.
  public mutating func served(
    _ subnet: Int, holding subgraph: Int, on device: Int, at now: SimulationTime
  ) -> Int {
    sinceDecision += 1
    guard sinceDecision == spec.interval else { return subgraph }
    sinceDecision = 0
    decision += 1
    return decision < plan.count ? plan[decision] : subgraph
  }
}

extension LookaheadCaching.Spec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote(
      "interval",
      "Queries between two decisions, Q"),
    KeyNote(
      "initial",
      "Name of the sub-graph that is held before the first query",
      default: "the best one"),
    KeyNote(
      "objective",
      "What the oracle wants: `latency`, the smallest sum of latencies; `accuracy`, the "
        + "largest sum of accuracies, then the smallest sum of latencies",
      default: "latency"),
  ]
}
