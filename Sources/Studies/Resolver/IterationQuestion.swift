/// What a transformer is asked to do, as a user writes it; nothing of it where the file says it all.
public struct IterationQuestion: Hashable, Sendable {
  /// `prefill`, `decode` or `chunk`; the file's iteration is then left aside.
  public var phase: String?
  /// New tokens of a sequence.
  public var tokens: Int?
  /// Cached tokens of a sequence.
  public var context: Int?
  /// Sequences; the question's own `batch` where this is nil and that is not 1.
  public var batch: Int?
  /// Sequences that differ, as YAML writes a list of them.
  public var sequences: String?
  /// Tokens whose logits are wanted: `last`, `all` or `none`.
  public var logits: String?

  /// Asks for what the file says.
  public init() {}

  /// The first field that is given beside `batch`; nil where there is none.
  package var firstField: String? {
    [
      ("phase", phase != nil), ("tokens", tokens != nil), ("context", context != nil),
      ("sequences", sequences != nil), ("logits", logits != nil),
    ].first { $0.1 }?.0
  }
}
