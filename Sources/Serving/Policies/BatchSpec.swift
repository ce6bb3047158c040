public import Components

/// How one sub-network forms batches: the parameters that `fixed` and `minimum-accuracy` share.
public struct BatchSpec: Codable, Hashable, Sendable {
  /// The largest batch; the largest of the table unless given.
  public let maxBatch: Int?
  /// How the size of a batch is chosen, `full` unless given.
  public let batching: Batching
  /// What is done where no batch ends by the earliest deadline, `fastest` unless given; nil with
  /// `batching: full`, which looks at no deadline.
  public let late: LateRule?

  /// Makes the parameters.
  public init(maxBatch: Int? = nil, batching: Batching = .full, late: LateRule? = nil) {
    self.maxBatch = maxBatch
    self.batching = batching
    self.late = late ?? (batching == .deadline ? .fastest : nil)
  }

  /// Reads the parameters.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      maxBatch: try values.decodeIfPresent(Int.self, forKey: .maxBatch),
      batching: try values.decodeIfPresent(Batching.self, forKey: .batching) ?? .full,
      late: try values.decodeIfPresent(LateRule.self, forKey: .late))
  }

  /// Refuses a batch below one, and a late rule where no query is late.
  func check() throws(SpecError) {
    if let maxBatch, maxBatch < 1 {
      throw SpecError("max_batch", "expected at least 1, found \(maxBatch)")
    }
    if batching == .full, late != nil {
      throw SpecError("late", "only `batching: deadline` looks at deadlines, found `full`")
    }
  }
}

extension BatchSpec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    .maxBatch,
    KeyNote(
      "batching",
      "How the size of a batch is chosen: `full`, as many of the oldest queries as "
        + "wait; `deadline`, as many of the earliest deadlines as the first of them allows",
      default: "full",
      source: "assumed"),
    KeyNote(
      "late",
      "With `batching: deadline`, what is done where no batch ends by the earliest "
        + "deadline: `fastest`, the smallest batch; `fastest-at-max-batch`, the largest; "
        + "`drop`, the query is given up",
      default: "`fastest` with `batching: deadline`",
      source: "assumed"),
  ]
}

extension KeyNote {
  /// What `max_batch` does.
  static let maxBatch = KeyNote(
    "max_batch", "The largest batch, in queries", default: "the table's largest batch")
}
