internal import Components
internal import Inputs
internal import Networks

/// A product of matrices: `groups` products of `rows x depth` and `depth x columns`.
struct Product {
  /// An operand: which of the node's it is, and its values where it is a constant.
  struct Operand {
    /// Which operand of the node.
    let index: Int
    /// Its values as one matrix of each group, nil for an activation.
    var constant: ImportedTensor?
  }

  /// Independent products.
  var groups: Int
  /// Rows of the first operand in each.
  let rows: Int
  /// What is summed over.
  let depth: Int
  /// Columns of the second operand in each.
  let columns: Int

  /// Multiply-accumulates, nil where they do not fit 64 bits.
  var macs: Int? { NodeContext.count([groups, rows, depth, columns]) }

  /// The operation: a layer where an operand is constant, else a product of two activations.
  ///
  /// `second` lies as `columns x depth` or is known to be the transposed; that is free.
  func step(
    _ context: NodeContext, _ first: Operand, _ second: Operand, suffix: String = ""
  ) throws(OperatorFault) -> WorkStep {
    if let weights = second.constant {
      return try layer(
        reading: first.index, rows, kernels: columns, weights, second.index, suffix)
    }
    if let weights = first.constant {
      return try layer(
        reading: second.index, columns, kernels: rows, weights, first.index, suffix)
    }
    let heads = groups
    let streamed = MapExtents.tokens(try NodeContext.product([groups, depth]), rows)
    // Values weighed by scores lie with their tokens last, keys with their features first.
    let values = MapExtents.tokens(try NodeContext.product([groups, columns]), depth)
    let keys = MapExtents.tokens(try NodeContext.product([groups, depth]), columns)
    let isMix = context.inputs[second.index]?.place?.extents == values && values != keys
    let kind = try SpecFault.checked { () throws(SpecError) in
      try MatrixProduct(MatrixProduct.Spec(heads: heads, over: isMix ? .tokens : .features))
    }
    return WorkStep(
      kind, [.operand(first.index, streamed), .operand(second.index, isMix ? values : keys)],
      suffix: suffix)
  }

  /// Weights times every position: `linear`, `fully-connected` for one, and for several groups a 1 x 1
  /// convolution.
  private func layer(
    reading index: Int, _ positions: Int, kernels: Int, _ weights: ImportedTensor,
    _ weightInput: Int, _ suffix: String
  ) throws(OperatorFault) -> WorkStep {
    let all = try NodeContext.product([groups, kernels])
    let read = MapExtents.tokens(try NodeContext.product([groups, depth]), positions)
    if groups > 1 {
      let groups = groups
      let kind = try SpecFault.checked { () throws(SpecError) in
        try Convolution(Convolution.Spec(outputChannels: all, groups: groups))
      }
      return WorkStep(
        kind, [.operand(index, [read[0], positions])], suffix: suffix, weights: weights,
        weightInput: weightInput)
    }
    return try Self.linear(
      .operand(index, read), positions, kernels: all, suffix: suffix, weights: weights,
      weightInput: weightInput)
  }

  /// Weights times every one of `positions` vectors.
  static func linear(
    _ read: WorkStep.Read, _ positions: Int, kernels: Int, suffix: String = "",
    weights: ImportedTensor?, weightInput: Int?
  ) throws(OperatorFault) -> WorkStep {
    let kind = try SpecFault.checked { () throws(SpecError) -> any OperationKind in
      positions == 1
        ? try FullyConnected(FullyConnected.Spec(outputChannels: kernels))
        : try Linear(Linear.Spec(outputChannels: kernels))
    }
    return WorkStep(kind, [read], suffix: suffix, weights: weights, weightInput: weightInput)
  }
}
