internal import Components

/// How cached tokens are chosen.
///
/// What is left out: making the minima and maxima of pages and storing them, `2 / page` of the keys' elements;
/// moving what is kept to where it stands together (*assumed*: it stays where it is).
extension TransformerBuilder {
  /// Scores of pages, and the choice of the best, before a token attends to these.
  ///
  /// Quest: the most that a page's keys can score is `sum max(q min, q max)`, which is one product of
  /// `[max(q, 0), min(q, 0)]` and `[max, min]` with twice the features; two operations of each query's element.
  /// RocketKV: magnitudes of queries are added up over those that share keys, and features with the largest are
  /// picked: three operations of each element (an absolute value, a sum, a comparison).
  ///
  /// A page takes a sum over the queries that share keys, and one comparison (*assumed*: a threshold
  /// that is known).
  mutating func choosePages(
    _ name: String, _ group: Iteration.Group, _ reading: CacheReading, query: Tensor.ID
  ) throws(SpecError) {
    guard reading.pages > 0 else { return }
    let (heads, kvHeads, width) = (model.heads, model.kvHeads, model.headWidth)
    let groups = group.count * kvHeads
    let isQuest = model.spec.cachePolicy?.kind == .quest
    let queries = try vector(
      "\(name).page_queries", Self.choice, [query],
      output: [heads * reading.pageFeatures, group.count], pieces: heads * group.count,
      reads: [width], writes: reading.pageFeatures, operations: (isQuest ? 2 : 3) * width,
      isLocal: true)
    let kernels = graph.addInput(
      "\(name).pages", [kvHeads * reading.pageFeatures, reading.pages * group.count], role: .state)
    var layer = Layer(
      name: "\(name).page_scores", product: .matrixProduct, kernels: groups * reading.pages,
      channels: groups * reading.pageFeatures, positions: model.groupSize, groups: groups,
      kernelRole: .activation)
    layer.storage = model.spec.cache?.ofKeys
    let scores = try add(
      MatrixProduct.kind,
      OperationResult(
        name: layer.name, output: [layer.kernels, model.groupSize], work: .array(layer)),
      reads: [queries, kernels], isLocal: true)
    cachedKeys[layer.name] = TransformerIteration.CachedKeys(
      cached: reading.pages, all: reading.pages)
    _ = try vector(
      "\(name).page_choice", Self.choice, [scores], output: [layer.kernels, 1],
      pieces: layer.kernels, reads: [model.groupSize], writes: 1, operations: model.groupSize,
      isLocal: true)
  }

  /// Behind a prompt, scores of all keys for the last queries, their softmax, sums over queries, and the largest
  /// among neighbours.
  ///
  /// A score takes 5 operations of the softmax and one of the sum; a key one comparison for each neighbour and one of
  /// the choice (*assumed*, as for pages).
  mutating func observe(_ parts: AttentionParts, _ reading: CacheReading) throws(SpecError) {
    guard reading.observing > 0, let pool = model.spec.cachePolicy?.filled.pool else { return }
    let rows = parts.queries * reading.observing
    let kernels = parts.groups * parts.shape.keys
    var layer = Layer(
      name: "\(parts.name).observed_scores", product: .matrixProduct, kernels: kernels,
      channels: parts.groups * parts.keyWidth, positions: rows, groups: parts.groups,
      kernelRole: .activation)
    layer.storage = model.spec.cache?.ofKeys
    let queries = try view(
      "\(parts.name).observing", [parts.query], graph.tensors[parts.query].extents, isLocal: true)
    let scores = try add(
      MatrixProduct.kind,
      OperationResult(name: layer.name, output: [kernels, rows], work: .array(layer)),
      reads: [queries, parts.keys], isLocal: true)
    if parts.shape.cached > 0 {
      cachedKeys[layer.name] = TransformerIteration.CachedKeys(
        cached: parts.shape.cached, all: parts.shape.keys)
    }
    let shares = try vector(
      "\(parts.name).observed_softmax", Softmax.kind, [scores], output: [kernels, rows],
      pieces: kernels * rows, reads: [1], writes: 1, operations: 5, isLocal: true)
    _ = try vector(
      "\(parts.name).observed_choice", Self.choice, [shares], output: [kernels, 1],
      pieces: kernels, reads: [rows], writes: 1, operations: rows + pool, isLocal: true)
  }

  /// What a vector unit does to choose.
  private static let choice = "choose"
}
