public import Components

/// The most accurate sub-network that is fast enough, given what is cached.
///
/// Source: SUSHI (Behnam et al., MLSys 2023), STRICT_LATENCY.
public struct StrictLatency: SchedulerPolicy {
  /// The latency that a sub-network must keep.
  public enum Budget: String, Codable, CaseIterable, Sendable {
    /// The query's latency constraint, as if it had not waited.
    case constraint
    /// What is left until the deadline.
    case remaining
  }

  /// What is served when no sub-network is fast enough.
  public enum Fallback: String, Codable, CaseIterable, Sendable {
    /// The fastest one.
    case fastest
    /// Nothing.
    case drop
  }

  /// The parameters.
  public struct Spec: Codable, Hashable, Sendable {
    /// The latency that a sub-network must keep, `constraint` unless given.
    public let budget: Budget
    /// What is served when none is fast enough, `fastest` unless given.
    public let fallback: Fallback
    /// Makes the parameters.
    public init(budget: Budget = .constraint, fallback: Fallback = .fastest) {
      self.budget = budget
      self.fallback = fallback
    }
    /// Reads the parameters.
    public init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      budget = try values.decodeIfPresent(Budget.self, forKey: .budget) ?? .constraint
      fallback = try values.decodeIfPresent(Fallback.self, forKey: .fallback) ?? .fastest
    }
  }

  /// `strict-latency`.
  public static let kind = "strict-latency"
  /// One sentence.
  public static let summary = "SushiSched: the most accurate sub-network that is fast enough."
  private let spec: Spec
  private var choices: [RankedChoice] = []
  private var fastest: [Int] = []

  /// Makes the policy.
  public init(_ spec: Spec) { self.spec = spec }

  /// Ranks the sub-networks by latency, per cached sub-graph.
  public mutating func prepare(for table: ProfileTable) throws(SpecError) {
    choices = table.subgraphs.indices.map { column in
      RankedChoice(
        count: table.subnets.count, key: { table.latency($0, column) },
        isBetter: { table.subnets[$0].accuracy > table.subnets[$1].accuracy })
    }
    fastest = table.subgraphs.indices.map { column in
      table.subnets.indices.min {
        (table.latency($0, column), -table.subnets[$0].accuracy, $0)
          < (table.latency($1, column), -table.subnets[$1].accuracy, $1)
      } ?? 0
    }
  }

  /// The oldest query, alone.
  public mutating func decide(_ snapshot: Snapshot) -> Decision {
    let query = snapshot.queue[0]
    let budget = spec.budget == .constraint ? query.demand.latency : query.deadline - snapshot.now
    guard let row = query.startedSubnet ?? choice(budget, snapshot.device.subgraph) else {
      return .drop(at: 0..<1)
    }
    return .serve(subnet: row, positions: 0..<1)
  }

  /// One query at a time, on a sub-network that it keeps.
  public var canBeInterrupted: Bool { true }
  /// Answers where the wait does not count.
  public var canPreview: Bool { spec.budget == .constraint }

  /// The most accurate row whose latency is at most the query's constraint.
  public func preview(_ demand: QueryDemand, holding subgraph: Int) -> Int? {
    choice(demand.latency, subgraph)
  }

  private func choice(_ budget: SimulationTime, _ subgraph: Int) -> Int? {
    if let row = choices[subgraph].best(.inclusive, budget.count) { return row }
    return spec.fallback == .drop ? nil : fastest[subgraph]
  }
}

extension StrictLatency.Spec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote(
      "budget",
      "The latency that a sub-network must keep: `constraint`, the one that the query "
        + "asks for, as if it had not waited; `remaining`, what is left until its deadline",
      default: "constraint",
      source: "SUSHI (MLSys 2023)"),
    KeyNote(
      "fallback",
      "What is served where no sub-network is fast enough: `fastest` or `drop`, nothing",
      default: "fastest",
      source: "assumed; not published"),
  ]
}
