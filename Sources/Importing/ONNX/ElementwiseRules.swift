internal import Inputs
internal import Networks

/// Operators whose result has the shape of an operand, or of all operands stretched to one shape.
enum ElementwiseRules {
  static let all = [
    OperatorRule(unary) { context throws(OperatorFault) in
      let shape = try context.shape(0)
      var value = GraphValue(shape: shape)
      value.numbers = try context.input(0).numbers.flatMap {
        Arithmetic.result(context.node.operatorName, $0)
      }
      return NodeResult([value])
    },
    OperatorRule(["Identity", "Cast", "Dropout"]) { context throws(OperatorFault) in
      try passed(context)
    },
    OperatorRule(["DequantizeLinear"]) { context throws(OperatorFault) in
      try dequantized(context)
    },
    OperatorRule(Arithmetic.binary.sorted()) { context throws(OperatorFault) in
      try combined(context, Array(context.inputs.indices), context.node.operatorName)
    },
    OperatorRule(["Where"]) { context throws(OperatorFault) in try chosen(context) },
    .shape(["Mean", "BitShift", "BitwiseAnd", "BitwiseOr", "BitwiseXor"]) {
      context throws(OperatorFault) in
      var shapes: [[Int]] = []
      for index in context.inputs.indices { shapes.append(try context.shape(index)) }
      return try broadcast(shapes)
    },
  ]

  private static let unary =
    [
      "LeakyRelu", "PRelu", "Elu", "Selu", "Celu", "ThresholdedRelu", "Mish", "Tanh", "Softplus",
      "Softsign", "LogSoftmax", "Hardmax", "InstanceNormalization", "GroupNormalization", "LRN",
      "LpNormalization", "MeanVarianceNormalization", "Erf", "Sin", "Cos", "Tan", "Asin", "Acos",
      "Atan", "Sinh", "Cosh", "Asinh", "Acosh", "Atanh", "IsNaN", "IsInf", "CumSum", "Trilu",
      "QuantizeLinear", "CastLike", "Shrink", "Bernoulli", "RandomNormalLike",
      "RandomUniformLike", "ScatterND", "ScatterElements", "Scatter", "ReverseSequence",
      "EyeLike", "BitwiseNot", "TensorScatter", "RotaryEmbedding", "GroupNorm", "SkipGroupNorm",
      "BiasAdd", "BiasSoftmax", "BiasDropout", "BiasSplitGelu", "Inverse", "Normalizer", "Scaler",
      "Imputer",
    ] + Arithmetic.unary.sorted()

  /// The same values; constants stay what they are, and known numbers are converted.
  private static func passed(_ context: NodeContext) throws(OperatorFault) -> NodeResult {
    var value = try context.input(0)
    value.shape = try context.shape(0)
    if context.node.operatorName == "Cast", let numbers = value.numbers {
      // Numbers of `TensorProto.DataType`: floating-point types, truths, and whole numbers.
      switch try context.integer("to", default: 0) {
      case 1, 10, 11, 16: value.numbers = .real(numbers.reals)
      case 9: value.numbers = .whole(numbers.reals.map { $0 == 0 ? 0 : 1 })
      case 2...7, 12, 13: value.numbers = numbers.truncated
      default: value.numbers = nil
      }
    }
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

  /// The operands at some places, stretched to one shape.
  static func combined(
    _ context: NodeContext, _ places: [Int], _ name: String
  ) throws(OperatorFault) -> NodeResult {
    var shapes: [[Int]] = []
    for index in places { shapes.append(try context.shape(index)) }
    let shape = try broadcast(shapes)
    var value = GraphValue(shape: shape)
    value.numbers = try numbers(context, places, shapes, shape, name)
    var result = NodeResult([value])
    if name == "Add" || name == "Sum" {
      result.steps = try VectorSteps.sum(context, places, shapes, shape)
    } else if name == "Mul", places.count == 2 {
      result.steps = try VectorSteps.product(context, places, shapes, shape)
    }
    if !result.steps.isEmpty { result.sources = [.step(0)] }
    return result
  }

  private static func numbers(
    _ context: NodeContext, _ places: [Int], _ shapes: [[Int]], _ shape: [Int], _ name: String
  ) throws(OperatorFault) -> Numbers? {
    guard try NodeContext.product(shape) <= ONNXTensor.mostIntegers, shape.count <= 8 else {
      return nil
    }
    var sum: Numbers?
    for (index, place) in places.enumerated() {
      let own = try context.input(place)
      guard let numbers = own.numbers else { return nil }
      let matched = numbers.picked(Arithmetic.places(of: shapes[index], in: shape))
      guard let before = sum else {
        sum = matched
        continue
      }
      sum = Arithmetic.result(name, before, matched)
      if sum == nil { return nil }
    }
    return sum
  }

  private static func chosen(_ context: NodeContext) throws(OperatorFault) -> NodeResult {
    let shapes = [try context.shape(0), try context.shape(1), try context.shape(2)]
    let shape = try broadcast(shapes)
    var value = GraphValue(shape: shape)
    if try NodeContext.product(shape) <= ONNXTensor.mostIntegers, shape.count <= 8,
      let which = try context.input(0).integers, let a = try context.input(1).numbers,
      let b = try context.input(2).numbers
    {
      let picks = Arithmetic.places(of: shapes[0], in: shape).map { which[$0] != 0 }
      let yes = a.picked(Arithmetic.places(of: shapes[1], in: shape))
      let no = b.picked(Arithmetic.places(of: shapes[2], in: shape))
      value.numbers = yes.joined(no)?.picked(
        picks.indices.map { picks[$0] ? $0 : $0 + picks.count })
    }
    return NodeResult([value])
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
