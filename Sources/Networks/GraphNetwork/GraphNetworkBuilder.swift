internal import Components

/// Writes the operations of a graph network on all nodes of one graph.
///
/// Sources: Kipf and Welling, "Semi-Supervised Classification with Graph Convolutional Networks", ICLR
/// 2017, for `A X W`; Chen et al., "Simple and Deep Graph Convolutional Networks", ICML 2020, equation 5,
/// for `((1 - a) A H + a H0) ((1 - b) I + b W)`. Constant factors are in the coefficients and in the
/// weights, and `a H0` is made with `H0` (assumed): neither takes an operation of its own.
struct GraphNetworkBuilder {
  private let spec: GraphNetworkSpec
  private let adjacency: Adjacency?
  private let nodes: Int
  private var graph = NetworkGraph()
  private var limits = NetworkLimits()

  /// Begins a network of a checked specification, whose graph was read.
  init(_ spec: GraphNetworkSpec, _ adjacency: Adjacency?) {
    self.spec = spec
    self.adjacency = adjacency
    nodes = adjacency?.rows ?? spec.nodes ?? 1
  }

  /// The network; throws where it is too large, with the path of a key.
  mutating func network() throws(SpecError) -> NetworkGraph {
    let input = graph.addInput("input", [spec.features, nodes])
    let output =
      switch spec.kind {
      case .gcn, .mlp: try plain(input)
      case .gcnii: try residual(input)
      }
    graph.setOutputs([output])
    return graph
  }

  /// Layers from `features` over `hidden` to `classes`.
  private mutating func plain(_ input: Tensor.ID) throws(SpecError) -> Tensor.ID {
    var value = input
    for layer in 0..<spec.layers {
      let from = layer == 0 ? spec.features : spec.hidden
      let to = layer == spec.layers - 1 ? spec.classes : spec.hidden
      let name = "layer\(layer + 1)"
      // e min(a, b) multiply-accumulates, in whichever order.
      if from < to { value = try aggregated("\(name).aggregate", value, features: from) }
      value = try linear("\(name).update", value, to: to)
      if from >= to { value = try aggregated("\(name).aggregate", value, features: to) }
      if layer < spec.layers - 1 { value = try relu("\(name).relu", value) }
    }
    return value
  }

  /// Equal layers between two linear ones.
  private mutating func residual(_ input: Tensor.ID) throws(SpecError) -> Tensor.ID {
    let first = try relu("encode.relu", linear("encode", input, to: spec.hidden))
    var value = first
    for layer in 1...spec.layers {
      value = try aggregated("layer\(layer).aggregate", value, features: spec.hidden)
      value = try add(Add(NoParameters()), "layer\(layer).residual", [value, first])
      value = try linear("layer\(layer).update", value, to: spec.hidden)
      value = try relu("layer\(layer).relu", value)
    }
    return try linear("classify", value, to: spec.classes)
  }

  private mutating func linear(
    _ name: String, _ input: Tensor.ID, to features: Int
  ) throws(SpecError) -> Tensor.ID {
    try add(Linear(Linear.Spec(outputChannels: features)), name, [input])
  }

  private mutating func relu(_ name: String, _ input: Tensor.ID) throws(SpecError) -> Tensor.ID {
    try add(ReLU(NoParameters()), name, [input])
  }

  private mutating func add<Kind: OperationKind>(
    _ kind: Kind, _ name: String, _ inputs: [Tensor.ID]
  ) throws(SpecError) -> Tensor.ID {
    try add(Kind.kind, inputs, named: name) { graph throws(SpecError) in
      try kind.result(of: inputs.map { graph.tensors[$0].extents }, name: name)
    }
  }

  private mutating func add(
    _ kind: String, _ inputs: [Tensor.ID], named name: String,
    _ result: (NetworkGraph) throws(SpecError) -> OperationResult
  ) throws(SpecError) -> Tensor.ID {
    do throws(SpecError) {
      let made = try result(graph)
      if let layer = made.work.layer, let excess = LayerLimits.excess(of: layer) {
        throw SpecError("", excess)
      }
      try limits.add(made)
      return graph.add(kind, made, reads: inputs)
    } catch {
      throw SpecError("", "`\(name)`: \(error.message)")
    }
  }

  /// The rows of neighbours, gathered and added up: a product of the adjacency and the features, whose
  /// kernels are the nodes' rows, whose channels are the nodes that they gather from, and whose positions
  /// are the features.
  private mutating func aggregated(
    _ name: String, _ input: Tensor.ID, features: Int
  ) throws(SpecError) -> Tensor.ID {
    guard let adjacency else { return input }
    var layer = Layer(
      name: name, product: .matrixProduct, kernels: nodes, channels: nodes, positions: features,
      kernelRole: .state)
    layer.gathered = spec.adjacency?.gathered(adjacency)
    return try add(MatrixProduct.kind, [input], named: name) { [nodes] _ in
      OperationResult(name: name, output: [features, nodes], work: .array(layer))
    }
  }
}
