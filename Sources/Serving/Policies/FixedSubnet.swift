public import Components

/// One sub-network for every query, in batches as large as the queue or the earliest deadline allows.
///
/// Source: the Clipper+ baseline of SuperServe (NSDI 2025), section 6: a fixed model with batching.
/// With `batching: deadline` a batch keeps the earliest deadline, as in the other policies of that
/// paper (assumed); `full` fills batches without looking at deadlines.
public struct FixedSubnet: SchedulerPolicy {
  /// The parameters.
  public struct Spec: Codable, Hashable, Sendable {
    /// The sub-network.
    public let subnet: String
    /// How batches are formed.
    public let batch: BatchSpec

    private enum CodingKeys: String, CodingKey {
      case subnet
      case maxBatch
      case batching
      case late
    }

    /// Makes the parameters.
    public init(
      subnet: String, maxBatch: Int? = nil, batching: Batching = .full, late: LateRule? = nil
    ) {
      self.subnet = subnet
      batch = BatchSpec(maxBatch: maxBatch, batching: batching, late: late)
    }

    /// Reads the parameters.
    public init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      self.init(
        subnet: try values.decode(String.self, forKey: .subnet),
        maxBatch: try values.decodeIfPresent(Int.self, forKey: .maxBatch),
        batching: try values.decodeIfPresent(Batching.self, forKey: .batching) ?? .full,
        late: try values.decodeIfPresent(LateRule.self, forKey: .late))
    }

    /// Writes the parameters, one beside the other as they are read.
    public func encode(to encoder: any Encoder) throws {
      var values = encoder.container(keyedBy: CodingKeys.self)
      try values.encode(subnet, forKey: .subnet)
      try values.encodeIfPresent(batch.maxBatch, forKey: .maxBatch)
      try values.encode(batch.batching, forKey: .batching)
      try values.encodeIfPresent(batch.late, forKey: .late)
    }
  }

  /// `fixed`.
  public static let kind = "fixed"
  /// One sentence.
  public static let summary = "Always the same sub-network, as in Clipper."
  private let spec: Spec
  private var service: BatchService

  /// Checks the parameters.
  public init(_ spec: Spec) throws(SpecError) {
    try spec.batch.check()
    self.spec = spec
    service = BatchService(spec.batch)
  }

  /// Finds the sub-network.
  public mutating func prepare(for table: ProfileTable) throws(SpecError) {
    service.prepare(
      for: table, subnet: try table.subnet(named: spec.subnet, key: "subnet"))
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

extension FixedSubnet.Spec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] =
    [
      KeyNote(
        "subnet",
        "Name of the sub-network that serves every query")
    ] + BatchSpec.notes
}
