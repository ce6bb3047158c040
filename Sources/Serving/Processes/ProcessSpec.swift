public import Components

/// What a scenario says of a policy that is a process of the user's: a scheduler or a caching policy.
public struct ProcessSpec: Codable, Hashable, Sendable {
  /// How thinking is charged to virtual time.
  public enum Charge: String, Codable, CaseIterable, Sendable {
    /// Not at all.
    case none
    /// The same time for every answer: reproducible.
    case fixed
    /// What an answer took on a real clock: not reproducible.
    case measured
  }

  /// The order of the queue.
  public enum Order: String, Codable, CaseIterable, Sendable {
    /// Oldest first.
    case arrival
    /// Earliest deadline first.
    case deadline
  }

  /// Where standard error of the process goes.
  public enum Errors: String, Codable, CaseIterable, Sendable {
    /// To standard error.
    case show
    /// Nowhere; its last line is still said where the process fails.
    case hide
  }

  /// The program, a name in `PATH` or a path from the scenario's folder, and its arguments.
  public let command: [String]
  /// Handed to the process as they are; none unless given.
  public let options: PolicyOptions
  /// The order of the queue, `arrival` unless given; a scheduler's only.
  public let order: Order
  /// The most waiting queries that a decision is shown, from the first on; 256 unless given.
  public let queueLimit: Int
  /// The longest an answer may take, and the longest the end may take; 10 s unless given.
  public let limit: SimulationTime
  /// How thinking is charged to virtual time, `none` unless given.
  public let charge: Charge
  /// What an answer is charged with `charge: fixed`.
  public let chargedTime: SimulationTime?
  /// Virtual seconds per second of a real clock; as fast as possible unless given.
  public let pace: Double?
  /// Where standard error of the process goes, `show` unless given.
  public let standardError: Errors

  /// Makes the parameters.
  public init(
    command: [String], options: PolicyOptions = PolicyOptions(), order: Order = .arrival,
    queueLimit: Int = 256, limit: SimulationTime = SimulationTime(10_000_000_000_000),
    charge: Charge = .none, chargedTime: SimulationTime? = nil, pace: Double? = nil,
    standardError: Errors = .show
  ) {
    self.command = command
    self.options = options
    self.order = order
    self.queueLimit = queueLimit
    self.limit = limit
    self.charge = charge
    self.chargedTime = chargedTime
    self.pace = pace
    self.standardError = standardError
  }

  /// Reads the parameters.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      command: try values.decode([String].self, forKey: .command),
      options: try values.decodeIfPresent(PolicyOptions.self, forKey: .options) ?? PolicyOptions(),
      order: try values.decodeIfPresent(Order.self, forKey: .order) ?? .arrival,
      queueLimit: try values.decodeIfPresent(Int.self, forKey: .queueLimit) ?? 256,
      limit: try values.decodeIfPresent(SimulationTime.self, forKey: .limit)
        ?? SimulationTime(10_000_000_000_000),
      charge: try values.decodeIfPresent(Charge.self, forKey: .charge) ?? .none,
      chargedTime: try values.decodeIfPresent(SimulationTime.self, forKey: .chargedTime),
      pace: try values.decodeIfPresent(Double.self, forKey: .pace),
      standardError: try values.decodeIfPresent(Errors.self, forKey: .standardError) ?? .show)
  }

  /// Throws at a key whose value is out of its range.
  package func check() throws(SpecError) {
    guard let program = command.first, !program.isEmpty else {
      throw SpecError("command", "expected a program and its arguments, such as [python3, mine.py]")
    }
    for (index, argument) in command.enumerated() where argument.utf8.contains(0) {
      throw SpecError("command[\(index)]", "must not hold a zero byte")
    }
    guard (1...100_000).contains(queueLimit) else {
      throw SpecError("queue_limit", "expected 1 to 100000, found \(queueLimit)")
    }
    guard limit.count > 0, limit.seconds <= 86_400 else {
      throw SpecError("limit", "expected more than 0 s and at most 86400 s, found \(limit)")
    }
    if let pace, !(1e-6...1e12).contains(pace) {
      throw SpecError("pace", "expected 1e-6 to 1e12 virtual seconds per second, found \(pace)")
    }
    switch (charge, chargedTime) {
    case (.fixed, nil): throw SpecError("charge", "fixed needs a charged_time")
    case (.none, _?), (.measured, _?):
      throw SpecError("charged_time", "only `charge: fixed` has a time, found \(charge.rawValue)")
    case (_, let time?):
      guard time.count >= 0, time.seconds <= 1e6 else {
        throw SpecError("charged_time", "expected 0 s to 1e6 s, found \(time)")
      }
    default: break
    }
  }
}

extension ProcessSpec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    .command,
    .processOptions,
    KeyNote(
      "order",
      "The order of the queue: `arrival`, oldest first; `deadline`, earliest deadline "
        + "first",
      default: "arrival"),
    KeyNote(
      "queue_limit",
      "The most waiting queries, from the first on, that a decision is shown",
      default: "256"),
    .answerLimit,
    KeyNote(
      "charge",
      "How thinking is charged to virtual time: `none`; `fixed`, `charged_time` for "
        + "every answer; `measured`, what it took on a real clock, which is not "
        + "reproducible",
      default: "none"),
    KeyNote(
      "charged_time",
      "What an answer costs in virtual time with `charge: fixed`",
      default: "nothing"),
    KeyNote(
      "pace",
      "Virtual seconds per second of a real clock",
      default: "as fast as possible"),
    .standardError,
  ]
}

// What the keys say that schedulers and caching policies share.
extension KeyNote {
  static let command = KeyNote(
    "command",
    "The program, a name in PATH or a path from the scenario's folder, and its "
      + "arguments")
  static let processOptions = KeyNote(
    "options",
    "A mapping that is handed to the process as it is",
    default: "none")
  static let answerLimit = KeyNote(
    "limit",
    "The longest that an answer, and the end of the process, may take on a real clock",
    default: "10 s")
  static let standardError = KeyNote(
    "standard_error",
    "Where standard error of the process goes: `show`, to standard error; `hide`, "
      + "nowhere, but its last line is said where the process fails",
    default: "show")
}
