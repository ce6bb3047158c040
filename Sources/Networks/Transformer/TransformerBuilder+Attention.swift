internal import Components

/// Attention of one layer.
extension TransformerBuilder {
  /// What a product reads and how its rows and keys lie.
  struct AttentionParts {
    /// What names begin with.
    let name: String
    let shape: AttentionShape
    /// Sequences and heads with keys of their own.
    let groups: Int
    /// Queries of one token that share them.
    let queries: Int
    /// Features of a key and of a value.
    let keyWidth: Int
    let valueWidth: Int
    /// Sequences.
    let count: Int
    /// All queries, keys and values.
    let query: Tensor.ID
    let keys: Tensor.ID
    let values: Tensor.ID
    /// Whether values are a part of the keys, which are on chip then.
    var sharesKeys = false
  }

  /// Queries, keys and values of normalized tokens, and what attention makes of them; before the
  /// projection behind it.
  mutating func attention(_ layer: String, _ input: Tensor.ID) throws(SpecError) -> Tensor.ID {
    let (heads, kvHeads, width) = (model.heads, model.kvHeads, model.headWidth)
    let name = "\(layer).attention"
    let all = try linear(
      "\(name).qkv", input, from: model.width, to: (heads + 2 * kvHeads) * width, tokens: tokens,
      hasBias: model.has(.qkv))
    var query = try view("\(name).q", [all], [heads * width, tokens])
    var keys = try view("\(name).k", [all], [kvHeads * width, tokens])
    var values = try view("\(name).v", [all], [kvHeads * width, tokens])
    let bases: [AdaptersSpec.Part: Tensor.ID] = [.q: query, .k: keys, .v: values]
    let adapted = try self.adapted(name, input, bases)
    (query, keys, values) = (
      adapted[.q] ?? query, adapted[.k] ?? keys, adapted[.v] ?? values
    )
    if model.spec.headNorms == true {
      query = try normalized(
        "\(name).q_norm", query, features: width, rows: heads * tokens,
        output: [heads * width, tokens])
      keys = try normalized(
        "\(name).k_norm", keys, features: width, rows: kvHeads * tokens,
        output: [kvHeads * width, tokens])
    }
    if model.positionKind == .rotary {
      query = try rotated(
        "\(name).q_rotary", query, heads: heads, features: width, rotated: model.rotaryWidth,
        tokens: tokens)
      keys = try rotated(
        "\(name).k_rotary", keys, heads: kvHeads, features: width, rotated: model.rotaryWidth,
        tokens: tokens)
    }
    let (queries, ownKeys, ownValues) = (query, keys, values)
    return try perGroup(name, features: heads * width) {
      (builder, prefix, group) throws(SpecError) in
      try builder.attention(prefix, group, queries, ownKeys, ownValues)
    }
  }

  /// What `body` makes of each group of sequences, behind one another.
  mutating func perGroup(
    _ name: String, features: Int,
    _ body: (inout Self, String, Iteration.Group) throws(SpecError) -> Tensor.ID
  ) throws(SpecError) -> Tensor.ID {
    let groups = iteration.groups
    if groups.count == 1 { return try body(&self, name, groups[0]) }
    var results: [Tensor.ID] = []
    for (index, group) in groups.enumerated() {
      results.append(try body(&self, "\(name).\(index)", group))
    }
    return try view("\(name).all", results, [features, tokens])
  }

  /// The tokens of a group, `features` of each.
  mutating func part(
    _ name: String, _ tensor: Tensor.ID, features: Int, of group: Iteration.Group
  ) throws(SpecError) -> Tensor.ID {
    guard iteration.groups.count > 1 else { return tensor }
    return try view(name, [tensor], [features, group.new * group.count])
  }

  /// Attention of the sequences of a group with heads of their own keys and values.
  private mutating func attention(
    _ name: String, _ group: Iteration.Group, _ query: Tensor.ID, _ keys: Tensor.ID,
    _ values: Tensor.ID
  ) throws(SpecError) -> Tensor.ID {
    let (heads, kvHeads, width) = (model.heads, model.kvHeads, model.headWidth)
    let reading = CacheReading(group, of: model)
    let shape = reading.shape
    func cached(_ builder: inout Self, _ part: String, _ tensor: Tensor.ID) throws(SpecError)
      -> Tensor.ID
    {
      let own = try builder.part("\(name).\(part)", tensor, features: kvHeads * width, of: group)
      return try builder.withCache(
        "\(name).\(part)_cache", own, features: kvHeads * width, shape, group)
    }
    let queries = try part("\(name).queries", query, features: heads * width, of: group)
    try choosePages(name, group, reading, query: queries)
    let parts = AttentionParts(
      name: name, shape: shape, groups: group.count * kvHeads, queries: model.groupSize,
      keyWidth: width, valueWidth: width, count: group.count, query: queries,
      keys: try cached(&self, "keys", keys), values: try cached(&self, "values", values))
    let result = try products(parts)
    try observe(parts, reading)
    return result
  }

