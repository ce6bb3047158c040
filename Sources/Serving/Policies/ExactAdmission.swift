public import Components

/// A query that can no longer end by its deadline is given up at once; the others run in the largest
/// batches that still end in time.
///
/// The query with the earliest deadline goes first, on the sub-network that it names, else on `subnet`.
/// Where even a batch of one would end late, it is given up. The batch takes the next queries of the same
/// sub-network, neighbours or not, as long as it ends by the earliest deadline; `reach` limits how far into
/// the queue it looks. Execution times are those of the table, with the sub-graph that the device holds
/// and the change of sub-network that the device would need left out.
/// Source: Clockwork (OSDI 2020): predictable execution, admission by what can still be met.
public struct ExactAdmission: SchedulerPolicy {
  /// The parameters.
  public struct Spec: Codable, Hashable, Sendable {
    /// The sub-network of queries that name none.
    public let subnet: String
    /// The largest batch; the largest of the table unless given.
    public let maxBatch: Int?
    /// How many waiting queries are looked at for a batch, 64 unless given.
    public let reach: Int

    /// Makes the parameters.
    public init(subnet: String, maxBatch: Int? = nil, reach: Int = 64) {
      self.subnet = subnet
      self.maxBatch = maxBatch
      self.reach = reach
    }

    /// Reads the parameters.
    public init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      self.init(
        subnet: try values.decode(String.self, forKey: .subnet),
        maxBatch: try values.decodeIfPresent(Int.self, forKey: .maxBatch),
        reach: try values.decodeIfPresent(Int.self, forKey: .reach) ?? 64)
    }
  }

  /// `exact-admission`.
  public static let kind = "exact-admission"
  /// One sentence.
  public static let summary =
    "Clockwork: gives up at once what cannot be met, batches what still can."
  private let spec: Spec
  private var row = 0
  private var batches: UrgentBatches?

  /// Checks the parameters.
  public init(_ spec: Spec) throws(SpecError) {
    try UrgentBatches.check(maxBatch: spec.maxBatch, reach: spec.reach)
    self.spec = spec
  }

  /// Finds the sub-network.
  public mutating func prepare(for table: ProfileTable) throws(SpecError) {
    row = try table.subnet(named: spec.subnet, key: "subnet")
    batches = UrgentBatches(table, maxBatch: spec.maxBatch)
  }

  /// Earliest deadline first.
  public func key(of query: Query) -> Int { query.deadline.count }

  /// The most urgent query with others of its sub-network, or its end.
  public mutating func decide(_ snapshot: Snapshot) -> Decision {
    guard let batches else { return .wait(until: nil) }
    let queue = snapshot.queue
    if let decision = queue.continuation { return decision }
    let row = queue[0].demand.subnet ?? self.row
    guard let size = batches.size(snapshot, on: row) else { return .drop(at: 0..<1) }
    let positions = queue.batch(of: size, reach: spec.reach) {
      ($0.demand.subnet ?? self.row) == row
    }
    return .run(positions: positions, subnet: row, device: nil, loading: nil)
  }

  /// What a query names goes first.
  public var servesNamed: Bool { true }
  /// Where no batch is larger than one.
  public var canBeInterrupted: Bool { batches.map { $0.most == 1 } ?? true }
}

extension ExactAdmission.Spec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote(
      "subnet",
      "The sub-network of queries that name none"),
    .maxBatch, .reach,
  ]
}
