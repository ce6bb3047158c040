public import Specs

/// An oracle: holds the sub-graph that is best for the next queries, which it knows.
///
/// Every `interval` queries it asks the scheduler what it would serve to the next `window` queries
/// with each sub-graph, and takes the best sum, the load included; the one it holds where equal.
/// It is greedy from window to window. No real scheduler can do this: it serves to report regret.
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
    /// Queries that are known, Q.
    public let window: Int
    /// Queries between two decisions; Q unless given.
    public let interval: Int
    /// The sub-graph held before the first query; the first of the table unless given.
    public let initial: String?
    /// What the oracle wants, `latency` unless given.
    public let objective: Objective

    /// Makes the parameters.
    public init(
      window: Int, interval: Int? = nil, initial: String? = nil, objective: Objective = .latency
    ) {
      self.window = window
      self.interval = interval ?? window
      self.initial = initial
      self.objective = objective
    }

    /// Reads the parameters.
    public init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      self.init(
        window: try values.decode(Int.self, forKey: .window),
        interval: try values.decodeIfPresent(Int.self, forKey: .interval),
        initial: try values.decodeIfPresent(String.self, forKey: .initial),
        objective: try values.decodeIfPresent(Objective.self, forKey: .objective) ?? .latency)
    }
  }

  /// `lookahead`.
  public static let kind = "lookahead"
  /// One sentence.
  public static let summary = "An oracle that knows the next queries, to measure regret against."
  private let spec: Spec
  private let shared: CachingWindow
  private var table: ProfileTable?
  private var served: ServedWindow

  /// Checks the parameters.
  public init(_ spec: Spec) throws(SpecError) {
    shared = CachingWindow(window: spec.window, interval: spec.interval, initial: spec.initial)
    try shared.check()
    self.spec = spec
    served = ServedWindow(shared, subnets: 0)
  }

  /// Keeps the table.
  public mutating func prepare(for table: ProfileTable) throws(SpecError) -> Int {
    self.table = table
    served = ServedWindow(shared, subnets: table.subnets.count)
    return try shared.initialSubgraph(in: table)
  }

  /// The window when the next query completes an interval.
  public var horizon: Int { served.isDueNext ? spec.window : 0 }
  /// The window.
  public var largestHorizon: Int { spec.window }

  /// The best sub-graph for the next queries when a decision is due.
  public mutating func served(
    _ subnet: Int, holding subgraph: Int, upcoming: Upcoming?
  ) -> Int {
    guard served.add(subnet), let upcoming, let table else { return subgraph }
    var best = (subgraph: subgraph, score: score(subgraph, subgraph, upcoming, table))
    for candidate in table.subgraphs.indices where candidate != subgraph {
      let score = score(candidate, subgraph, upcoming, table)
      if score < best.score { best = (candidate, score) }
    }
    return best.subgraph
  }

  /// Smaller is better.
  private func score(
    _ candidate: Int, _ held: Int, _ upcoming: Upcoming, _ table: ProfileTable
  ) -> (Double, Int) {
    var accuracy = 0.0
    var latency = table.load(from: held, to: candidate).time.count
    for demand in upcoming.demands {
      guard let row = upcoming.subnet(for: demand, holding: candidate) else { continue }
      accuracy += table.subnets[row].accuracy
      latency += table.latency(row, candidate)
    }
    return (spec.objective == .accuracy ? -accuracy : 0, latency)
  }
}