  /// Which tokens those of a group attend to.
  func shape(of group: Iteration.Group) -> AttentionShape {
    CacheReading(group, of: model).shape
  }

  /// What is cached, with what is appended to it.
  mutating func withCache(
    _ name: String, _ own: Tensor.ID, features: Int, _ shape: AttentionShape,
    _ group: Iteration.Group
  ) throws(SpecError) -> Tensor.ID {
    if model.isDecoder { outputs.append(own) }
    guard shape.cached > 0 else { return own }
    let cache = graph.addInput(name, [features, shape.cached * group.count], role: .state)
    return try view("\(name).all", [cache, own], [features, shape.keys * group.count])
  }

  /// Scores, their softmax and what they take of the values; tile by tile or one behind the other.
  mutating func products(_ parts: AttentionParts) throws(SpecError) -> Tensor.ID {
    let rectangles = model.isTiled ? parts.shape.folded : parts.shape.whole
    var result: Tensor.ID?
    for (index, rectangle) in rectangles.enumerated() {
      let made = try product(parts, rectangle, isRest: index > 0)
      result = result ?? made
    }
    guard let result else { throw SpecError("", "`\(parts.name)` attends to nothing") }
    return result
  }

  /// One product with all of its rows and keys; a rest finds its operands on chip and its result is
  /// added there.
  private mutating func product(
    _ parts: AttentionParts, _ rectangle: AttentionShape.Rectangle, isRest: Bool
  ) throws(SpecError) -> Tensor.ID {
    let (name, isTiled) = (parts.name + (isRest ? ".rest" : ""), model.isTiled)
    let rows = parts.queries * rectangle.rows
    let scores = parts.groups * rectangle.keys
    func local(
      _ builder: inout Self, _ tensor: Tensor.ID, _ part: String, _ isOnChip: Bool
    ) throws(SpecError) -> Tensor.ID {
      guard isOnChip else { return tensor }
      return try builder.view(
        "\(name).\(part)", [tensor], builder.graph.tensors[tensor].extents, isLocal: true)
    }
    var first = Layer(
      name: "\(name).scores", product: .matrixProduct, kernels: scores,
      channels: parts.groups * parts.keyWidth, positions: rows, groups: parts.groups,
      kernelRole: .activation)
    first.storage = model.spec.cache?.ofKeys
    first.isContinuation = isRest
    let attention = AttentionWork(
      tokens: parts.shape.new, queries: parts.queries, headsOfKeys: parts.groups / parts.count)
    first.attention = isTiled ? attention : nil
    let query = try local(&self, parts.query, "queries_held", isRest)
    let keys = try local(&self, parts.keys, "keys_held", isRest)
    var made = try add(
      MatrixProduct.kind,
      OperationResult(name: first.name, output: [scores, rows], work: .array(first)),
      reads: [query, keys], isLocal: isTiled)
    if !isRest {
      made = try softmax(parts, made, scores: scores, rows: rows, keys: rectangle.keys)
    }
    var second = Layer(
      name: "\(name).values", product: .matrixProduct, kernels: parts.groups * parts.valueWidth,
      channels: scores, positions: rows, groups: parts.groups, kernelRole: .activation)
    second.storage = model.spec.cache?.ofValues(
      tokens: rectangle.keys, features: parts.valueWidth)
    second.isContinuation = isRest
    second.attention = first.attention
    let values = try local(
      &self, parts.values, "values_held", isRest || parts.sharesKeys && isTiled)
    let features = parts.groups / parts.count * parts.queries * parts.valueWidth
    let output =
      isRest
      ? [parts.groups * parts.valueWidth, rows]
      : [features, parts.shape.new * parts.count]
    if parts.shape.cached > 0, !isRest {
      let share = TransformerIteration.CachedKeys(
        cached: parts.shape.cached, all: parts.shape.keys)
      cachedKeys[first.name] = share
      if values == parts.values { cachedKeys[second.name] = share }
    }
    return try add(
      MatrixProduct.kind,
      OperationResult(name: second.name, output: output, work: .array(second)),
      reads: [made, values], isLocal: isRest)
  }

  /// Scores become shares: 5 operations each, as `Softmax` counts them.
  ///
  /// Tile by tile every score is a piece of its own, those of a rest included, for a tile need not hold
  /// a row. What a tile does
  /// again for what was made before it, an exponential and a product of each row, is left out (assumed
  /// to be hidden behind the products).
  private mutating func softmax(
    _ parts: AttentionParts, _ input: Tensor.ID, scores: Int, rows: Int, keys: Int
  ) throws(SpecError) -> Tensor.ID {
    let pairs = parts.groups * parts.queries * parts.shape.pairs
    let (pieces, row) = model.isTiled ? (pairs, 1) : (scores / keys * rows, keys)
    return try vector(
      "\(parts.name).softmax", Softmax.kind, [input], output: [scores, rows], pieces: pieces,
      reads: [row], writes: row, operations: 5 * row, isLocal: model.isTiled)
  }
}
