internal import Inputs
internal import Networks

/// Operators of onnxruntime on quantized values, but for products and convolutions.
enum QuantizedRules {
  static let all: [OperatorRule] = [
    OperatorRule(["QLinearAdd", "QLinearMul"]) { context throws(OperatorFault) in
      let isSum = context.node.operatorName == "QLinearAdd"
      return try ElementwiseRules.combined(context, [0, 3], isSum ? "Add" : "Mul")
    },
    .shape(["QLinearLeakyRelu", "QLinearSigmoid", "QLinearSoftmax"]) {
      context throws(OperatorFault) in try context.shape(0)
    },
    .shape(["QLinearWhere"]) { context throws(OperatorFault) in
      try ElementwiseRules.broadcast([
        try context.shape(0), try context.shape(1), try context.shape(4),
      ])
    },
    OperatorRule(["QLinearAveragePool"]) { context throws(OperatorFault) in
      try PoolRules.pooled(
        context, channelsLast: try context.integer("channels_last", default: 0) != 0)
    },
    OperatorRule(["QLinearGlobalAveragePool"]) { context throws(OperatorFault) in
      try PoolRules.global(
        context, channelsLast: try context.integer("channels_last", default: 0) != 0)
    },
    OperatorRule(["QLinearConcat"]) { context throws(OperatorFault) in
      let places = stride(from: 2, to: context.inputs.count, by: 3)
      return try SliceRules.joined(context, Array(places))
    },
    // The values, their scale and their zero.
    OperatorRule(["DynamicQuantizeLinear"]) { context throws(OperatorFault) in
      NodeResult([
        GraphValue(shape: try context.shape(0)), GraphValue(shape: []), GraphValue(shape: []),
      ])
    },
  ]
}
