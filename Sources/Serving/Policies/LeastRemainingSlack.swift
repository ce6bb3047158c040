public import Specs

/// The query with the least slack first: `deadline - now - remaining service`.
///
/// Source: the baselines of Medha (arXiv 2409.17264), section 4.1.
public struct LeastRemainingSlack: SchedulerPolicy {
  /// The parameters.
  public typealias Spec = OrderSpec

  /// `lrs`.
  public static let kind = "lrs"
  /// One sentence.
  public static let summary = "The least remaining slack first."
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

  /// The query with the least slack, alone.
  public mutating func decide(
    at now: SimulationTime, _ queue: QueryQueue, _ device: DeviceState
  ) -> Decision {
    let position = service.first(queue) { query in
      let left = service.remaining(of: query, holding: device.subgraph, boundaries)
      return Double((query.deadline - now).count - left)
    }
    return service.decision(at: now, queue, device, position: position, boundaries)
  }
}
