public import Components

/// What a decode reads of the cached keys and values, and what of them stays.
public struct CachePolicySpec: Codable, Hashable, Sendable {
  /// How cached tokens are chosen.
  public enum Kind: String, Codable, CaseIterable, Sendable {
    /// All are read and kept.
    case full
    /// The first few and the last ones (StreamingLLM, ICLR 2024).
    case window
    /// Some of the prompt, chosen once behind it (SnapKV, NeurIPS 2024).
    case snapkv
    /// All are kept, pages of them are chosen anew by every token (Quest, ICML 2024).
    case quest
    /// Some are kept, pages of those are chosen anew by every token (RocketKV, ICML 2025).
    case rocketkv
  }

  /// How they are chosen.
  public let kind: Kind
  /// The last tokens that a window keeps.
  public let tokens: Int?
  /// The first tokens that a window keeps beside them.
  public let sinks: Int?
  /// Tokens that are kept, or as many as are worth reading.
  public let budget: Int?
  /// Tokens of a page.
  public let page: Int?
  /// The last tokens of a prompt, by whose attention the others are chosen.
  public let observed: Int?
  /// Neighbours among which the largest share of attention counts.
  public let pool: Int?
  /// Whether what was not chosen is kept for a later turn.
  public let keepAll: Bool?

  /// Makes a policy; nothing is checked before `Transformer` is made.
  public init(
    kind: Kind, tokens: Int? = nil, sinks: Int? = nil, budget: Int? = nil, page: Int? = nil,
    observed: Int? = nil, pool: Int? = nil, keepAll: Bool? = nil
  ) {
    self.kind = kind
    self.tokens = tokens
    self.sinks = sinks
    self.budget = budget
    self.page = page
    self.observed = observed
    self.pool = pool
    self.keepAll = keepAll
  }

  /// The policy with every default filled in that its kind has a use for.
  public var filled: CachePolicySpec {
    switch kind {
    case .full: CachePolicySpec(kind: .full)
    // Four sinks: StreamingLLM, section 3.
    case .window: CachePolicySpec(kind: .window, tokens: tokens, sinks: sinks ?? 4)
    case .snapkv:
      CachePolicySpec(kind: .snapkv, budget: budget, observed: observed ?? 32, pool: pool ?? 7)
    case .quest: CachePolicySpec(kind: .quest, budget: budget, page: page ?? 16)
    case .rocketkv:
      CachePolicySpec(
        kind: .rocketkv, budget: budget, observed: observed ?? 32, pool: pool ?? 63,
        keepAll: keepAll ?? false)
    }
  }
}

extension CachePolicySpec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote(
      "kind",
      "`full`, all cached tokens; `window`, the first and the last; `snapkv`, some of the prompt, chosen once; `quest`, pages chosen by every token; `rocketkv`, both"
    ),
    KeyNote(
      "tokens", "Of `window`: the last cached tokens, which are kept", default: "must be given"),
    KeyNote(
      "sinks", "Of `window`: the first tokens, which are kept beside them", default: "4",
      source: "StreamingLLM (ICLR 2024)"),
    KeyNote(
      "budget",
      "Of `snapkv`: tokens that are kept; of `quest`: that are read; of `rocketkv`: as many as are worth reading",
      default: "must be given"),
    KeyNote(
      "page", "Of `quest`: tokens of a page, which divide the budget", default: "16",
      source: "Quest (ICML 2024)"),
    KeyNote(
      "observed",
      "Of `snapkv` and `rocketkv`: the last tokens of a prompt, by whose attention the others are chosen",
      default: "32", source: "SnapKV (NeurIPS 2024), RocketKV (ICML 2025)"),
    KeyNote(
      "pool",
      "Of `snapkv` and `rocketkv`: neighbours among which the largest share of attention counts",
      default: "of rocketkv 63, of snapkv 7 (assumed)", source: "RocketKV (ICML 2025)"),
    KeyNote(
      "keep_all", "Of `rocketkv`: whether what was not chosen is kept for a later turn",
      default: "false", source: "RocketKV-MT (ICML 2025)"),
  ]
}
