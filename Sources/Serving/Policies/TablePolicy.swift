public import Components
public import Inputs

/// Sub-network and batch from a table of the user's: slack by queue length.
///
/// The queue is in the order of deadlines. Of the rows whose `slack_s` is at most the slack of the
/// earliest deadline the one with the largest, and among these the one with the largest `waiting` that
/// is at most the number of waiting queries.
public struct TablePolicy: SchedulerPolicy {
  /// The parameters.
  public struct Spec: Codable, Hashable, Sendable {
    /// The CSV file, from the scenario's folder.
    public let file: String
    /// What is done where the slack is below every row, `fastest` unless given.
    public let late: LateRule
    /// Makes the parameters.
    public init(file: String, late: LateRule = .fastest) {
      self.file = file
      self.late = late
    }
    /// Reads the parameters.
    public init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      self.init(
        file: try values.decode(String.self, forKey: .file),
        late: try values.decodeIfPresent(LateRule.self, forKey: .late) ?? .fastest)
    }
  }

  /// `table`.
  public static let kind = "table"
  /// One sentence.
  public static let summary = "A decision table of your own: slack and queue length give the batch."

  private let spec: Spec
  private var rules: [DecisionRules.Rule] = []
  private var choices: [(slack: Int, byWaiting: [(waiting: Int, subnet: Int, batch: Int)])] = []
  private var search: SlackSearch?

  /// Makes the policy.
  public init(_ spec: Spec) { self.spec = spec }

  /// Reads the file.
  public mutating func load(
    folder: String, _ read: (String) throws(InputError) -> String
  ) throws(InputError) {
    let path = PathText.path(spec.file, in: folder)
    rules = try DecisionRules(parsing: try read(path), file: path).rules
  }

  /// The table's file.
  public func files(in folder: String) -> [String] { [PathText.path(spec.file, in: folder)] }

  /// Looks names and batches up and sorts the rows.
  public mutating func prepare(for table: ProfileTable) throws(SpecError) {
    search = SlackSearch(table, .inclusive)
    var bySlack: [Int: [(waiting: Int, subnet: Int, batch: Int)]] = [:]
    for rule in rules {
      guard let subnet = table.subnets.firstIndex(where: { $0.name == rule.subnet }) else {
        let near = nearestName(to: rule.subnet, among: table.subnets.map(\.name))
        throw SpecError(
          "file",
          "\(rule.place): the profile table has no sub-network `\(rule.subnet)`"
            + (near.map { ", did you mean `\($0)`?" } ?? ""))
      }
      guard rule.batch <= table.largestBatch else {
        throw SpecError(
          "file",
          "\(rule.place): expected a batch of at most \(table.largestBatch), found "
            + "\(rule.batch)")
      }
      bySlack[rule.slack.count, default: []].append((rule.waiting, subnet, rule.batch))
    }
    choices = bySlack.sorted { $0.key < $1.key }.map { slack, rows in
      (slack, rows.sorted { $0.waiting < $1.waiting })
    }
  }

  /// Where no row has a larger batch than one.
  public var canBeInterrupted: Bool { rules.allSatisfy { $0.batch == 1 } }

  /// Earliest deadline first.
  public func key(of query: Query) -> Int { query.deadline.count }

  /// What the row for slack and queue length says.
  public mutating func decide(_ snapshot: Snapshot) -> Decision {
    guard let search else { return .wait(until: nil) }
    let queue = snapshot.queue
    if let decision = queue.continuation { return decision }
    let slack = (queue[0].deadline - snapshot.now).count
    for row in choices.reversed() where row.slack <= slack {
      if let found = row.byWaiting.last(where: { $0.waiting <= queue.count }) {
        return .serve(subnet: found.subnet, positions: 0..<min(found.batch, queue.count))
      }
    }
    let fastest = search.fastest[snapshot.device.subgraph]
    let sizes = canBeInterrupted ? [1] : search.table.batches
    return SlackFit.late(spec.late, queue, sizes, fastest.first, fastest.last)
  }
}

extension TablePolicy.Spec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote(
      "file",
      "Path of the CSV file of slack, queue length, sub-network and batch, from the "
        + "scenario's folder"),
    KeyNote(
      "late",
      "What is done where the slack is below every row: `fastest`, the fastest "
        + "sub-network at the smallest batch; `fastest-at-max-batch`; `drop`, the query is "
        + "given up",
      default: "fastest"),
  ]
}
