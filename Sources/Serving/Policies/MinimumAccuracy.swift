public import Specs

/// The least accurate sub-network for every query, in batches as large as the queue allows.
///
/// Source: the INFaaS baseline of SuperServe (NSDI 2025), section 6, where queries carry no
/// accuracy thresholds.
public struct MinimumAccuracy: SchedulerPolicy {
  /// The parameters.
  public struct Spec: Codable, Hashable, Sendable {
    /// The largest batch; the largest of the table unless given.
    public let maxBatch: Int?
    /// Makes the parameters.
    public init(maxBatch: Int? = nil) { self.maxBatch = maxBatch }
  }

  /// `minimum-accuracy`.
  public static let kind = "minimum-accuracy"
  /// One sentence.
  public static let summary = "Always the least accurate sub-network, as in INFaaS."
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

  /// Finds the sub-network; ties go to the first.
  public mutating func prepare(for table: ProfileTable) throws(SpecError) {
    row =
      table.subnets.indices.min {
        (table.subnets[$0].accuracy, $0) < (table.subnets[$1].accuracy, $1)
      } ?? 0
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
