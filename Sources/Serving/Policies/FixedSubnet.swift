public import Specs

/// One sub-network for every query, in batches as large as the queue allows.
///
/// Source: the Clipper+ baseline of SuperServe (NSDI 2025), section 6.
public struct FixedSubnet: SchedulerPolicy {
  /// The parameters.
  public struct Spec: Codable, Hashable, Sendable {
    /// The sub-network.
    public let subnet: String
    /// The largest batch; the largest of the table unless given.
    public let maxBatch: Int?
    /// Makes the parameters.
    public init(subnet: String, maxBatch: Int? = nil) {
      self.subnet = subnet
      self.maxBatch = maxBatch
    }
  }

  /// `fixed`.
  public static let kind = "fixed"
  /// One sentence.
  public static let summary = "Always the same sub-network, as in Clipper."
  private let spec: Spec
  private var row = 0
  private var maxBatch = 1

  /// Checks the parameters.
  public init(_ spec: Spec) throws(SpecError) {
    if let batch = spec.maxBatch, batch < 1 {
      throw SpecError("max_batch", "expected at least 1, found \(batch)")
    }
    self.spec = spec
  }

  /// Finds the sub-network.
  public mutating func prepare(for table: ProfileTable) throws(SpecError) {
    row = try table.subnet(named: spec.subnet, key: "subnet")
    maxBatch = min(spec.maxBatch ?? table.largestBatch, table.largestBatch)
  }

  /// The oldest queries.
  public mutating func decide(
    at now: SimulationTime, _ queue: QueryQueue, _ device: DeviceState
  ) -> Decision {
    .serve(subnet: row, positions: 0..<min(maxBatch, queue.count))
  }

  /// Answers where queries are served one by one.
  public var canPreview: Bool { maxBatch == 1 }
  /// The sub-network.
  public func preview(_ demand: QueryDemand, holding subgraph: Int) -> Int? { row }
}
