public import Components

/// The parameters that MaxBatch and MaxAcc share.
public struct SlackSearchSpec: Codable, Hashable, Sendable {
  /// Whether a latency equal to the slack fits, `strict` unless given.
  public let comparison: Comparison
  /// What is done when nothing fits, `fastest` unless given.
  public let late: LateRule
  /// Whether a batch may be planned for more queries than wait, `none` unless given: the rules as
  /// published look at the slack only.
  public let batchLimit: BatchLimit

  /// Makes the parameters.
  public init(
    comparison: Comparison = .strict, late: LateRule = .fastest,
    batchLimit: BatchLimit = .none
  ) {
    self.comparison = comparison
    self.late = late
    self.batchLimit = batchLimit
  }

  /// Reads the parameters.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      comparison: try values.decodeIfPresent(Comparison.self, forKey: .comparison) ?? .strict,
      late: try values.decodeIfPresent(LateRule.self, forKey: .late) ?? .fastest,
      batchLimit: try values.decodeIfPresent(BatchLimit.self, forKey: .batchLimit) ?? .none)
  }
}

extension SlackSearchSpec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote(
      "comparison",
      "Whether a latency equal to the slack fits: `strict` (it does not) or `inclusive`",
      default: "strict",
      source: "SuperServe (NSDI 2025), section 4.2"),
    KeyNote(
      "late",
      "What is done where nothing fits: `fastest`, the fastest sub-network at the "
        + "smallest batch; `fastest-at-max-batch`; `drop`, the query is given up",
      default: "fastest",
      source: "assumed; not published"),
    KeyNote(
      "batch_limit",
      "Whether a batch may be planned for more queries than wait: `none`, it may; "
        + "`queue-length`, no size is considered that a smaller one would hold",
      default: "none",
      source: "SuperServe (NSDI 2025), section 4.2, which looks at the slack only"),
  ]
}
