public import Components

/// The cheapest sub-network that meets what the most urgent query asks for, with all others that it suits.
///
/// The query with the earliest deadline picks: of the sub-networks that are accurate enough for it and
/// end, alone, by its deadline, the fastest; equally fast ones by accuracy, then by their place in the
/// table. The batch is then filled, in the order of deadlines, with waiting queries that ask for no more
/// accuracy than it has, neighbours or not, as long as it still ends by the earliest deadline; `reach`
/// limits how far into the queue it looks.
/// Source: INFaaS (ATC 2021): the cheapest variant that meets a query's accuracy and latency. Cheap means
/// fast here, since all devices are alike (assumed); how batches are formed is assumed, too.
public struct CheapestVariant: SchedulerPolicy {
  /// What is served when no sub-network meets both accuracy and deadline.
  public enum Fallback: String, Codable, CaseIterable, Sendable {
    /// The fastest that is accurate enough, else the most accurate.
    case accuracy
    /// The most accurate that is fast enough, else the fastest.
    case latency
    /// Nothing: the query is given up.
    case drop
  }

  /// The parameters.
  public struct Spec: Codable, Hashable, Sendable {
    /// What is served when no sub-network meets both, `latency` unless given.
    public let fallback: Fallback
    /// The largest batch; the largest of the table unless given.
    public let maxBatch: Int?
    /// How many waiting queries are looked at for a batch, 64 unless given.
    public let reach: Int

    /// Makes the parameters.
    public init(fallback: Fallback = .latency, maxBatch: Int? = nil, reach: Int = 64) {
      self.fallback = fallback
      self.maxBatch = maxBatch
      self.reach = reach
    }

    /// Reads the parameters.
    public init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      self.init(
        fallback: try values.decodeIfPresent(Fallback.self, forKey: .fallback) ?? .latency,
        maxBatch: try values.decodeIfPresent(Int.self, forKey: .maxBatch),
        reach: try values.decodeIfPresent(Int.self, forKey: .reach) ?? 64)
    }
  }

  /// `cheapest-variant`.
  public static let kind = "cheapest-variant"
  /// One sentence.
  public static let summary =
    "INFaaS with thresholds: the fastest sub-network that meets accuracy and deadline."
  private let spec: Spec
  private var table: ProfileTable?
  private var accuracies: [Double] = []
  private var batches: UrgentBatches?
  /// By column: sub-networks from the fastest to the slowest.
  private var order: [[Int]] = []

  /// Checks the parameters.
  public init(_ spec: Spec) throws(SpecError) {
    try UrgentBatches.check(maxBatch: spec.maxBatch, reach: spec.reach)
    self.spec = spec
  }

  /// Ranks the sub-networks by latency, per cached sub-graph.
  public mutating func prepare(for table: ProfileTable) throws(SpecError) {
    self.table = table
    accuracies = table.subnets.map(\.accuracy)
    let accuracies = accuracies
    order = table.subgraphs.indices.map { column in
      table.subnets.indices.sorted {
        (table.latency($0, column), -accuracies[$0], $0)
          < (table.latency($1, column), -accuracies[$1], $1)
      }
    }
    batches = UrgentBatches(table, maxBatch: spec.maxBatch)
  }

  /// Earliest deadline first.
  public func key(of query: Query) -> Int { query.deadline.count }

  /// The most urgent query, and those that its sub-network suits.
  public mutating func decide(_ snapshot: Snapshot) -> Decision {
    guard let table, let batches else { return .wait(until: nil) }
    let queue = snapshot.queue
    if let decision = queue.continuation { return decision }
    let column = snapshot.device.subgraph
    let slack = (queue[0].deadline - snapshot.now).count
    guard let row = row(queue[0].demand.accuracy, slack, column, table) else {
      return .drop(at: 0..<1)
    }
    let size = batches.size(snapshot, on: row) ?? 1
    let positions = queue.batch(of: size, reach: spec.reach) {
      $0.demand.accuracy <= accuracies[row]
    }
    return .run(positions: positions, subnet: row, device: nil, loading: nil)
  }

  /// The sub-network for an accuracy and a slack; nil where the query is given up.
  private func row(_ accuracy: Double, _ slack: Int, _ column: Int, _ table: ProfileTable) -> Int? {
    let ranked = order[column]
    if let row = ranked.first(where: { accuracies[$0] >= accuracy }),
      table.latency(row, column) <= slack
    {
      return row
    }
    /// The first of the ranked rows that is the most accurate of those that pass.
    func best(_ passes: (Int) -> Bool) -> Int? {
      ranked.filter(passes).reduce(nil as Int?) { best, row in
        best.map { accuracies[row] > accuracies[$0] ? row : $0 } ?? row
      }
    }
    switch spec.fallback {
    case .drop: return nil
    case .accuracy:
      return ranked.first { accuracies[$0] >= accuracy } ?? best { _ in true }
    case .latency:
      return best { table.latency($0, column) <= slack } ?? ranked.first
    }
  }

  /// Where no batch is larger than one.
  public var canBeInterrupted: Bool { batches.map { $0.most == 1 } ?? true }
}

extension CheapestVariant.Spec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote(
      "fallback",
      "What is served where no sub-network meets both accuracy and deadline: "
        + "`accuracy`, the fastest that is accurate enough, else the most accurate; "
        + "`latency`, the most accurate that is fast enough, else the fastest; `drop`, "
        + "nothing",
      default: "latency",
      source: "assumed; INFaaS (ATC 2021) picks by both"),
    .maxBatch, .reach,
  ]
}
