public import Specs

/// The oldest query first.
///
/// Source: the baselines of Medha (arXiv 2409.17264), section 4.1.
public struct FirstComeFirstServed: SchedulerPolicy {
  /// The parameters.
  public typealias Spec = OrderSpec

  /// `fcfs`.
  public static let kind = "fcfs"
  /// One sentence.
  public static let summary = "The oldest query first."
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

  /// The first of the queue, alone.
  public mutating func decide(
    at now: SimulationTime, _ queue: QueryQueue, _ device: DeviceState
  ) -> Decision {
    service.decision(at: now, queue, device, position: 0, boundaries)
  }
}
