/// Tensors and the operations between them, in order of execution: what an operation reads is an
/// input or was written before.
public struct NetworkGraph: Hashable, Sendable {
  /// All tensors.
  public internal(set) var tensors: [Tensor] = []
  /// The operations in order of execution.
  public internal(set) var operations: [Operation] = []
  /// What is there before the first operation, beside weights.
  public private(set) var inputs: [Tensor.ID] = []
  /// What is wanted of the network; the others are only read within it.
  public private(set) var outputs: [Tensor.ID] = []
  private var block: Int?

  /// A graph without operations.
  public init() {}

  /// Operations that each read a map of their own: a list of layers of which nobody said how they are
  /// connected.
  public init(unconnected layers: [Layer]) {
    for layer in layers {
      let input = addInput("\(layer.name).input", Self.inputExtents(of: layer))
      outputs.append(
        add(layer.operation.rawValue, OperationResult(unconnected: layer), reads: [input]))
    }
  }

  /// Adds a map that is there from the beginning.
  public mutating func addInput(
    _ name: String, _ extents: [Int], role: TensorRole = .activation
  ) -> Tensor.ID {
    tensors.append(Tensor(name: name, role: role, extents: extents))
    inputs.append(tensors.count - 1)
    return tensors.count - 1
  }

  /// Adds an operation that reads tensors of this graph; gives what it writes, which stays on chip
  /// where it `isLocal`.
  public mutating func add(
    _ kind: String, _ result: OperationResult, reads: [Tensor.ID], isLocal: Bool = false
  ) -> Tensor.ID {
    var weight: Tensor.ID?
    if let extents = result.weight {
      tensors.append(Tensor(name: "\(result.name).weight", role: .weight, extents: extents))
      weight = tensors.count - 1
    }
    tensors.append(Tensor(name: result.name, role: .activation, extents: result.output))
    tensors[tensors.count - 1].isLocal = isLocal
    operations.append(
      Operation(
        name: result.name, kind: kind, reads: reads, weight: weight, writes: tensors.count - 1,
        work: result.work, windows: result.windows, block: block))
    return tensors.count - 1
  }

  /// Puts the operations that follow into a block by its number, or into none.
  ///
  /// Groups of layers that run row by row begin and end at the ends of blocks.
  public mutating func setBlock(_ block: Int?) { self.block = block }

  /// Says what is wanted of the network.
  public mutating func setOutputs(_ outputs: [Tensor.ID]) { self.outputs = outputs }

  /// What runs on the array, in order.
  public var layers: [Layer] { operations.compactMap(\.layer) }

  /// Parameters of operations that do not run on the array: the scalars of normalizations.
  public var otherParameters: Int {
    operations.reduce(0) { sum, operation in
      guard operation.layer == nil, let weight = operation.weight else { return sum }
      return sum + tensors[weight].elements
    }
  }

  private static func inputExtents(of layer: Layer) -> [Int] {
    layer.operation == .fullyConnected
      ? [layer.channels] : [layer.channels, layer.inputRows, layer.inputColumns]
  }
}
