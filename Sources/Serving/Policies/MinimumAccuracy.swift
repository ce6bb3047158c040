public import Components

/// The least accurate sub-network for every query, in batches as large as the queue or the earliest
/// deadline allows.
///
/// Source: the INFaaS baseline of SuperServe (NSDI 2025), section 6, where queries carry no
/// accuracy thresholds. With `batching: deadline` a batch keeps the earliest deadline (assumed); `full`
/// fills batches without looking at deadlines.
public struct MinimumAccuracy: SchedulerPolicy {
  /// The parameters.
  public typealias Spec = BatchSpec

  /// `minimum-accuracy`.
  public static let kind = "minimum-accuracy"
  /// One sentence.
  public static let summary = "Always the least accurate sub-network, as in INFaaS."
  private var service: BatchService

  /// Checks the parameters.
  public init(_ spec: Spec) throws(SpecError) {
    try spec.check()
    service = BatchService(spec)
  }

  /// Finds the sub-network; ties go to the first.
  public mutating func prepare(for table: ProfileTable) throws(SpecError) {
    let row = table.subnets.indices.min {
      (table.subnets[$0].accuracy, $0) < (table.subnets[$1].accuracy, $1)
    }
    service.prepare(for: table, subnet: row ?? 0)
  }

  /// Earliest deadline first, or oldest first where deadlines do not matter.
  public func key(of query: Query) -> Int { service.key(of: query) }

  /// As many queries as `batching` allows.
  public mutating func decide(_ snapshot: Snapshot) -> Decision { service.decide(snapshot) }

  /// Where queries are served one by one.
  public var canBeInterrupted: Bool { service.maxBatch == 1 }
  /// With `batching: full`.
  public var fullBatch: (subnet: Int, size: Int)? { service.fullBatch }
  /// Answers where queries are served one by one in the order of arrival.
  public var canPreview: Bool { service.ignoresQueue }
  /// The sub-network.
  public func preview(_ demand: QueryDemand, holding subgraph: Int) -> Int? { service.subnet }
}
