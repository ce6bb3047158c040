public import Components

/// One sub-network, in batches whose limit follows what batches take.
///
/// Every device has a limit, at first `start`. After a batch that kept the target and was as large as the
/// limit it grows by `increase`; after a batch that did not keep it, it is multiplied by `backoff`, rounded
/// down, and is at least 1. A smaller batch in time says nothing of the limit and leaves it (assumed). The
/// oldest queries go first.
/// Source: Clipper (NSDI 2017), section 4.3: additive increase, multiplicative decrease by 10 %.
public struct AdaptiveBatching: SchedulerPolicy {
  /// The parameters.
  public struct Spec: Codable, Hashable, Sendable {
    /// The sub-network of all queries.
    public let subnet: String
    /// The longest that a batch may take, from its start to its end; unless given, no query of a batch may
    /// end after its deadline.
    public let target: SimulationTime?
    /// The limit of every device at first, 1 unless given.
    public let start: Int
    /// What the limit grows by after a full batch that kept the target, 1 unless given.
    public let increase: Int
    /// What the limit is multiplied by after a batch that did not, 0.9 unless given.
    public let backoff: Double
    /// The largest limit; the largest batch of the table unless given.
    public let maxBatch: Int?

    /// Makes the parameters.
    public init(
      subnet: String, target: SimulationTime? = nil, start: Int = 1, increase: Int = 1,
      backoff: Double = 0.9, maxBatch: Int? = nil
    ) {
      self.subnet = subnet
      self.target = target
      self.start = start
      self.increase = increase
      self.backoff = backoff
      self.maxBatch = maxBatch
    }

    /// Reads the parameters.
    public init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      self.init(
        subnet: try values.decode(String.self, forKey: .subnet),
        target: try values.decodeIfPresent(SimulationTime.self, forKey: .target),
        start: try values.decodeIfPresent(Int.self, forKey: .start) ?? 1,
        increase: try values.decodeIfPresent(Int.self, forKey: .increase) ?? 1,
        backoff: try values.decodeIfPresent(Double.self, forKey: .backoff) ?? 0.9,
        maxBatch: try values.decodeIfPresent(Int.self, forKey: .maxBatch))
    }
  }

  /// `adaptive-batching`.
  public static let kind = "adaptive-batching"
  /// One sentence.
  public static let summary =
    "Clipper: one sub-network, a batch limit that grows by one and shrinks by a tenth."
  private let spec: Spec
  private var row = 0
  private var most = 1
  /// By device.
  private(set) var limits: [Int] = []

  /// Checks the parameters.
  public init(_ spec: Spec) throws(SpecError) {
    if let target = spec.target, target.count <= 0 {
      throw SpecError("target", "expected more than 0 s, found \(target)")
    }
    for (key, value) in [
      ("start", spec.start), ("increase", spec.increase), ("max_batch", spec.maxBatch ?? 1),
    ] where !(1...65536).contains(value) {
      throw SpecError(key, "expected 1 to 65536, found \(value)")
    }
    guard spec.backoff > 0, spec.backoff < 1 else {
      throw SpecError("backoff", "expected more than 0 and less than 1, found \(spec.backoff)")
    }
    self.spec = spec
  }

  /// Finds the sub-network.
  public mutating func prepare(for table: ProfileTable) throws(SpecError) {
    row = try table.subnet(named: spec.subnet, key: "subnet")
    most = min(spec.maxBatch ?? table.largestBatch, table.largestBatch)
  }

  /// Every device has the same limit at first.
  public mutating func begin(seed: Int, devices: Int) throws(PolicyError) {
    limits = Array(repeating: min(spec.start, most), count: devices)
  }

  /// As many of the oldest queries as the limit of the device allows.
  public mutating func decide(_ snapshot: Snapshot) -> Decision {
    if let decision = snapshot.queue.continuation { return decision }
    return .serve(
      subnet: row, positions: 0..<min(limits[snapshot.asking], snapshot.queue.count))
  }

  /// Learns from every batch.
  public var wantsEvents: Bool { true }

  /// Lets the limit of the device grow or shrink.
  public mutating func finished(_ batch: [Query], _ service: Service) {
    let device = service.device.index
    let isKept =
      if let target = spec.target {
        service.end - service.start <= target
      } else { batch.allSatisfy { service.end <= $0.deadline } }
    if !isKept {
      limits[device] = max(1, Int(Double(limits[device]) * spec.backoff))
    } else if batch.count >= limits[device] {
      limits[device] = min(most, limits[device] + spec.increase)
    }
  }

  /// Where the limit cannot grow.
  public var canBeInterrupted: Bool { most == 1 }
}

extension AdaptiveBatching.Spec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote(
      "subnet",
      "Name of the sub-network that serves every query"),
    KeyNote(
      "target",
      "The longest that a batch may take from its start to its end",
      default: "as long as no query of the batch ends after its deadline",
      source: "Clipper (NSDI 2017), section 4.3"),
    KeyNote(
      "start",
      "The limit of queries per batch that every device begins with",
      default: "1",
      source: "assumed"),
    KeyNote(
      "increase",
      "What the limit grows by after a full batch that kept the target, in queries",
      default: "1",
      source: "additive increase of Clipper (NSDI 2017), section 4.3; the step is assumed"),
    KeyNote(
      "backoff",
      "What the limit is multiplied by after a batch that missed the target, above 0 "
        + "and below 1",
      default: "0.9",
      source: "Clipper (NSDI 2017), section 4.3: a backoff of 10 %"),
    KeyNote(
      "max_batch",
      "The largest that the limit may become, in queries",
      default: "the table's largest batch"),
  ]
}
