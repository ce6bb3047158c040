public import Specs

/// The query with the earliest deadline first.
///
/// Source: the baselines of Medha (arXiv 2409.17264), section 4.1.
public struct EarliestDeadlineFirst: SchedulerPolicy {
  /// The parameters.
  public typealias Spec = OrderSpec

  /// `edf`.
  public static let kind = "edf"
  /// One sentence.
  public static let summary = "The earliest deadline first."
  private var service: OrderedService
  private var boundaries: LayerBoundaries?

  /// Makes the policy.
  public init(_ spec: Spec) { service = OrderedService(spec) }

  /// Finds the sub-networks.
  public mutating func prepare(for table: ProfileTable) throws(SpecError) {
    try service.prepare(for: table)
  }

  /// Takes the layer boundaries.
  public mutating func prepare(interruptedAt boundaries: LayerBoundaries?) {
    self.boundaries = boundaries
  }

  /// The deadline.
  public func key(of query: Query) -> Int { query.deadline.count }

  /// The first of the queue, alone.
  public mutating func decide(
    at now: SimulationTime, _ queue: QueryQueue, _ device: DeviceState
  ) -> Decision {
    service.decision(at: now, queue, device, position: 0, boundaries)
  }
}
