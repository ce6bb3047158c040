internal import Components

/// The parts of a layer, and what stands before and behind the layers.
extension TransformerBuilder {
  /// Writes the whole network.
  mutating func build() throws(SpecError) -> NetworkGraph {
    var tensor = try embedded()
    for index in 0..<(layerModels.isEmpty ? model.layers : layerModels.count) {
      graph.setBlock(index)
      if !layerModels.isEmpty { model = layerModels[index] }
      tensor = try layer(index, tensor)
    }
    graph.setBlock(nil)
    if model.normalizesBefore { tensor = try normalized("norm", tensor) }
    if model.isDecoder { try head(tensor) } else { try encoderHead(tensor) }
    graph.setOutputs(outputs)
    return graph
  }

  /// What the first layer reads: rows of the table of embeddings are an input, gathered where they are
  /// read, and so are learned positions and kinds.
  private mutating func embedded() throws(SpecError) -> Tensor.ID {
    var terms: [Tensor.ID] = []
    if let patch = model.spec.encoder?.patch {
      let patches = tokens - iteration.sequences
      let image = graph.addInput("image", [3 * patch * patch, patches])
      let made = try linear(
        "patches", image, from: 3 * patch * patch, to: model.width, tokens: patches,
        hasBias: model.spec.encoder?.patchBias != false)
      let classes = graph.addInput("class", [model.width, iteration.sequences])
      terms.append(try view("tokens", [classes, made], [model.width, tokens]))
    } else {
      terms.append(graph.addInput("input", [model.width, tokens]))
    }
    if model.positionKind == .learned {
      terms.append(graph.addInput("positions", [model.width, tokens]))
    }
    if (model.spec.encoder?.types ?? 0) > 0 {
      terms.append(graph.addInput("types", [model.width, tokens]))
    }
    var tensor = terms[0]
    if terms.count > 1 {
      tensor = try sum("embedding", terms, features: model.width, tokens: tokens)
    }
    if model.spec.encoder?.embeddingNorm == true {
      tensor = try normalized("embedding_norm", tensor)
    }
    return tensor
  }

  private mutating func layer(_ index: Int, _ input: Tensor.ID) throws(SpecError) -> Tensor.ID {
    let name = "layers.\(index)"
    let width = model.width
    if model.spec.parallel == true {
      let first = try normalized("\(name).norm", input)
      let second =
        model.spec.sharedNorm == true ? first : try normalized("\(name).ffn_norm", input)
      let attended = try attend(name, first)
      let fed = try feedForward(index, name, second)
      return try sum("\(name).add", [attended, fed, input], features: width, tokens: tokens)
    }
    guard model.normalizesBefore else {
      var tensor = try attend(name, input)
      tensor = try sum("\(name).add", [tensor, input], features: width, tokens: tokens)
      let middle = try normalized("\(name).norm", tensor)
      tensor = try feedForward(index, name, middle)
      tensor = try sum("\(name).ffn_add", [tensor, middle], features: width, tokens: tokens)
      return try normalized("\(name).ffn_norm", tensor)
    }
    var tensor = try attend(name, try normalized("\(name).norm", input))
    let middle = try sum("\(name).add", [tensor, input], features: width, tokens: tokens)
    tensor = try feedForward(index, name, try normalized("\(name).ffn_norm", middle))
    return try sum("\(name).ffn_add", [tensor, middle], features: width, tokens: tokens)
  }

  /// Attention with the projection behind it.
  private mutating func attend(_ name: String, _ input: Tensor.ID) throws(SpecError) -> Tensor.ID {
    let made =
      if let latent = model.spec.latent {
        try latentAttention(name, input, latent)
      } else {
        try attention(name, input)
      }
    let output = try linear(
      "\(name).attention.output", made,
      from: model.heads * (model.spec.latent?.valueWidth ?? model.headWidth), to: model.width,
      tokens: tokens, hasBias: model.has(.output))
    return try adapted("\(name).attention", made, [.o: output])[.o] ?? output
  }

  // MARK: Feed-forward

