public import Components

/// A transformer whose numbers passed every check, with every default filled in.
public struct Transformer: Hashable, Sendable {
  /// What the file says.
  public let spec: TransformerSpec
  /// Heads of keys and values.
  public let kvHeads: Int
  /// Features of a head's queries and keys; without the rotated ones of latent attention.
  public let headWidth: Int
  /// The function of the feed-forward part.
  public let activation: TransformerSpec.Function
  /// How positions are told.
  public let positionKind: TransformerSpec.PositionKind
  /// Elements of a head that are rotated.
  public let rotaryWidth: Int
  /// What tokens are normalized by.
  public let norm: TransformerSpec.Norm
  /// Whether a token attends to those behind it.
  public let isCausal: Bool

  /// Makes the model of a specification.
  ///
  /// - Throws: `SpecError` about the first value that makes no sense; `faults(of:)` gives them all.
  public init(_ spec: TransformerSpec) throws(SpecError) {
    if let fault = Self.faults(of: spec).first { throw fault }
    self.init(checked: spec)
  }

  /// Takes a specification without faults.
  init(checked spec: TransformerSpec) {
    let isEncoder = spec.encoder != nil
    self.spec = spec
    kvHeads = spec.kvHeads ?? spec.heads
    headWidth = spec.headWidth ?? spec.width / max(spec.heads, 1)
    activation = spec.activation ?? (spec.gated == true ? .silu : .gelu)
    positionKind = spec.positionKind ?? (isEncoder ? .learned : .rotary)
    rotaryWidth = spec.latent?.rotaryWidth ?? spec.rotaryWidth ?? headWidth
    norm = spec.norm ?? (isEncoder ? .layer : .rms)
    isCausal = (spec.mask ?? (isEncoder ? .none : .causal)) == .causal
  }

  /// Layers.
  public var layers: Int { spec.layers }
  /// Features of a token.
  public var width: Int { spec.width }
  /// Heads of queries.
  public var heads: Int { spec.heads }
  /// Queries that share a key.
  public var groupSize: Int { heads / kvHeads }
  /// Whether tokens are made one by one, with a cache.
  public var isDecoder: Bool { spec.encoder == nil }
  /// Whether attention is carried out tile by tile.
  public var isTiled: Bool { spec.attention != .unfused }
  /// Whether a third matrix gates the feed-forward part.
  public var isGated: Bool { spec.gated ?? false }
  /// Whether the head is the table of embeddings.
  public var isTied: Bool { spec.tied ?? false }
  /// Whether the two parts of a layer are normalized before they read.
  public var normalizesBefore: Bool { spec.normPlace != .after }

  /// Whether a linear part has a bias.
  public func has(_ bias: TransformerSpec.Bias) -> Bool { spec.biases?.contains(bias) ?? false }

  /// Whether a layer has experts.
  public func hasExperts(layer: Int) -> Bool {
    spec.experts.map { layer >= $0.denseLayers ?? 0 } ?? false
  }

  /// Tokens of every input: those of the patches and the class; nil where inputs differ in length.
  public var fixedTokens: Int? {
    guard let image = spec.encoder?.image, let patch = spec.encoder?.patch else { return nil }
    return (image / patch) * (image / patch) + 1
  }

  /// Elements that the cache keeps of one token in one layer: keys and values of all heads, or the
  /// latent vector with the key that they share.
  public var cacheWidth: Int {
    spec.latent.map { $0.kvRank + $0.rotaryWidth } ?? 2 * kvHeads * headWidth
  }

  /// The most tokens that a sequence may have, cached and new.
  ///
  /// A rotary model may still make the token that a full cache yields.
  public func mostTokens(new: Int) -> Int {
    spec.positions + (positionKind == .rotary && new == 1 ? 1 : 0)
  }
}
