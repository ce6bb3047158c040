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
  /// The adapters; nil for a model without.
  public let adapters: AdapterLoad?
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
    adapters = builder.adapters
  }

  // MARK: Counts

  /// Multiply-accumulates of linear parts of all layers.
  public var linearMACs: Int { iteration.tokens * model.linearWeightsPerToken }

  /// Multiply-accumulates of attention: pairs of tokens that attend to one another, masked ones left
  /// out.
  public var attentionMACs: Int {
    let (key, value) = model.pairWidths(isAbsorbed: iteration.isAbsorbed)
    return iteration.groups.reduce(0) { sum, group in
      sum + model.layers * model.heads * (key + value) * shape(of: group).pairs * group.count
    }
  }

  /// Multiply-accumulates of the head of tokens.
  public var headMACs: Int { iteration.logits * (model.spec.vocabulary ?? 0) * model.width }

  /// Multiply-accumulates of choosing among cached tokens: scores of pages, and of all keys behind a prompt.
  public var choiceMACs: Int {
    iteration.groups.reduce(0) { sum, group in
      let each = CacheReading(group, of: model).choiceMACs(model, total: group.cached + group.new)
      return sum + model.layers * each * group.count
    }
  }

  /// Multiply-accumulates of adapters.
  public var adapterMACs: Int { iteration.tokens * (adapters?.macsPerToken ?? 0) }

  /// Weights of layers and head that are read once, whatever the number of tokens.
  ///
  /// Of experts as many as are visited on average. Biases, scalars, learned positions, rows of
  /// embeddings and adapters are left out.
  public var weightsRead: (layers: Double, head: Double) {
    model.weightsRead(tokens: iteration.tokens, logits: iteration.logits)
  }

  /// Bytes of the same and of adapters, with weights of `weightBits` where the model does not say.
  public func weightBytes(weightBits: Int) -> Double {
    model.weightBytesRead(
      tokens: iteration.tokens, logits: iteration.logits, weightBits: weightBits)
      + (adapters?.readBytes(model, weightBits: weightBits) ?? 0)
  }

  private func shape(of group: Iteration.Group) -> AttentionShape {
    CacheReading(group, of: model).shape
  }
}

extension Iteration {
  /// Whether latent attention works on the latent vectors themselves: wherever anything is cached, and
  /// where one token is made.
  var isAbsorbed: Bool { groups.contains { $0.cached > 0 || $0.new == 1 } }
}
