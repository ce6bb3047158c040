public import Components

/// Holds nothing.
public struct NoCaching: CachingPolicy {
  /// No parameters.
  public struct Spec: Codable, Hashable, Sendable {
    /// Makes the parameters.
    public init() {}
    /// Reads no keys.
    public init(from decoder: any Decoder) throws {
      _ = try decoder.container(keyedBy: NoKeys.self)
    }
    /// Writes no keys.
    public func encode(to encoder: any Encoder) throws {
      _ = encoder.container(keyedBy: NoKeys.self)
    }
    private enum NoKeys: CodingKey {}
  }

  /// `none`.
  public static let kind = "none"
  /// One sentence.
  public static let summary = "Nothing is cached; the table needs the column `none`."

  /// Makes the policy.
  public init(_ spec: Spec) {}

  /// The empty column.
  public mutating func prepare(for table: ProfileTable) throws(SpecError) -> Int {
    try table.subgraph(named: ProfileTable.emptySubgraph, key: "kind")
  }

  /// Nothing changes.
  public mutating func served(
    _ subnet: Int, holding subgraph: Int, on device: Int, at now: SimulationTime
  ) -> Int { subgraph }
}
