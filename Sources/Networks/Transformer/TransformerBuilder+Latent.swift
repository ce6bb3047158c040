internal import Components

/// Multi-head latent attention of one layer.
///
/// Where every sequence is a prompt from its beginning, keys and values of all heads are made of the
/// latent vectors; else the matrices that would make them are absorbed into queries and results, and
/// all heads attend to the latent vectors themselves.
///
/// Source: DeepSeek-V2, arXiv 2405.04434, 2.1.
extension TransformerBuilder {
  /// What attention makes of normalized tokens; before the projection behind it.
  mutating func latentAttention(
    _ layer: String, _ input: Tensor.ID, _ latent: LatentSpec
  ) throws(SpecError) -> Tensor.ID {
    let (name, heads, width) = ("\(layer).attention", model.heads, model.headWidth)
    let rotary = latent.rotaryWidth
    var query = try linear(
      "\(name).q_a", input, from: model.width, to: latent.queryRank, tokens: tokens)
    query = try normalized(
      "\(name).q_norm", query, features: latent.queryRank, rows: tokens,
      output: [latent.queryRank, tokens])
    query = try linear(
      "\(name).q_b", query, from: latent.queryRank, to: heads * (width + rotary), tokens: tokens)
    let plain = try view("\(name).q_plain", [query], [heads * width, tokens])
    var turned = try view("\(name).q_turned", [query], [heads * rotary, tokens])
    turned = try rotated(
      "\(name).q_rotary", turned, heads: heads, features: rotary, rotated: rotary, tokens: tokens)
    let both = try linear(
      "\(name).kv_a", input, from: model.width, to: latent.kvRank + rotary, tokens: tokens)
    var vector = try view("\(name).latent", [both], [latent.kvRank, tokens])
    vector = try normalized(
      "\(name).kv_norm", vector, features: latent.kvRank, rows: tokens,
      output: [latent.kvRank, tokens])
    var key = try view("\(name).k_turned", [both], [rotary, tokens])
    key = try rotated(
      "\(name).k_rotary", key, heads: 1, features: rotary, rotated: rotary, tokens: tokens)
    let tensors = (plain: plain, turned: turned, latent: vector, key: key)
    return iteration.isAbsorbed
      ? try absorbed(name, latent, tensors) : try expanded(name, latent, tensors)
  }

  private typealias LatentTensors = (
    plain: Tensor.ID, turned: Tensor.ID, latent: Tensor.ID, key: Tensor.ID
  )

  /// All heads attend to the latent vectors.
  private mutating func absorbed(
    _ name: String, _ latent: LatentSpec, _ all: LatentTensors
  ) throws(SpecError) -> Tensor.ID {
    let heads = model.heads
    let query = try linear(
      "\(name).absorb", all.plain, from: heads * model.headWidth, to: heads * latent.kvRank,
      tokens: tokens, groups: heads)
    let result = try perGroup(name, features: heads * latent.kvRank) {
      (builder, prefix, group) throws(SpecError) in
      try builder.absorbed(prefix, group, latent, query, all)
    }
    return try linear(
      "\(name).expand", result, from: heads * latent.kvRank, to: heads * latent.valueWidth,
      tokens: tokens, groups: heads)
  }

  /// The sequences of a group.
  private mutating func absorbed(
    _ name: String, _ group: Iteration.Group, _ latent: LatentSpec, _ query: Tensor.ID,
    _ all: LatentTensors
  ) throws(SpecError) -> Tensor.ID {
    let (heads, tokens) = (model.heads, group.new * group.count)
    let shape = self.shape(of: group)
    let width = latent.kvRank + latent.rotaryWidth
    let own = try part("\(name).queries", query, features: heads * latent.kvRank, of: group)
    let turned = try part(
      "\(name).queries_turned", all.turned, features: heads * latent.rotaryWidth, of: group)
    let queries = try view("\(name).query", [own, turned], [heads * width, tokens])
    var kept = try appended(name, group, latent, all)
    if shape.cached > 0 {
      kept.insert(
        graph.addInput("\(name).cache", [width, shape.cached * group.count], role: .state), at: 0)
    }
    let keys = try view("\(name).kept", kept, [width, shape.keys * group.count])
    return try products(
      AttentionParts(
        name: name, shape: shape, groups: group.count, queries: heads, keyWidth: width,
        valueWidth: latent.kvRank, count: group.count, query: queries, keys: keys, values: keys,
        sharesKeys: true))
  }

  /// The latent vectors and turned keys of a group, which are appended to the cache.
  private mutating func appended(
    _ name: String, _ group: Iteration.Group, _ latent: LatentSpec, _ all: LatentTensors
  ) throws(SpecError) -> [Tensor.ID] {
    let kept = [
      try part("\(name).latents", all.latent, features: latent.kvRank, of: group),
      try part("\(name).keys_turned", all.key, features: latent.rotaryWidth, of: group),
    ]
    outputs += kept
    return kept
  }

  /// Keys and values of all heads are made of the latent vectors.
  private mutating func expanded(
    _ name: String, _ latent: LatentSpec, _ all: LatentTensors
  ) throws(SpecError) -> Tensor.ID {
    let (heads, width) = (model.heads, model.headWidth)
    let both = try linear(
      "\(name).kv_b", all.latent, from: latent.kvRank, to: heads * (width + latent.valueWidth),
      tokens: tokens)
    let keys = try view("\(name).keys_plain", [both], [heads * width, tokens])
    let values = try view("\(name).values_plain", [both], [heads * latent.valueWidth, tokens])
    return try perGroup(name, features: heads * latent.valueWidth) {
      (builder, prefix, group) throws(SpecError) in
      try builder.expanded(prefix, group, latent, (keys, values), all)
    }
  }

  /// The sequences of a group.
  private mutating func expanded(
    _ name: String, _ group: Iteration.Group, _ latent: LatentSpec,
    _ made: (keys: Tensor.ID, values: Tensor.ID), _ all: LatentTensors
  ) throws(SpecError) -> Tensor.ID {
    let (heads, tokens, width) = (model.heads, group.new * group.count, model.headWidth)
    let plain = try part("\(name).queries", all.plain, features: heads * width, of: group)
    let turned = try part(
      "\(name).queries_turned", all.turned, features: heads * latent.rotaryWidth, of: group)
    let queries = try view(
      "\(name).query", [plain, turned], [heads * (width + latent.rotaryWidth), tokens])
    let own = try part("\(name).keys", made.keys, features: heads * width, of: group)
    let key = try appended(name, group, latent, all)[1]
    let keys = try view(
      "\(name).kept", [own, key], [heads * width + latent.rotaryWidth, tokens])
    return try products(
      AttentionParts(
        name: name, shape: shape(of: group), groups: group.count * heads, queries: 1,
        keyWidth: width + latent.rotaryWidth, valueWidth: latent.valueWidth, count: group.count,
        query: queries, keys: keys,
        values: try part(
          "\(name).values_made", made.values, features: heads * latent.valueWidth, of: group)))
  }
}
