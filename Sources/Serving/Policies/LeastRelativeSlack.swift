public import Specs

/// The query with the least slack relative to its service time first.
///
/// `(deadline - now - remaining service) / total service`. Source: LARS in Medha (arXiv
/// 2409.17264), section 4.1.
public struct LeastRelativeSlack: SchedulerPolicy {
  /// The parameters.
  public typealias Spec = OrderSpec

  /// `lars`.
  public static let kind = "lars"
  /// One sentence.
  public static let summary = "The least slack relative to the service time first."
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

  /// The query with the least relative slack, alone.
  public mutating func decide(
    at now: SimulationTime, _ queue: QueryQueue, _ device: DeviceState
  ) -> Decision {
    let position = service.first(queue) { query in
      let left = service.remaining(of: query, holding: device.subgraph, boundaries)
      let total = service.total(of: query, holding: device.subgraph)
      return Self.relativeSlack(
        deadline: query.deadline, now: now, remaining: left, total: total)
    }
    return service.decision(at: now, queue, device, position: position, boundaries)
  }

  /// `(deadline - now - remaining) / total`.
  static func relativeSlack(
    deadline: SimulationTime, now: SimulationTime, remaining: Int, total: Int
  ) -> Double {
    Double((deadline - now).count - remaining) / Double(max(total, 1))
  }
}
