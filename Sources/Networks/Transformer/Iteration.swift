public import Components

/// Tokens that a transformer works on at once: those of a prompt, the next one of many sequences, a
/// part of a prompt, or all of these together.
public struct Iteration: Hashable, Sendable {
  /// Sequences that are alike.
  public struct Group: Hashable, Sendable {
    /// New tokens of one of them.
    public let new: Int
    /// Cached tokens of one of them.
    public let cached: Int
    /// How many there are.
    public let count: Int
    /// Tokens of one of them whose logits are wanted.
    public let logits: Int
  }

  /// What was asked, with every default filled in.
  public let spec: IterationSpec
  /// The sequences; those that are alike stand together.
  public let groups: [Group]

  /// Most sequences of an iteration.
  public static let mostSequences = 1 << 20
  /// Most groups of sequences that differ.
  public static let mostGroups = 256

  /// What `spec` asks of `model`.
  ///
  /// - Throws: `SpecError` about a value that makes no sense for the model.
  public init(_ spec: IterationSpec, of model: Transformer) throws(SpecError) {
    let filled = try Self.filled(spec, of: model)
    self.spec = filled
    let sequences =
      filled.sequences
      ?? [
        SequenceSpec(tokens: filled.tokens ?? 1, context: filled.context, count: filled.batch)
      ]
    guard !sequences.isEmpty else {
      throw SpecError("sequences", "expected at least one sequence")
    }
    var groups: [Group] = []
    for (index, sequence) in sequences.enumerated() {
      let path = filled.sequences == nil ? "" : "sequences[\(index)]."
      let group = try Self.group(sequence, filled.logits ?? .last, model, path)
      if let same = groups.firstIndex(where: {
        $0.new == group.new && $0.cached == group.cached && $0.logits == group.logits
      }) {
        groups[same] = Group(
          new: group.new, cached: group.cached, count: groups[same].count + group.count,
          logits: group.logits)
      } else {
        groups.append(group)
      }
    }
    guard groups.count <= Self.mostGroups else {
      throw SpecError(
        "sequences",
        "expected at most \(Self.mostGroups) different sequences, found \(groups.count)")
    }
    guard groups.reduce(0, { $0 + $1.count }) <= Self.mostSequences else {
      throw SpecError("sequences", "expected at most \(Self.mostSequences) sequences")
    }
    let tokens = groups.reduce(0) { $0 + $1.new * $1.count }
    guard tokens <= LayerLimits.extent else {
      throw SpecError(
        filled.sequences == nil ? "batch" : "sequences",
        "expected at most \(LayerLimits.extent) new tokens, found \(tokens)")
    }
    self.groups = groups
  }

  /// All new tokens.
  public var tokens: Int { groups.reduce(0) { $0 + $1.new * $1.count } }
  /// All sequences.
  public var sequences: Int { groups.reduce(0) { $0 + $1.count } }
  /// Tokens whose logits are wanted.
  public var logits: Int { groups.reduce(0) { $0 + $1.logits * $1.count } }

  /// Fills in what is left out; throws where keys contradict one another.
  private static func filled(
    _ spec: IterationSpec, of model: Transformer
  ) throws(SpecError) -> IterationSpec {
    guard model.isDecoder || spec.logits == nil else {
      throw SpecError("logits", "an encoder has none, leave it out")
    }
    if spec.sequences != nil {
      for (key, isThere) in [
        ("phase", spec.phase != nil), ("tokens", spec.tokens != nil),
        ("context", spec.context != nil), ("batch", spec.batch != nil),
      ] where isThere { throw SpecError(key, "`sequences` say it, leave it out") }
      return IterationSpec(sequences: spec.sequences, logits: logits(spec, model))
    }
    var filled = spec
    filled.logits = logits(spec, model)
    filled.batch = spec.batch ?? 1
    filled.phase = spec.phase ?? .prefill
    switch filled.phase ?? .prefill {
    case .prefill:
      guard (spec.context ?? 0) == 0 else {
        throw SpecError(
          "context", "nothing is cached before a prefill, name a `chunk` or leave it out")
      }
      filled.context = 0
      filled.tokens = spec.tokens ?? model.fixedTokens ?? min(128, model.spec.positions)
    case .decode:
      guard spec.tokens ?? 1 == 1 else {
        throw SpecError(
          "tokens", "a decode makes 1 token of each sequence, found \(spec.tokens ?? 1)")
      }
      guard spec.context != nil else { throw SpecError("", "a decode needs `context`") }
      filled.tokens = 1
    case .chunk:
      guard spec.context != nil else { throw SpecError("", "a chunk needs `context`") }
      guard spec.tokens != nil else { throw SpecError("", "a chunk needs `tokens`") }
    }
    return filled
  }

  private static func logits(_ spec: IterationSpec, _ model: Transformer) -> IterationSpec.Logits? {
    model.isDecoder ? spec.logits ?? .last : spec.logits
  }

  private static func group(
    _ sequence: SequenceSpec, _ logits: IterationSpec.Logits, _ model: Transformer, _ path: String
  ) throws(SpecError) -> Group {
    let (new, cached) = (sequence.tokens, sequence.context ?? 0)
    let count = sequence.count ?? 1
    let countKey = path.isEmpty ? "batch" : "\(path)count"
    guard (1...mostSequences).contains(count) else {
      throw SpecError(countKey, "expected 1 to \(mostSequences) sequences, found \(count)")
    }
    guard new >= 1 else { throw SpecError("\(path)tokens", "expected at least 1, found \(new)") }
    guard cached >= 0 else {
      throw SpecError("\(path)context", "expected 0 or more, found \(cached)")
    }
    let most = model.mostTokens(new: new)
    guard cached <= most, new <= most, cached + new <= most else {
      let key = cached >= most ? "context" : "tokens"
      let found = cached > most ? "\(cached)" : new > most ? "\(new)" : "\(cached) + \(new)"
      throw SpecError(
        "\(path)\(key)",
        "the model has \(model.spec.positions) positions, found \(found) tokens")
    }
    if !model.isDecoder {
      guard cached == 0 else {
        throw SpecError("\(path)context", "an encoder keeps no cache, leave it out")
      }
      guard new == model.fixedTokens ?? new else {
        throw SpecError(
          "\(path)tokens", "an image has \(model.fixedTokens ?? 0) tokens, found \(new)")
      }
      guard sequence.logits == nil else {
        throw SpecError("\(path)logits", "an encoder has none, leave it out")
      }
      return Group(new: new, cached: 0, count: count, logits: 0)
    }
    switch sequence.logits ?? logits {
    case .last: return Group(new: new, cached: cached, count: count, logits: 1)
    case .all: return Group(new: new, cached: cached, count: count, logits: new)
    case .none: return Group(new: new, cached: cached, count: count, logits: 0)
    }
  }
}
