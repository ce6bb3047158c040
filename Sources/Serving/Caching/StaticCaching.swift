public import Components

/// Holds one sub-graph for ever: SUSHI without its scheduler.
public struct StaticCaching: CachingPolicy {
  /// The parameters.
  public struct Spec: Codable, Hashable, Sendable {
    /// The sub-graph.
    public let subgraph: String
    /// Makes the parameters.
    public init(subgraph: String) { self.subgraph = subgraph }
  }

  /// `static`.
  public static let kind = "static"
  /// One sentence.
  public static let summary = "One sub-graph is loaded once and kept."
  private let spec: Spec

  /// Makes the policy.
  public init(_ spec: Spec) { self.spec = spec }

  /// Finds the sub-graph.
  public mutating func prepare(for table: ProfileTable) throws(SpecError) -> Int {
    try table.subgraph(named: spec.subgraph, key: "subgraph")
  }

  /// Nothing changes.
  public mutating func served(
    _ subnet: Int, holding subgraph: Int, on device: Int, at now: SimulationTime
  ) -> Int { subgraph }
}

extension StaticCaching.Spec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote(
      "subgraph",
      "Name of the sub-graph that is loaded once and kept")
  ]
}
