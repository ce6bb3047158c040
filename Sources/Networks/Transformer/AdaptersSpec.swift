public import Components

/// Low-rank additions to linear parts: `W x + B A x` with `A` of `r x K` and `B` of `N x r`.
///
/// Sources: LoRA (ICLR 2022); LoRA-XS (arXiv 2405.17604) and LoRA-SB (arXiv 2411.19557) for `shared`.
public struct AdaptersSpec: Codable, Hashable, Sendable {
  /// A linear part, or several of them.
  public enum Part: String, Codable, CaseIterable, Sendable {
    /// Queries.
    case q
    /// Keys.
    case k
    /// Values.
    case v
    /// The projection behind attention.
    case o
    /// The gate of the feed-forward part.
    case gate
    /// The first matrix of the feed-forward part.
    case up
    /// Its last matrix.
    case down
    /// `q`, `k`, `v` and `o`.
    case attention
    /// `gate`, where there is one, `up` and `down`.
    case ffn
    /// All of them.
    case all
  }

  /// Where the additions are.
  public enum Form: String, Codable, CaseIterable, Sendable {
    /// In the weights: nothing more is computed, and the weights serve one adapter.
    case merged
    /// Two thin matrices of each adapter.
    case unmerged
    /// `B R A` with the same `A` and `B` for all: an adapter is the `r x r` matrix between them.
    case shared
  }

  /// Rows of `A` and columns of `B`, `r`.
  public let rank: Int
  /// The linear parts that have one.
  public let on: [Part]?
  /// Where the additions are.
  public let form: Form?
  /// Adapters that sequences have in turn.
  public let count: Int?
  /// Bits of their weights in DRAM.
  public let bits: Int?

  /// Makes adapters; nothing is checked before `Transformer` is made.
  public init(
    rank: Int, on: [Part]? = nil, form: Form? = nil, count: Int? = nil, bits: Int? = nil
  ) {
    self.rank = rank
    self.on = on
    self.form = form
    self.count = count
    self.bits = bits
  }

  /// The same with defaults filled in.
  public var filled: AdaptersSpec {
    AdaptersSpec(
      rank: rank, on: on ?? [.all], form: form ?? .unmerged,
      count: form == .merged ? nil : count ?? 1, bits: bits)
  }
}

extension AdaptersSpec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("rank", "Width between the two thin matrices", source: "LoRA (ICLR 2022)"),
    KeyNote(
      "on",
      "Linear parts that have one: `q`, `k`, `v`, `o`, `gate`, `up`, `down`, or `attention`, `ffn`, `all`",
      default: "[all]"),
    KeyNote(
      "form",
      "`merged`, in the weights, which serve one adapter; `unmerged`, two thin matrices of each; `shared`, the same two of all and a square one of each between them",
      default: "unmerged", source: "LoRA (ICLR 2022), LoRA-XS (arXiv 2405.17604)"),
    KeyNote(
      "count",
      "Adapters that the sequences of an iteration have in turn: fewer than these where it has fewer sequences",
      default: "1"),
    KeyNote(
      "bits", "Bits of an adapter's weights in DRAM", default: "as the architecture stores weights"
    ),
  ]
}
