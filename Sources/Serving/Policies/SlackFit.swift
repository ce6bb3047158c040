public import Components

/// The largest batch among the choices whose latency fits the slack most closely.
///
/// Latencies from that of the fastest sub-network at the smallest batch to that of the slowest at
/// the largest are cut into equal buckets. The slack of the earliest deadline picks the bucket, the
/// bucket the sub-network and the batch size. `batch_limit: none` is the literal reading: a batch of
/// 16 is planned, on a small sub-network, even when a single query waits.
/// Source: SuperServe (NSDI 2025), sections 4.2, 5 and A.5.
public struct SlackFit: SchedulerPolicy {
  /// Which choices belong to a bucket.
  public enum Reading: String, Codable, CaseIterable, Sendable {
    /// Those whose latency lies within it, as in A.5.
    case withinBucket = "within-bucket"
    /// Those whose latency is not above its top, as in 4.2.
    case belowTop = "below-top"
  }

  /// Which of several choices of equal batch size is taken.
  public enum TieBreak: String, Codable, CaseIterable, Sendable {
    /// The most accurate one.
    case accuracy
    /// The fastest one.
    case fastest
  }

  /// The parameters.
  public struct Spec: Codable, Hashable, Sendable {
    /// Number of buckets, 10 unless given.
    public let buckets: Int
    /// Which choices belong to a bucket, `within-bucket` unless given.
    public let reading: Reading
    /// Which of several choices of equal batch size is taken, `accuracy` unless given.
    public let tieBreak: TieBreak
    /// Whether a bucket whose top equals the slack fits, `inclusive` unless given.
    public let comparison: Comparison
    /// What is done below the lowest bucket, `fastest` unless given.
    public let late: LateRule
    /// Whether a batch may be planned for more queries than wait, `queue-length` unless given.
    public let batchLimit: BatchLimit

    /// Makes the parameters.
    public init(
      buckets: Int = 10, reading: Reading = .withinBucket, tieBreak: TieBreak = .accuracy,
      comparison: Comparison = .inclusive, late: LateRule = .fastest,
      batchLimit: BatchLimit = .queueLength
    ) {
      self.buckets = buckets
      self.reading = reading
      self.tieBreak = tieBreak
      self.comparison = comparison
      self.late = late
      self.batchLimit = batchLimit
    }

    /// Reads the parameters.
    public init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      self.init(
        buckets: try values.decodeIfPresent(Int.self, forKey: .buckets) ?? 10,
        reading: try values.decodeIfPresent(Reading.self, forKey: .reading) ?? .withinBucket,
        tieBreak: try values.decodeIfPresent(TieBreak.self, forKey: .tieBreak) ?? .accuracy,
        comparison: try values.decodeIfPresent(Comparison.self, forKey: .comparison) ?? .inclusive,
        late: try values.decodeIfPresent(LateRule.self, forKey: .late) ?? .fastest,
        batchLimit: try values.decodeIfPresent(BatchLimit.self, forKey: .batchLimit)
          ?? .queueLength)
    }
  }

  /// `slackfit`.
  public static let kind = "slackfit"
  /// One sentence.
  public static let summary =
    "SuperServe: the largest batch in the latency bucket nearest the slack."

  /// A sub-network and the number of a batch size.
  public struct Pick: Hashable, Sendable {
    /// The row of the table.
    public let subnet: Int
    /// The number of the batch size, from 0.
    public let batch: Int
  }

  private let spec: Spec
  private var sizes: [Int] = []
  private var table: ProfileTable?
  private var buckets: [SlackBuckets] = []

  /// Checks the parameters.
  public init(_ spec: Spec) throws(SpecError) {
    guard (1...100_000).contains(spec.buckets) else {
      throw SpecError("buckets", "expected 1 to 100000, found \(spec.buckets)")
    }
    self.spec = spec
  }

  /// Fills the buckets, per cached sub-graph.
  public mutating func prepare(for table: ProfileTable) throws(SpecError) {
    sizes = table.batches
    self.table = table
    buckets = table.subgraphs.indices.map { SlackBuckets(table, subgraph: $0, spec) }
  }

  /// Where the table has no larger batch than one.
  public var canBeInterrupted: Bool { sizes == [1] }

  /// Earliest deadline first.
  public func key(of query: Query) -> Int { query.deadline.count }

  /// The pick of the bucket, for as many queries as wait.
  public mutating func decide(_ snapshot: Snapshot) -> Decision {
    let queue = snapshot.queue
    if let decision = queue.continuation { return decision }
    let slack = queue[0].deadline - snapshot.now
    let column = buckets[snapshot.device.subgraph]
    var limit = sizes.count - 1
    if spec.batchLimit == .queueLength, let table {
      limit = table.batchIndex(holding: min(queue.count, sizes[limit]))
    }
    if let pick = column.pick(slack: slack.count, limit: limit) {
      return .serve(subnet: pick.subnet, positions: 0..<min(sizes[pick.batch], queue.count))
    }
    return Self.late(spec.late, queue, sizes, column.fastest, column.fastestAtMaxBatch)
  }

  /// The pick for a slack when nothing limits the batch; nil when the late rule applies.
  func pick(slack: SimulationTime, subgraph: Int) -> Pick? {
    buckets[subgraph].pick(slack: slack.count, limit: sizes.count - 1)
  }

  /// What a late rule does with the head of the queue.
  static func late(
    _ rule: LateRule, _ queue: QueryQueue, _ sizes: [Int], _ fastest: Int, _ fastestAtMax: Int
  ) -> Decision {
    switch rule {
    case .drop: .drop(at: 0..<1)
    case .fastest:
      .serve(subnet: fastest, positions: 0..<min(sizes.first ?? 1, queue.count))
    case .fastestAtMaxBatch:
      .serve(subnet: fastestAtMax, positions: 0..<min(sizes.last ?? 1, queue.count))
    }
  }
}

extension SlackFit.Spec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote(
      "buckets",
      "Number of equal buckets of latency, from the fastest sub-network at the smallest "
        + "batch to the slowest at the largest",
      default: "10",
      source: "assumed; not published"),
    KeyNote(
      "reading",
      "Which choices belong to a bucket: `within-bucket`, those whose latency lies in "
        + "it; `below-top`, those whose latency is not above its top",
      default: "within-bucket",
      source: "SuperServe (NSDI 2025), appendix A.5; section 4.2 reads as `below-top`"),
    KeyNote(
      "tie_break",
      "Which of several choices of equal batch size is taken: `accuracy`, the most "
        + "accurate; `fastest`",
      default: "accuracy",
      source: "assumed; not published"),
    KeyNote(
      "comparison",
      "Whether a bucket whose top equals the slack fits: `inclusive` (it does) or "
        + "`strict`",
      default: "inclusive",
      source: "SuperServe (NSDI 2025), section 4.2"),
    KeyNote(
      "late",
      "What is done below the lowest bucket: `fastest`, the fastest sub-network at the "
        + "smallest batch; `fastest-at-max-batch`; `drop`, the query is given up",
      default: "fastest",
      source: "assumed; not published"),
    KeyNote(
      "batch_limit",
      "Whether a batch may be planned for more queries than wait: `none`, it may; "
        + "`queue-length`, no size is considered that a smaller one would hold",
      default: "queue-length",
      source: "assumed; `none` is the literal reading of SuperServe (NSDI 2025)"),
  ]
}
