public import Components
public import Inputs

/// Chooses which queries run, on which sub-network.
///
/// A policy decides and the simulation enforces: no policy serves, drops or advances time itself.
public protocol SchedulerPolicy: Configurable {
  /// Looks names up and prepares searches; called once before the first query.
  mutating func prepare(for table: ProfileTable) throws(SpecError)
  /// Takes the devices; called after `prepare(for:)`, whose table has the columns of all of them.
  mutating func prepare(on fleet: DeviceFleet, serving models: [ServedModel])
  /// Takes the places where service can be interrupted, nil when it runs through.
  mutating func prepare(interruptedAt boundaries: LayerBoundaries?)
  /// The place of a query in the queue, smaller first; called whenever it joins the queue.
  func key(of query: Query) -> Int
  /// What the idle device `snapshot.asking` does now; called only when queries wait.
  mutating func decide(_ snapshot: Snapshot) throws(PolicyError) -> Decision
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
  /// Starts a run; called once before its first event.
  mutating func begin(seed: Int, devices: Int) throws(PolicyError)
  /// Whether `finished` is called; asked after `begin`.
  var wantsEvents: Bool { get }
  /// A batch, or a segment of one, is through, at `service.end`.
  mutating func finished(_ batch: [Query], _ service: Service) throws(PolicyError)
  /// Ends a run that went well, after its last event.
  mutating func finish() throws(PolicyError)
  /// Whether service by segments is possible: the policy serves one query at a time and goes on with
  /// one that has begun on the same sub-network. Asked after `prepare(for:)`.
  var canBeInterrupted: Bool { get }
  /// The batch that is filled where enough queries wait, whatever their deadlines; nil for a policy
  /// that looks at them. Asked after `prepare(for:)`.
  var fullBatch: (subnet: Int, size: Int)? { get }
  /// Whether it runs a query that names a sub-network on that one, so that queries may have several pieces.
  var servesNamed: Bool { get }
  /// Whether `preview` answers.
  var canPreview: Bool { get }
  /// The sub-network that a lone query would get with `subgraph` cached, nil when none or unknown.
  func preview(_ demand: QueryDemand, holding subgraph: Int) -> Int?
}

extension SchedulerPolicy {
  /// Ignores which devices there are: what they hold says what work costs on them.
  public mutating func prepare(on fleet: DeviceFleet, serving models: [ServedModel]) {}
  /// Ignores the boundaries.
  public mutating func prepare(interruptedAt boundaries: LayerBoundaries?) {}
  /// Oldest first.
  public func key(of query: Query) -> Int { query.arrival.count }
  /// Reads nothing.
  public mutating func load(
    folder: String, _ read: (String) throws(InputError) -> String
  ) throws(InputError) {}
  /// None.
  public func files(in folder: String) -> [String] { [] }
  /// Not measured.
  public var thinking: ThinkingTime? { nil }
  /// Nothing to start.
  public mutating func begin(seed: Int, devices: Int) throws(PolicyError) {}
  /// Not interested.
  public var wantsEvents: Bool { false }
  /// Ignores what is through.
  public mutating func finished(_ batch: [Query], _ service: Service) throws(PolicyError) {}
  /// Nothing to end.
  public mutating func finish() throws(PolicyError) {}
  /// Service runs through.
  public var canBeInterrupted: Bool { false }
  /// It chooses sub-networks itself.
  public var servesNamed: Bool { false }
  /// Deadlines count.
  public var fullBatch: (subnet: Int, size: Int)? { nil }
  /// No preview.
  public var canPreview: Bool { false }
  /// No preview.
  public func preview(_ demand: QueryDemand, holding subgraph: Int) -> Int? { nil }
}

/// The scheduler policies a scenario can name.
public enum SchedulerPolicies {
  /// The list; a new policy is one line here.
  public static let registry = Registry<any SchedulerPolicy>(
    "scheduler policy",
    [
      .init(StrictAccuracy.self) { $0 },
      .init(StrictLatency.self) { $0 },
      .init(SlackFit.self) { $0 },
      .init(MaxBatch.self) { $0 },
      .init(MaxAccuracy.self) { $0 },
      .init(FixedSubnet.self) { $0 },
      .init(MinimumAccuracy.self) { $0 },
      .init(FirstComeFirstServed.self) { $0 },
      .init(EarliestDeadlineFirst.self) { $0 },
      .init(LeastRemainingSlack.self) { $0 },
      .init(LeastRelativeSlack.self) { $0 },
      .init(AdaptiveBatching.self) { $0 },
      .init(CheapestVariant.self) { $0 },
      .init(ExactAdmission.self) { $0 },
      .init(TablePolicy.self) { $0 },
      .init(ProcessPolicy.self) { $0 },
    ])
}
