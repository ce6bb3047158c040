internal import Inputs

/// Operators whose result has the shape of an operand, or of all operands stretched to one shape.
enum ElementwiseRules {
  static let all = [
    OperatorRule(unary) { context throws(OperatorFault) in
      NodeResult([GraphValue(shape: try context.shape(0))])
    },
    OperatorRule(["Identity", "Cast", "Dropout"]) { context throws(OperatorFault) in
      try passed(context)
    },
    // The values, their scale and their zero.
    OperatorRule(["DynamicQuantizeLinear"]) { context throws(OperatorFault) in
      NodeResult([
        GraphValue(shape: try context.shape(0)), GraphValue(shape: []), GraphValue(shape: []),
      ])
    },
    OperatorRule(["DequantizeLinear"]) { context throws(OperatorFault) in
      try dequantized(context)
    },
    OperatorRule(["Add", "Sub", "Mul", "Div", "Mod", "Equal"]) { context throws(OperatorFault) in
      try arithmetic(context)
    },
    OperatorRule(["Where"]) { context throws(OperatorFault) in try chosen(context) },
    .shape([
      "Pow", "Max", "Min", "Sum", "Mean", "Less", "LessOrEqual", "Greater",
      "GreaterOrEqual", "And", "Or", "Xor", "PRelu", "BitShift",
    ]) { context throws(OperatorFault) in
      var shapes: [[Int]] = []
      for index in context.inputs.indices { shapes.append(try context.shape(index)) }
      return try broadcast(shapes)
    },
  ]

  private static let unary = [
    "Relu", "LeakyRelu", "Elu", "Selu", "Celu", "Gelu", "ThresholdedRelu", "Clip", "Sigmoid",
    "HardSigmoid", "HardSwish", "Swish", "Mish", "Tanh", "Softplus", "Softsign", "Softmax",
    "LogSoftmax", "Hardmax", "BatchNormalization", "InstanceNormalization", "LayerNormalization",
    "GroupNormalization", "RMSNormalization", "SimplifiedLayerNormalization", "LRN",
    "LpNormalization", "MeanVarianceNormalization", "Abs", "Neg", "Exp", "Log", "Sqrt",
    "Reciprocal", "Floor", "Ceil", "Round", "Erf", "Sign", "Not", "Sin", "Cos", "Tan", "Asin",
    "Acos", "Atan", "Sinh", "Cosh", "Asinh", "Acosh", "Atanh", "IsNaN", "IsInf", "CumSum", "Trilu",
    "QuantizeLinear", "CastLike", "Shrink", "Bernoulli", "RandomNormalLike", "RandomUniformLike",
    "ScatterND", "ScatterElements", "Scatter", "ReverseSequence", "EyeLike",
  ]

  /// The same values; constants stay what they are.
  private static func passed(_ context: NodeContext) throws(OperatorFault) -> NodeResult {
    var value = try context.input(0)
    value.shape = try context.shape(0)
    return NodeResult([value, GraphValue(shape: value.shape)])
  }

  private static func dequantized(_ context: NodeContext) throws(OperatorFault) -> NodeResult {
    let shape = try context.shape(0)
    var value = GraphValue(shape: shape)
    guard let source = try context.input(0).constant else { return NodeResult([value]) }
    value.constant = source.adding(step(context, shape), shape: shape)
    return NodeResult([value])
  }

  /// The numbers of a dequantization, where the file has them and they fit.
  private static func step(_ context: NodeContext, _ shape: [Int]) -> ImportedTensor.Step {
    let opaque = ImportedTensor.Step.opaque("DequantizeLinear")
    guard let scale = try? floats(context.optional(1)),
      let axis = try? context.integer("axis", default: 1)
    else { return opaque }
    let zero = context.optional(2) == nil ? [0] : (try? floats(context.optional(2))) ?? []
    guard !zero.isEmpty, !scale.isEmpty else { return opaque }
    let place = axis < 0 ? axis + shape.count : axis
    let extent = shape.indices.contains(place) ? shape[place] : 1
    guard [1, extent].contains(scale.count), [1, extent].contains(zero.count),
      zero.count <= scale.count, place >= 0
    else { return opaque }
    return .dequantize(scale: scale, zero: zero, axis: place)
  }

  private static func floats(_ value: GraphValue?) throws -> [Float] {
    guard let constant = value?.constant, constant.steps.isEmpty, let source = constant.source,
      source.count <= 1 << 20
    else { return [] }
    return try source.floats()
  }

  private static func arithmetic(_ context: NodeContext) throws(OperatorFault) -> NodeResult {
    let shape = try broadcast([try context.shape(0), try context.shape(1)])
    var value = GraphValue(shape: shape)
    if shape.count <= 1, let a = try context.input(0).integers,
      let b = try context.input(1).integers
    {
      value.integers = combined(context.node.operatorName, a, b)
    }
    return NodeResult([value])
  }

  private static func chosen(_ context: NodeContext) throws(OperatorFault) -> NodeResult {
    let shape = try broadcast([
      try context.shape(0), try context.shape(1), try context.shape(2),
    ])
    var value = GraphValue(shape: shape)
    if shape.count <= 1, let which = try context.input(0).integers,
      let a = try context.input(1).integers, let b = try context.input(2).integers,
      !which.isEmpty, !a.isEmpty, !b.isEmpty
    {
      value.integers = (0..<max(which.count, a.count, b.count)).map { index in
        let picked = which[which.count == 1 ? 0 : index] != 0 ? a : b
        return picked[picked.count == 1 ? 0 : index]
      }
    }
    return NodeResult([value])
  }

  /// Element by element; nil where a result does not fit or divides by zero.
  private static func combined(_ operation: String, _ a: [Int], _ b: [Int]) -> [Int]? {
    guard !a.isEmpty, !b.isEmpty else { return nil }
    var result: [Int] = []
    for index in 0..<max(a.count, b.count) {
      let (x, y) = (a[a.count == 1 ? 0 : index], b[b.count == 1 ? 0 : index])
      let (value, overflow) =
        switch operation {
        case "Add": x.addingReportingOverflow(y)
        case "Sub": x.subtractingReportingOverflow(y)
        case "Mul": x.multipliedReportingOverflow(by: y)
        case "Equal": (x == y ? 1 : 0, false)
        case "Mod": floorModulus(x, y)
        default: x.dividedReportingOverflow(by: y)
        }
      if overflow { return nil }
      result.append(value)
    }
    return result
  }

  /// The remainder with the sign of the divisor, as ONNX says for whole numbers.
  private static func floorModulus(_ x: Int, _ y: Int) -> (Int, Bool) {
    let (rest, overflow) = x.remainderReportingOverflow(dividingBy: y)
    return (rest != 0 && (rest < 0) != (y < 0) && !overflow ? rest + y : rest, overflow)
  }

  /// The shape that all of `shapes` stretch to: extents are equal or 1, counted from the back.
  static func broadcast(_ shapes: [[Int]]) throws(OperatorFault) -> [Int] {
    let rank = shapes.map(\.count).max() ?? 0
    var result = [Int](repeating: 1, count: rank)
    for shape in shapes {
      for (index, extent) in zip(result.indices.suffix(shape.count), shape) where extent != 1 {
        guard result[index] == 1 || result[index] == extent else {
          throw .wrong(
            "shapes \(shapes.map { "\($0)" }.joined(separator: " and ")) do not fit each other")
        }
        result[index] = extent
      }
    }
    return result
  }
}
