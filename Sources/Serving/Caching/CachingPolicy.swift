public import Components
public import Inputs

/// Chooses the sub-graph that a device keeps in its persistent buffer.
public protocol CachingPolicy: Configurable {
  /// Looks names up; gives the sub-graph that is held before the first query.
  mutating func prepare(for table: ProfileTable) throws(SpecError) -> Int
  /// Whether the policy is an oracle, for which `plan` is called once before the first query.
  var knowsQueries: Bool { get }
  /// Takes all queries of the run; gives the sub-graph that is held before the first one.
  mutating func plan(for queries: KnownQueries) throws(SpecError) -> Int
  /// The sub-graph to hold now that a query was served; `holding` to keep the one there is.
  mutating func served(
    _ subnet: Int, holding subgraph: Int, on device: Int, at now: SimulationTime
  ) throws(PolicyError) -> Int
  /// Reads the files that the specification names; relative paths start from the scenario's `folder`.
  mutating func load(
    folder: String, _ read: (String) throws(InputError) -> String
  ) throws(InputError)
  /// The files that the specification names, from the scenario's `folder`: a result rests on them.
  func files(in folder: String) -> [String]
  /// What the policy took to decide, on a real clock; nil where that is not measured.
  ///
  /// Asked at the end of a run.
  var thinking: ThinkingTime? { get }
  /// Starts a run on a device; called once before its first event, and on each device's own copy.
  mutating func begin(seed: Int, device: Int) throws(PolicyError)
  /// Ends a run that went well, after its last event.
  mutating func finish() throws(PolicyError)
}

extension CachingPolicy {
  /// Reads nothing.
  public mutating func load(
    folder: String, _ read: (String) throws(InputError) -> String
  ) throws(InputError) {}
  /// None.
  public func files(in folder: String) -> [String] { [] }
  /// Not measured.
  public var thinking: ThinkingTime? { nil }
  /// Nothing to start.
  public mutating func begin(seed: Int, device: Int) throws(PolicyError) {}
  /// Nothing to end.
  public mutating func finish() throws(PolicyError) {}
  /// It is none.
  public var knowsQueries: Bool { false }
  /// Never called.
  public mutating func plan(for queries: KnownQueries) throws(SpecError) -> Int {
    throw SpecError("kind", "\(Self.kind) is no oracle")
  }
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
      .init(ProcessCaching.self) { $0 },
    ])
}
