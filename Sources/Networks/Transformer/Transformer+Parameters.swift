extension Transformer {
  /// All weights, biases and scalars, as publishers count them.
  public var parameters: Int {
    (0..<layers).reduce(outsideParameters) { $0 + parameters(ofLayer: $1) }
  }

  /// Those that one token meets: of experts the ones that it visits; the whole table of embeddings.
  public var parametersPerToken: Int {
    guard let experts = spec.experts else { return parameters }
    let missed = (experts.count - experts.perToken) * expertWeights
    return parameters - missed * (layers - (experts.denseLayers ?? 0))
  }

  /// Weights of all layers that one token is multiplied by: its multiply-accumulates without
  /// attention and head.
  public var linearWeightsPerToken: Int {
    (0..<layers).reduce(0) { $0 + attentionWeights + feedForwardWeightsPerToken(ofLayer: $1) }
  }

  /// Weights of one layer's projections.
  public var attentionWeights: Int {
    guard let latent = spec.latent else {
      return width * (heads + 2 * kvHeads) * headWidth + heads * headWidth * width
    }
    return width * latent.queryRank
      + latent.queryRank * heads * (headWidth + latent.rotaryWidth)
      + width * (latent.kvRank + latent.rotaryWidth)
      + latent.kvRank * heads * (headWidth + latent.valueWidth)
      + heads * latent.valueWidth * width
  }

  /// Matrices of a feed-forward part.
  var feedForwardMatrices: Int { isGated ? 3 : 2 }

  /// Weights of one expert.
  public var expertWeights: Int {
    spec.experts.map { feedForwardMatrices * width * $0.ffn } ?? 0
  }

  /// Weights of one layer's feed-forward part that one token is multiplied by.
  public func feedForwardWeightsPerToken(ofLayer layer: Int) -> Int {
    guard let experts = spec.experts, hasExperts(layer: layer) else {
      return feedForwardMatrices * width * spec.ffn
    }
    return width * experts.count + (experts.perToken + (experts.shared ?? 0)) * expertWeights
  }

  /// Parameters of a normalization of so many features.
  func normParameters(_ features: Int) -> Int { norm == .rms ? features : 2 * features }

  /// Normalizations of a layer.
  var normsPerLayer: Int { spec.sharedNorm == true ? 1 : 2 }

  private func parameters(ofLayer layer: Int) -> Int {
    var sum = attentionWeights + normsPerLayer * normParameters(width)
    if let latent = spec.latent {
      sum += normParameters(latent.queryRank) + normParameters(latent.kvRank)
    }
    if spec.headNorms == true { sum += 2 * normParameters(headWidth) }
    if has(.qkv) { sum += (heads + 2 * kvHeads) * headWidth }
    if has(.output) { sum += width }
    guard let experts = spec.experts, hasExperts(layer: layer) else {
      return sum + feedForwardMatrices * width * spec.ffn + feedForwardBiases(spec.ffn)
    }
    let all = experts.count + (experts.shared ?? 0)
    return sum + width * experts.count + (experts.corrections == true ? experts.count : 0)
      + all * (expertWeights + feedForwardBiases(experts.ffn))
  }

  private func feedForwardBiases(_ ffn: Int) -> Int {
    has(.ffn) ? (isGated ? 2 : 1) * ffn + width : 0
  }

  /// Parameters of what stands before and behind the layers.
  private var outsideParameters: Int {
    var sum = (spec.vocabulary ?? 0) * width
    if positionKind == .learned { sum += (spec.positions + (spec.extraPositions ?? 0)) * width }
    if normalizesBefore { sum += normParameters(width) }
    guard let encoder = spec.encoder else {
      let head = (spec.vocabulary ?? 0)
      return sum + (isTied ? 0 : head * width) + (has(.head) ? head : 0)
    }
    if let patch = encoder.patch {
      // Three colours, and the token of the class.
      sum += 3 * patch * patch * width + (encoder.patchBias == false ? 0 : width) + width
    }
    sum += (encoder.types ?? 0) * width
    if encoder.embeddingNorm == true { sum += normParameters(width) }
    if encoder.pooler == true { sum += width * width + width }
    if let classes = encoder.classes { sum += classes * width + classes }
    return sum + (encoder.projection ?? 0) * width
  }
}
