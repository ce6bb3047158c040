extension Transformer {
  /// The specification with every default filled in that the model has a use for.
  public var filled: TransformerSpec {
    let isRotary = positionKind == .rotary && spec.latent == nil
    return TransformerSpec(
      layers: layers, width: width, heads: heads, kvHeads: spec.latent == nil ? kvHeads : nil,
      headWidth: headWidth, ffn: spec.ffn, gated: isGated, activation: activation,
      vocabulary: spec.vocabulary, tied: isDecoder ? isTied : nil, positions: spec.positions,
      positionKind: positionKind, rotaryWidth: isRotary ? rotaryWidth : nil,
      extraPositions: positionKind == .learned ? spec.extraPositions ?? 0 : nil, norm: norm,
      normPlace: spec.normPlace ?? .before, parallel: spec.parallel ?? false,
      sharedNorm: spec.sharedNorm ?? false, headNorms: spec.headNorms ?? false,
      biases: spec.biases ?? [], window: spec.window,
      mask: isCausal ? .causal : TransformerSpec.Mask.none,
      attention: spec.attention ?? .tiled, experts: spec.experts.map(\.filled),
      latent: spec.latent, encoder: spec.encoder.map(\.filled), weights: spec.weights?.filled,
      headWeights: spec.headWeights?.filled, cache: spec.cache?.filledCache,
      cachePolicy: isDecoder ? (spec.cachePolicy ?? CachePolicySpec(kind: .full)).filled : nil,
      adapters: spec.adapters?.filled)
  }
}

extension ExpertsSpec {
  fileprivate var filled: ExpertsSpec {
    ExpertsSpec(
      count: count, perToken: perToken, ffn: ffn, shared: shared ?? 0,
      denseLayers: denseLayers ?? 0, corrections: corrections ?? false,
      routing: routing ?? .expected, popularity: popularity)
  }
}

extension EncoderSpec {
  fileprivate var filled: EncoderSpec {
    EncoderSpec(
      image: image, patch: patch, patchBias: patch == nil ? nil : patchBias ?? true,
      types: types ?? 0, embeddingNorm: embeddingNorm ?? false, pooler: pooler ?? false,
      classes: classes, projection: projection)
  }
}

extension StorageSpec {
  fileprivate var filled: StorageSpec {
    StorageSpec(
      bits: bits, group: group, scaleBits: group == nil ? nil : scaleBits ?? 16,
      zeroBits: group == nil ? nil : zeroBits ?? 0)
  }

  fileprivate var filledCache: StorageSpec {
    StorageSpec(bits: bits, scaleBits: scaleBits ?? 0, zeroBits: zeroBits ?? 0)
  }
}
