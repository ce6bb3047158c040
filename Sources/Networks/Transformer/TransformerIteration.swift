public import Components

/// One iteration of a transformer: its network, and what it has to do whatever it runs on.
public struct TransformerIteration: Hashable, Sendable {
  /// How many of the keys that a product reads are cached.
  public struct CachedKeys: Hashable, Sendable {
    /// Cached ones.
    public let cached: Int
    /// All of them.
    public let all: Int
  }

  /// The name of the layer that makes logits or classes.
  public static let head = "head"

  /// The model.
  public let model: Transformer
  /// The sequences.
  public let iteration: Iteration
  /// Its operations.
  public let graph: NetworkGraph
  /// Of products with the cache, by name, how many of their keys come from it.
  public let cachedKeys: [String: CachedKeys]

  /// Writes the network of `iteration`.
  ///
  /// - Throws: `SpecError` where it is too large to be counted.
  public init(_ model: Transformer, _ iteration: Iteration) throws(SpecError) {
    var builder = TransformerBuilder(model, iteration)
    graph = try builder.build()
    self.model = model
    self.iteration = iteration
    cachedKeys = builder.cachedKeys
  }

  // MARK: Counts

  /// Multiply-accumulates of linear parts of all layers.
  public var linearMACs: Int { iteration.tokens * model.linearWeightsPerToken }

  /// Multiply-accumulates of attention: pairs of tokens that attend to one another, masked ones left
  /// out.
  public var attentionMACs: Int {
    let (key, value) =
      if let latent = model.spec.latent {
        iteration.isAbsorbed
          ? (latent.kvRank + latent.rotaryWidth, latent.kvRank)
          : (model.headWidth + latent.rotaryWidth, latent.valueWidth)
      } else {
        (model.headWidth, model.headWidth)
      }
    return iteration.groups.reduce(0) { sum, group in
      sum + model.layers * model.heads * (key + value) * shape(of: group).pairs * group.count
    }
  }

  /// Multiply-accumulates of the head of tokens.
  public var headMACs: Int { iteration.logits * (model.spec.vocabulary ?? 0) * model.width }

  /// Weights of layers and head that are read once, whatever the number of tokens.
  ///
  /// Of experts as many as are visited on average. Biases, scalars, learned positions and rows of embeddings are left out.
  public var weightsRead: (layers: Double, head: Double) {
    var sum = 0.0
    for layer in 0..<model.layers {
      sum += Double(model.attentionWeights)
      guard let experts = model.spec.experts, model.hasExperts(layer: layer) else {
        sum += Double(model.feedForwardWeightsPerToken(ofLayer: layer))
        continue
      }
      let load = ExpertLoad(experts, tokens: iteration.tokens)
      sum += Double(model.width * experts.count)
      sum += (load.touched + Double(experts.shared ?? 0)) * Double(model.expertWeights)
    }
    let head = iteration.logits > 0 ? (model.spec.vocabulary ?? 0) * model.width : 0
    return (sum, Double(head))
  }

  /// Bytes of the same with weights of `weightBits` where the model does not say.
  public func weightBytes(weightBits: Int) -> Double {
    let (layers, head) = weightsRead
    let own = model.spec.weights ?? StorageSpec(bits: weightBits)
    let last = model.spec.headWeights ?? own
    return (own.bits(layers, row: model.width) + last.bits(head, row: model.width)) / 8
  }

  /// Elements of keys and values that are read of the cache, and that are appended to it.
  public var cacheElements: (read: Int, written: Int) {
    guard model.isDecoder else { return (0, 0) }
    let each = model.layers * model.cacheWidth
    let read = iteration.groups.reduce(0) { $0 + shape(of: $1).cached * $1.count }
    return (read * each, iteration.tokens * each)
  }

  /// Bytes of the same with elements of `bits` where the model does not say.
  public func cacheBytes(bits: Int) -> (read: Double, written: Double) {
    let (read, written) = cacheElements
    let storage = model.spec.cache ?? StorageSpec(bits: bits)
    let row = model.spec.latent == nil ? model.headWidth : model.cacheWidth
    func bytes(_ count: Int) -> Double { storage.cacheBits(Double(count), row: row) / 8 }
    return (bytes(read), bytes(written))
  }

  private func shape(of group: Iteration.Group) -> AttentionShape {
    AttentionShape(
      new: group.new, context: group.cached, window: model.spec.window,
      isCausal: model.isCausal)
  }
}

extension Iteration {
  /// Whether latent attention works on the latent vectors themselves: wherever anything is cached, and
  /// where one token is made.
  var isAbsorbed: Bool { groups.contains { $0.cached > 0 || $0.new == 1 } }
}
