internal import Components

/// Writes the operations of one iteration of a transformer.
///
/// Linear parts work on the tokens of all sequences together; attention looks at sequences that are
/// alike together, each with keys and values of its own.
struct TransformerBuilder {
  /// The model, or that of the layer at hand where layers differ.
  var model: Transformer
  /// A model for each layer, of equal widths; empty where layers are alike.
  var layerModels: [Transformer] = []
  let iteration: Iteration
  var graph = NetworkGraph()
  /// What is wanted: results, and what is appended to the cache.
  var outputs: [Tensor.ID] = []
  /// Of products with the cache, how many of the keys that they read are cached.
  var cachedKeys: [String: TransformerIteration.CachedKeys] = [:]
  /// Low-rank additions; nil for a model without.
  let adapters: AdapterLoad?
  private var limits = NetworkLimits()

  /// Begins a network.
  init(_ model: Transformer, _ iteration: Iteration) {
    self.model = model
    self.iteration = iteration
    adapters = AdapterLoad(model, iteration)
  }

  /// All new tokens.
  var tokens: Int { iteration.tokens }

  // MARK: Operations

  /// Adds an operation; throws where the network is too large with it.
  mutating func add(
    _ kind: String, _ result: OperationResult, reads: [Tensor.ID], isLocal: Bool = false
  ) throws(SpecError) -> Tensor.ID {
    do throws(SpecError) {
      if let layer = result.work.layer, let excess = LayerLimits.excess(of: layer) {
        throw SpecError("", excess)
      }
      try limits.add(result)
    } catch {
      throw SpecError("", "`\(result.name)`: \(error.message)")
    }
    return graph.add(kind, result, reads: reads, isLocal: isLocal)
  }

  /// Weights times every token: `outputs` features of `inputs` features, in `groups` parts.
  mutating func linear(
    _ name: String, _ input: Tensor.ID, from inputs: Int, to outputs: Int, tokens: Int,
    groups: Int = 1, hasBias: Bool = false, storage: StorageSpec? = nil
  ) throws(SpecError) -> Tensor.ID {
    try linear(
      name, input, from: inputs, to: outputs, tokens: tokens, groups: groups, hasBias: hasBias,
      kernels: (storage ?? model.spec.weights)?.ofWeights(channels: inputs / groups))
  }

  /// The same with weights stored as `kernels` says, or as the design does.
  mutating func linear(
    _ name: String, _ input: Tensor.ID, from inputs: Int, to outputs: Int, tokens: Int,
    groups: Int, hasBias: Bool = false, kernels: KernelStorage?
  ) throws(SpecError) -> Tensor.ID {
    var layer = Layer(
      name: name, product: .linear, kernels: outputs, channels: inputs, positions: tokens,
      groups: groups, otherParameters: hasBias ? outputs : 0)
    layer.storage = kernels
    return try add(
      Linear.kind,
      OperationResult(
        name: name, output: [outputs, tokens], work: .array(layer),
        weight: [outputs, inputs / groups]), reads: [input])
  }

  /// Work of a vector unit.
  mutating func vector(
    _ name: String, _ kind: String, _ inputs: [Tensor.ID], output: [Int], pieces: Int,
    reads: [Int], writes: Int, operations: Int, parameters: [Int]? = nil, isLocal: Bool = false
  ) throws(SpecError) -> Tensor.ID {
    try add(
      kind,
      OperationResult(
        name: name, output: output,
        work: .vector(
          VectorWork(
            name: name, operator: kind, pieces: pieces, reads: reads, writes: writes,
            operations: operations)), weight: parameters), reads: inputs, isLocal: isLocal)
  }

  /// The first elements of a tensor, elements of several, or the same under another name.
  mutating func view(
    _ name: String, _ inputs: [Tensor.ID], _ output: [Int], isLocal: Bool = false
  ) throws(SpecError) -> Tensor.ID {
    try add(
      inputs.count > 1 ? Concat.kind : Reshape.kind,
      OperationResult(name: name, output: output, work: .none), reads: inputs, isLocal: isLocal)
  }

  /// The sum of tensors of `features` features.
  mutating func sum(
    _ name: String, _ inputs: [Tensor.ID], features: Int, tokens: Int
  ) throws(SpecError) -> Tensor.ID {
    try vector(
      name, Add.kind, inputs, output: [features, tokens], pieces: features * tokens,
      reads: inputs.map { _ in 1 }, writes: 1, operations: inputs.count - 1)
  }

  /// Rows of `features` features, normalized each by itself.
  mutating func normalized(
    _ name: String, _ input: Tensor.ID, features: Int, rows: Int, output: [Int]
  ) throws(SpecError) -> Tensor.ID {
    let isRMS = model.norm == .rms
    return try vector(
      name, isRMS ? RMSNormalization.kind : LayerNormalization.kind, [input], output: output,
      pieces: rows, reads: [features], writes: features,
      operations: isRMS ? 4 * features + 3 : 7 * features + 4,
      parameters: [isRMS ? 1 : 2, features])
  }

  /// Every token normalized.
  mutating func normalized(_ name: String, _ input: Tensor.ID) throws(SpecError) -> Tensor.ID {
    try normalized(
      name, input, features: model.width, rows: tokens, output: [model.width, tokens])
  }

  /// The heads of every token rotated, as far as they are.
  mutating func rotated(
    _ name: String, _ input: Tensor.ID, heads: Int, features: Int, rotated: Int, tokens: Int
  ) throws(SpecError) -> Tensor.ID {
    try vector(
      name, Rotary.kind, [input], output: [heads * features, tokens], pieces: heads * tokens,
      reads: [features], writes: features, operations: 3 * rotated)
  }
}

extension StorageSpec {
  /// Bits beside one number's: of a group's scale and zero point.
  private var groupBits: Int { (scaleBits ?? (group == nil ? 0 : 16)) + (zeroBits ?? 0) }

  /// Weights in kernels of `channels` numbers, whose last group may be part-filled.
  func ofWeights(channels: Int) -> KernelStorage {
    let groups = group.map { (channels + $0 - 1) / $0 } ?? 0
    return KernelStorage(bits: bits, bitsPerKernel: groups * groupBits)
  }

  /// Keys, one of a token and head in each kernel.
  var ofKeys: KernelStorage { KernelStorage(bits: bits, bitsPerKernel: groupBits) }

  /// Values of `tokens` tokens, one of the `features` of a head in each kernel, which share the tokens'
  /// scales.
  func ofValues(tokens: Int, features: Int) -> KernelStorage {
    KernelStorage(
      bits: bits, bitsPerKernel: (tokens * groupBits + features - 1) / max(features, 1))
  }

  /// Bits of `count` numbers in rows of `row`, each with groups of its own.
  func bits(_ count: Double, row: Int) -> Double {
    let groups = group.map { Double((row + $0 - 1) / $0) / Double(row) } ?? 0
    return count * (Double(bits) + groups * Double(groupBits))
  }

  /// Bits of `count` numbers of a cache that stands for tokens and heads of `row` each.
  func cacheBits(_ count: Double, row: Int) -> Double {
    count * (Double(bits) + Double(groupBits) / Double(row))
  }
}
