public import Specs

/// Chooses the sub-graph that a device keeps in its persistent buffer.
public protocol CachingPolicy: Configurable {
  /// Looks names up; gives the sub-graph that is held before the first query.
  mutating func prepare(for table: ProfileTable) throws(SpecError) -> Int
  /// How many of the next queries the policy wants to see after the coming one; mostly 0.
  var horizon: Int { get }
  /// The most queries that `horizon` can ask for.
  var largestHorizon: Int { get }
  /// The sub-graph to hold now that a query was served; `holding` to keep the one there is.
  mutating func served(_ subnet: Int, holding subgraph: Int, upcoming: Upcoming?) -> Int
}

extension CachingPolicy {
  /// None.
  public var horizon: Int { 0 }
  /// None.
  public var largestHorizon: Int { 0 }
}

/// The caching policies a scenario can name.
public enum CachingPolicies {
  /// The list; a new policy is one line here.
  public static let registry = Registry<any CachingPolicy>(
    "caching policy",
    [
      .init(NoCaching.self) { $0 },
      .init(StaticCaching.self) { $0 },
      .init(AverageCaching.self) { $0 },
      .init(MostFrequentCaching.self) { $0 },
      .init(LookaheadCaching.self) { $0 },
    ])
}