  private mutating func feedForward(
    _ index: Int, _ layer: String, _ input: Tensor.ID
  ) throws(SpecError) -> Tensor.ID {
    guard let experts = model.spec.experts, model.hasExperts(layer: index) else {
      return try dense("\(layer).ffn", input, ffn: model.spec.ffn, experts: 1, tokens: tokens)
    }
    let name = "\(layer).experts"
    let load = ExpertLoad(experts, tokens: tokens)
    let chances = try linear(
      "\(name).router", input, from: model.width, to: experts.count, tokens: tokens)
    let choice = try vector(
      "\(name).softmax", Softmax.kind, [chances], output: [experts.count, tokens],
      pieces: tokens, reads: [experts.count], writes: experts.count,
      operations: 5 * experts.count)
    outputs.append(choice)
    let touched = load.experts(inLayer: index - (experts.denseLayers ?? 0))
    var parts: [Tensor.ID] = []
    for (number, part) in load.spread(over: touched).enumerated() {
      parts.append(
        try dense(
          number == 0 ? name : "\(name).\(number)", input, ffn: experts.ffn,
          experts: part.experts, tokens: part.tokens))
    }
    let visits = load.visits
    var results =
      parts.count == 1
      ? parts : [try view("\(name).results", parts, [model.width, visits])]
    var (reads, operations) = ([experts.perToken * model.width], 2 * experts.perToken - 1)
    if let shared = experts.shared, shared > 0 {
      results.append(
        try dense(
          "\(layer).shared", input, ffn: shared * experts.ffn, experts: 1, tokens: tokens))
      reads.append(model.width)
      operations += 1
    }
    return try vector(
      "\(name).combine", Add.kind, results, output: [model.width, tokens], pieces: tokens,
      reads: reads, writes: model.width, operations: operations * model.width)
  }

  /// `experts` feed-forward parts, each with tokens of its own.
  private mutating func dense(
    _ name: String, _ input: Tensor.ID, ffn: Int, experts: Int, tokens: Int
  ) throws(SpecError) -> Tensor.ID {
    let wide = experts * ffn
    let up = try linear(
      model.isGated ? "\(name).gate_up" : "\(name).up", input, from: experts * model.width,
      to: model.isGated ? 2 * wide : wide, tokens: tokens, groups: experts,
      hasBias: model.has(.ffn))
    var operands = [up]
    if model.isGated {
      operands = [
        try view("\(name).gate", [up], [wide, tokens]),
        try view("\(name).raised", [up], [wide, tokens]),
      ]
    }
    let bases: [AdaptersSpec.Part: Tensor.ID] =
      model.isGated ? [.gate: operands[0], .up: operands[1]] : [.up: up]
    let adapted = try self.adapted(name, input, bases)
    operands =
      model.isGated
      ? [adapted[.gate] ?? operands[0], adapted[.up] ?? operands[1]] : [adapted[.up] ?? up]
    let (kind, operations) = model.activation.work
    let active = try vector(
      "\(name).activation", kind, operands, output: [wide, tokens], pieces: wide * tokens,
      reads: operands.map { _ in 1 }, writes: 1,
      operations: operations + operands.count - 1)
    let down = try linear(
      "\(name).down", active, from: wide, to: experts * model.width, tokens: tokens,
      groups: experts, hasBias: model.has(.ffn))
    return try self.adapted(name, active, [.down: down])[.down] ?? down
  }

  // MARK: Heads

  private mutating func head(_ tensor: Tensor.ID) throws(SpecError) {
    guard iteration.logits > 0, let vocabulary = model.spec.vocabulary else {
      outputs.append(tensor)
      return
    }
    var last = tensor
    if iteration.logits != tokens {
      last = try view("last", [tensor], [model.width, iteration.logits])
    }
    outputs.append(
      try linear(
        TransformerIteration.head, last, from: model.width, to: vocabulary,
        tokens: iteration.logits, hasBias: model.has(.head), storage: model.spec.headWeights))
  }

  private mutating func encoderHead(_ tensor: Tensor.ID) throws(SpecError) {
    guard let encoder = model.spec.encoder else { return }
    let sequences = iteration.sequences
    let heads: [(name: String, width: Int?, hasBias: Bool)] = [
      ("pooler", encoder.pooler == true ? model.width : nil, true),
      (TransformerIteration.head, encoder.classes, true), ("projection", encoder.projection, false),
    ]
    guard heads.contains(where: { $0.width != nil }) else {
      outputs.append(tensor)
      return
    }
    var first = tensor
    if sequences != tokens {
      first = try view("first", [tensor], [model.width, sequences])
    }
    // The pooler is one of text, whose tokens are wanted as well.
    if encoder.pooler == true, sequences != tokens { outputs.append(tensor) }
    for head in heads {
      guard let width = head.width else { continue }
      outputs.append(
        try linear(
          head.name, first, from: model.width, to: width, tokens: sequences,
          hasBias: head.hasBias))
    }
  }
}

extension TransformerSpec.Function {
  /// The operator and its operations per element.
  fileprivate var work: (kind: String, operations: Int) {
    switch self {
    case .silu: (SiLU.kind, SiLU.operationsPerElement)
    case .gelu: (GELU.kind, GELU.operationsPerElement)
    case .relu: (ReLU.kind, ReLU.operationsPerElement)
    }
  }
}
