public import Components

/// What a transformer is asked to do at once, as a file or a command says it.
public struct IterationSpec: Codable, Hashable, Sendable {
  /// What every sequence of a batch does.
  public enum Phase: String, Codable, CaseIterable, Sendable {
    /// All tokens of a prompt.
    case prefill
    /// One token after a context.
    case decode
    /// Several tokens after a context.
    case chunk
  }

  /// Tokens whose logits are wanted.
  public enum Logits: String, Codable, CaseIterable, Sendable {
    /// The last one of a sequence.
    case last
    /// All of them.
    case all
    /// None: the prompt does not end here.
    case none
  }

  /// What every sequence does.
  public var phase: Phase?
  /// New tokens of a sequence.
  public var tokens: Int?
  /// Cached tokens of a sequence.
  public var context: Int?
  /// Sequences.
  public var batch: Int?
  /// Sequences that differ, instead of all the keys above.
  public var sequences: [SequenceSpec]?
  /// Tokens whose logits are wanted, unless a sequence says otherwise.
  public var logits: Logits?

  /// Makes an iteration; nothing is checked before `Iteration` is made.
  public init(
    phase: Phase? = nil, tokens: Int? = nil, context: Int? = nil, batch: Int? = nil,
    sequences: [SequenceSpec]? = nil, logits: Logits? = nil
  ) {
    self.phase = phase
    self.tokens = tokens
    self.context = context
    self.batch = batch
    self.sequences = sequences
    self.logits = logits
  }
}

/// Sequences of an iteration that are alike.
public struct SequenceSpec: Codable, Hashable, Sendable {
  /// New tokens.
  public let tokens: Int
  /// Cached tokens.
  public let context: Int?
  /// How many there are.
  public let count: Int?
  /// Tokens whose logits are wanted.
  public let logits: IterationSpec.Logits?

  /// Makes sequences.
  public init(
    tokens: Int, context: Int? = nil, count: Int? = nil, logits: IterationSpec.Logits? = nil
  ) {
    self.tokens = tokens
    self.context = context
    self.count = count
    self.logits = logits
  }
}

extension IterationSpec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote(
      "phase",
      "`prefill`, all tokens of a prompt; `decode`, one token after a context; `chunk`, several tokens after one",
      default: "prefill"),
    KeyNote(
      "tokens", "New tokens of a sequence", default: "128 of a prompt, or as many as there can be"),
    KeyNote("context", "Cached tokens of a sequence", default: "0 of a prompt"),
    KeyNote("batch", "Sequences", default: "1"),
    KeyNote("sequences", "Sequences that differ, instead of the keys above", default: "none"),
    KeyNote(
      "logits", "Tokens whose logits are wanted: the `last` of a sequence, `all` or `none`",
      default: "last"),
  ]
}

extension SequenceSpec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("tokens", "New tokens"),
    KeyNote("context", "Cached tokens", default: "0"),
    KeyNote("count", "How many such sequences there are", default: "1"),
    KeyNote(
      "logits", "Tokens whose logits are wanted: `last`, `all` or `none`",
      default: "the iteration's"),
  ]
}
