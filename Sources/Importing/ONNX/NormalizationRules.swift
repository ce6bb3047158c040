internal import Components
internal import Inputs
internal import Networks

/// Activations and normalizations that a workload has words for.
enum NormalizationRules {
  static let all: [OperatorRule] = [
    activation(["Relu"], ReLU(NoParameters())),
    activation(["Sigmoid"], Sigmoid(NoParameters())),
    activation(["HardSigmoid"], HardSigmoid(NoParameters())),
    activation(["HardSwish"], HardSwish(NoParameters())),
    activation(["Gelu", "FastGelu", "BiasGelu"], GELU(NoParameters())),
    activation(["Swish", "Silu", "QuickGelu"], SiLU(NoParameters())),
    OperatorRule(["Clip"]) { context throws(OperatorFault) in
      let low = try bound(context, "min", 1)
      let high = try bound(context, "max", 2)
      guard low == 0, high == 6 else {
        return NodeResult([GraphValue(shape: try context.shape(0))])
      }
      return try VectorSteps.activation(context, ReLU6(NoParameters()))
    },
    OperatorRule(["Softmax"]) { context throws(OperatorFault) in try softmax(context) },
    OperatorRule(["BatchNormalization"]) { context throws(OperatorFault) in
      let shape = try context.shape(0)
      var result = NodeResult([GraphValue(shape: shape)])
      guard !shape.contains(0), shape.count >= 2, try context.input(0).constant == nil,
        let extents = shape.count == 2
          ? MapExtents.tokens(shape[1], shape[0]) : MapExtents.map(shape)
      else { return result }
      result.steps = [WorkStep(BatchNormalization(NoParameters()), [.operand(0, extents)])]
      result.sources = [.step(0)]
      return result
    },
    OperatorRule(["LayerNormalization"]) { context throws(OperatorFault) in
      try perToken(context, LayerNormalization(NoParameters()))
    },
    OperatorRule(["RMSNormalization", "SimplifiedLayerNormalization"]) {
      context throws(OperatorFault) in
      try perToken(context, RMSNormalization(NoParameters()))
    },
    OperatorRule(["SkipLayerNormalization"]) { context throws(OperatorFault) in
      try skipped(context, LayerNormalization(NoParameters()))
    },
    OperatorRule(["SkipSimplifiedLayerNormalization"]) { context throws(OperatorFault) in
      try skipped(context, RMSNormalization(NoParameters()))
    },
    OperatorRule(["EmbedLayerNormalization"]) { context throws(OperatorFault) in
      let (ids, table) = (try context.shape(0), try context.shape(2))
      guard ids.count == 2, table.count == 2 else {
        throw .wrong("words of \(ids) and embeddings of \(table)")
      }
      let output = ids + [table[1]]
      return NodeResult([
        GraphValue(shape: output), GraphValue(shape: [ids[0]]), GraphValue(shape: output),
      ])
    },
  ]

  private static func activation(
    _ names: [String], _ kind: any OperationKind
  ) -> OperatorRule {
    OperatorRule(names) { context throws(OperatorFault) in
      try VectorSteps.activation(context, kind)
    }
  }

  /// A bound of `Clip`, an attribute or an operand; nil where it has none or is not known.
  private static func bound(
    _ context: NodeContext, _ name: String, _ index: Int
  ) throws(OperatorFault) -> Double? {
    if context.node.attribute(name) != nil {
      return Double(try context.float(name, default: 0))
    }
    return context.optional(index)?.numbers?.reals.first
  }

  /// Over the last extent, or over all from `axis` before opset 13.
  private static func softmax(_ context: NodeContext) throws(OperatorFault) -> NodeResult {
    let shape = try context.shape(0)
    var result = NodeResult([GraphValue(shape: shape)])
    let isOld = context.operatorSet < 13 && context.node.domain.isEmpty
    guard !shape.isEmpty, !shape.contains(0), try context.input(0).constant == nil else {
      return result
    }
    let axis = try context.axis(
      try context.integer("axis", default: isOld ? 1 : -1), rank: shape.count)
    guard axis == shape.count - 1 || isOld else { return result }
    let features = try NodeContext.product(shape[axis...])
    let tokens = try NodeContext.product(shape[..<axis])
    var extents = MapExtents.tokens(features, tokens)
    // Scores of several heads lie behind one another.
    if let lies = try context.input(0).place, lies.extents.count <= 2,
      lies.extents[0].isMultiple(of: features), lies.elements == features * tokens
    {
      extents = lies.extents
    }
    let heads = extents[0] / features
    result.steps = try SpecFault.checked { () throws(SpecError) in
      [WorkStep(try Softmax(Softmax.Spec(heads: heads)), [.operand(0, extents)])]
    }
    result.sources = [.step(0)]
    return result
  }

  private static func perToken(
    _ context: NodeContext, _ kind: any OperationKind
  ) throws(OperatorFault) -> NodeResult {
    let shape = try context.shape(0)
    var result = NodeResult([GraphValue(shape: shape)])
    let axis = try context.axis(
      try context.integer("axis", default: -1), rank: max(shape.count, 1))
    guard axis == shape.count - 1, !shape.contains(0), try context.input(0).constant == nil else {
      return result
    }
    result.steps = [WorkStep(kind, [.operand(0, try MapExtents.tokens(shape))])]
    result.sources = [.step(0)]
    return result
  }

  /// A sum and its normalization; the fourth result is the sum.
  private static func skipped(
    _ context: NodeContext, _ kind: any OperationKind
  ) throws(OperatorFault) -> NodeResult {
    let (shape, other) = (try context.shape(0), try context.shape(1))
    var result = NodeResult([
      GraphValue(shape: shape), GraphValue(shape: nil), GraphValue(shape: nil),
      GraphValue(shape: shape),
    ])
    guard !shape.contains(0), shape == other else { return result }
    let extents = try MapExtents.tokens(shape)
    result.steps = [
      WorkStep(
        Add(NoParameters()), [.operand(0, extents), .operand(1, extents)], suffix: "sum"),
      WorkStep(kind, [.step(0, extents)]),
    ]
    result.sources = [.step(1), .nowhere, .nowhere, .step(0)]
    return result
  }
}
