public import Components

/// A column that a trace of queries may have, under the name that this project gives it.
///
/// The name carries the unit; one without a unit is a date, a share or a text.
public enum TraceColumn: String, CaseIterable, CodingKey, Sendable {
  /// When the query arrives, a date.
  case arrival
  /// When it arrives, in seconds, from any origin; Unix seconds are some.
  case arrivalSeconds = "arrival_s"
  /// When it arrives, in milliseconds.
  case arrivalMilliseconds = "arrival_ms"
  /// When it arrives, in microseconds.
  case arrivalMicroseconds = "arrival_us"
  /// When it arrives, in nanoseconds.
  case arrivalNanoseconds = "arrival_ns"
  /// By when it wants its answer, a date.
  case deadline
  /// By when it wants its answer, in seconds from the origin of the arrivals.
  case deadlineSeconds = "deadline_s"
  /// By when, in milliseconds.
  case deadlineMilliseconds = "deadline_ms"
  /// By when, in microseconds.
  case deadlineMicroseconds = "deadline_us"
  /// By when, in nanoseconds.
  case deadlineNanoseconds = "deadline_ns"
  /// The longest time from arrival to completion, in seconds.
  case latencySeconds = "latency_s"
  /// The longest time, in milliseconds.
  case latencyMilliseconds = "latency_ms"
  /// The longest time, in microseconds.
  case latencyMicroseconds = "latency_us"
  /// The longest time, in nanoseconds.
  case latencyNanoseconds = "latency_ns"
  /// The lowest accuracy it accepts, 0 to 1.
  case accuracy
  /// The lowest accuracy it accepts, in per cent.
  case accuracyPercent = "accuracy_percent"
  /// A name for queries of one kind.
  case `class`
  /// The sub-network it names.
  case model
  /// Tokens of its prompt, where a language model answers.
  case promptTokens = "prompt_tokens"
  /// Tokens of its answer.
  case outputTokens = "output_tokens"
  /// When its service ended, in seconds: with `duration_s` in place of an arrival.
  case endSeconds = "end_s"
  /// How long its service took, in seconds.
  case durationSeconds = "duration_s"

  /// What a column says; a trace has at most one column of each.
  enum Meaning: String {
    case arrival = "when a query arrives"
    case patience = "by when a query wants its answer"
    case accuracy = "what accuracy a query asks for"
    case group = "of which class a query is"
    case model = "which model a query names"
    case duration = "how long a service took"
    case prompt = "how many tokens a prompt has"
    case output = "how many tokens an answer has"
  }

  /// What the column says.
  var meaning: Meaning {
    switch self {
    case .arrival, .arrivalSeconds, .arrivalMilliseconds, .arrivalMicroseconds,
      .arrivalNanoseconds, .endSeconds:
      .arrival
    case .deadline, .deadlineSeconds, .deadlineMilliseconds, .deadlineMicroseconds,
      .deadlineNanoseconds, .latencySeconds, .latencyMilliseconds, .latencyMicroseconds,
      .latencyNanoseconds:
      .patience
    case .accuracy, .accuracyPercent: .accuracy
    case .class: .group
    case .model: .model
    case .durationSeconds: .duration
    case .promptTokens: .prompt
    case .outputTokens: .output
    }
  }

  /// Whether the values of a patience count from the arrival.
  var isRelative: Bool {
    switch self {
    case .latencySeconds, .latencyMilliseconds, .latencyMicroseconds, .latencyNanoseconds: true
    default: false
    }
  }

  /// The power of ten of picoseconds in the column's unit; nil for dates and what is no time.
  var power: Int? {
    switch self {
    case .arrivalSeconds, .deadlineSeconds, .latencySeconds, .endSeconds, .durationSeconds: 12
    case .arrivalMilliseconds, .deadlineMilliseconds, .latencyMilliseconds: 9
    case .arrivalMicroseconds, .deadlineMicroseconds, .latencyMicroseconds: 6
    case .arrivalNanoseconds, .deadlineNanoseconds, .latencyNanoseconds: 3
    default: nil
    }
  }

  /// The columns that a file may name or have; the two that stand in for an arrival belong to a format.
  static let own = allCases.filter { $0 != .endSeconds && $0 != .durationSeconds }
}

/// The columns of a trace under the names that its file has.
public struct TraceColumns: Codable, Hashable, Sendable {
  /// The file's name for each column.
  public let names: [TraceColumn: String]

  /// Makes a list of columns.
  public init(_ names: [TraceColumn: String]) { self.names = names }

  /// Reads a mapping from this project's names to the file's.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: TraceColumn.self)
    var names: [TraceColumn: String] = [:]
    for column in TraceColumn.own {
      names[column] = try values.decodeIfPresent(String.self, forKey: column)
    }
    self.names = names
  }

  /// Writes the mapping.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: TraceColumn.self)
    for column in TraceColumn.own {
      try values.encodeIfPresent(names[column], forKey: column)
    }
  }

  /// Refuses two columns with the same meaning.
  func check() throws(SpecError) {
    var seen: [TraceColumn.Meaning: TraceColumn] = [:]
    for column in TraceColumn.own where names[column] != nil {
      if let other = seen[column.meaning] {
        throw SpecError(
          column.rawValue,
          "`\(other.rawValue)` says already \(column.meaning.rawValue), expected one of them")
      }
      seen[column.meaning] = column
    }
  }
}

extension TraceColumns: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = TraceColumn.own.map { column in
    let units = [12: ", in seconds", 9: ", in ms", 6: ", in us", 3: ", in ns"]
    let form =
      column == .accuracyPercent ? ", in per cent" : column.power.flatMap { units[$0] } ?? ""
    return KeyNote(
      column.rawValue, "What the file calls its column of \(column.meaning.rawValue)\(form)",
      default: "not read")
  }
}
