/// A transformer as a workload file describes it: a stack of equal layers.
///
/// Source of the keys' meaning: the configuration classes of the transformers package; Vaswani et al.,
/// Attention Is All You Need, NeurIPS 2017.
public struct TransformerSpec: Codable, Hashable, Sendable {
  /// The function between the matrices of a feed-forward part.
  public enum Function: String, Codable, CaseIterable, Sendable {
    /// `x sigmoid(x)`.
    case silu
    /// `x` times the normal distribution below it.
    case gelu
    /// `max(x, 0)`.
    case relu
  }

  /// How a token is told where it stands.
  public enum PositionKind: String, Codable, CaseIterable, Sendable {
    /// Queries and keys are rotated.
    case rotary
    /// A learned vector is added to the token's.
    case learned
    /// Nobody does.
    case none
  }

  /// What tokens are normalized by.
  public enum Norm: String, Codable, CaseIterable, Sendable {
    /// The root of the mean square.
    case rms
    /// Mean and deviation, with a shift.
    case layer
  }

  /// Where a part is normalized.
  public enum NormPlace: String, Codable, CaseIterable, Sendable {
    /// What it reads; the last layer's result is normalized as well.
    case before
    /// The sum of what it reads and writes.
    case after
  }

  /// A linear part that adds a bias.
  public enum Bias: String, Codable, CaseIterable, Sendable {
    /// Queries, keys and values.
    case qkv
    /// The projection behind attention.
    case output
    /// The matrices of the feed-forward part.
    case ffn
    /// The head.
    case head
  }

  /// Which tokens one attends to.
  public enum Mask: String, Codable, CaseIterable, Sendable {
    /// Itself and those before it.
    case causal
    /// All.
    case none
  }

  /// How attention is carried out.
  public enum AttentionKind: String, Codable, CaseIterable, Sendable {
    /// Tile by tile: scores never leave the chip and masked ones are not computed.
    case tiled
    /// One operator behind the other: all scores, masked or not, go to DRAM and back.
    case unfused
  }

  /// Layers.
  public let layers: Int
  /// Features of a token.
  public let width: Int
  /// Heads of queries.
  public internal(set) var heads: Int
  /// Heads of keys and values.
  public internal(set) var kvHeads: Int?
  /// Features of a head.
  public internal(set) var headWidth: Int?
  /// Width of the feed-forward part.
  public internal(set) var ffn: Int
  /// Whether a third matrix gates the feed-forward part.
  public let gated: Bool?
  /// The function of the feed-forward part.
  public let activation: Function?
  /// Tokens that there are.
  public internal(set) var vocabulary: Int?
  /// Whether the head shares the table of embeddings.
  public let tied: Bool?
  /// Most tokens of a sequence.
  public internal(set) var positions: Int
  /// How positions are told.
  public let positionKind: PositionKind?
  /// Elements of a head that are rotated.
  public let rotaryWidth: Int?
  /// Rows that the table of learned positions has beyond those that are used.
  public let extraPositions: Int?
  /// What tokens are normalized by.
  public let norm: Norm?
  /// Where a part is normalized.
  public let normPlace: NormPlace?
  /// Whether attention and the feed-forward part both read the layer's input.
  public let parallel: Bool?
  /// Whether such parts share one normalization.
  public let sharedNorm: Bool?
  /// Whether queries and keys are normalized head by head.
  public let headNorms: Bool?
  /// Linear parts with a bias.
  public let biases: [Bias]?
  /// Tokens that one attends to at most, itself included.
  public let window: Int?
  /// Which tokens one attends to.
  public let mask: Mask?
  /// How attention is carried out.
  public let attention: AttentionKind?
  /// Experts in the place of the feed-forward part.
  public internal(set) var experts: ExpertsSpec?
  /// Keys and values that are made of a shared latent vector.
  public let latent: LatentSpec?
  /// What an encoder has beside its layers; nil for a model that makes tokens.
  public let encoder: EncoderSpec?
  /// How the weights of the layers are stored.
  public let weights: StorageSpec?
  /// How the weights of the head are stored.
  public let headWeights: StorageSpec?
  /// How the cache of keys and values is stored.
  public let cache: StorageSpec?
  /// What a decode reads of the cache, and what stays of it.
  public let cachePolicy: CachePolicySpec?
  /// Low-rank additions to linear parts.
  public let adapters: AdaptersSpec?
}

/// How numbers are stored in DRAM.
public struct StorageSpec: Codable, Hashable, Sendable {
  /// Bits of a number.
  public let bits: Int
  /// Numbers that share a scale; of a cache always the elements of one token and head.
  public let group: Int?
  /// Bits of a scale.
  public let scaleBits: Int?
  /// Bits of the zero point beside a scale.
  public let zeroBits: Int?

  /// Makes a storage.
  public init(bits: Int, group: Int? = nil, scaleBits: Int? = nil, zeroBits: Int? = nil) {
    self.bits = bits
    self.group = group
    self.scaleBits = scaleBits
    self.zeroBits = zeroBits
  }
}

/// Experts in the place of a feed-forward part.
public struct ExpertsSpec: Codable, Hashable, Sendable {
  /// How many different experts the tokens of an iteration visit.
  public enum Routing: String, Codable, CaseIterable, Sendable {
    /// As many as independent choices visit on average.
    case expected
    /// As few as there can be: all tokens choose the same.
    case fewest
    /// As many as there can be.
    case most
  }

  /// Experts of a layer.
  public let count: Int
  /// Experts that a token visits.
  public let perToken: Int
  /// Width of an expert.
  public internal(set) var ffn: Int
  /// Experts that every token visits beside them.
  public let shared: Int?
  /// Layers at the beginning that have the dense part instead.
  public let denseLayers: Int?
  /// Whether the router has a correction for each expert.
  public let corrections: Bool?
  /// How many experts the tokens of an iteration visit.
  public let routing: Routing?
  /// The chance that a token visits each expert.
  public let popularity: [Double]?

  /// Makes experts; nothing is checked before `Transformer` is made.
  public init(
    count: Int, perToken: Int, ffn: Int, shared: Int? = nil, denseLayers: Int? = nil,
    corrections: Bool? = nil, routing: Routing? = nil, popularity: [Double]? = nil
  ) {
    self.count = count
    self.perToken = perToken
    self.ffn = ffn
    self.shared = shared
    self.denseLayers = denseLayers
    self.corrections = corrections
    self.routing = routing
    self.popularity = popularity
  }
}

/// Keys and values that are made of one latent vector per token (multi-head latent attention).
///
/// Source: DeepSeek-V2, arXiv 2405.04434.
public struct LatentSpec: Codable, Hashable, Sendable {
  /// Width between the two matrices of queries.
  public let queryRank: Int
  /// Width of the latent vector.
  public let kvRank: Int
  /// Rotated elements of a query, and of the key that all heads share.
  public let rotaryWidth: Int
  /// Elements of a value of a head.
  public let valueWidth: Int
}

/// What an encoder has beside its layers.
public struct EncoderSpec: Codable, Hashable, Sendable {
  /// Rows and columns of the image; an encoder of text has none.
  public let image: Int?
  /// Rows and columns of a patch of it.
  public let patch: Int?
  /// Whether patches have a bias.
  public let patchBias: Bool?
  /// Kinds of tokens that each have a vector of their own.
  public let types: Int?
  /// Whether embeddings are normalized.
  public let embeddingNorm: Bool?
  /// Whether the first token goes through a last square matrix.
  public let pooler: Bool?
  /// Classes that a head tells apart, with a bias.
  public let classes: Int?
  /// Width that one token is projected to, without a bias.
  public let projection: Int?
}
