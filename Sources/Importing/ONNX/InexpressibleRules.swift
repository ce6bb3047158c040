internal import Inputs

/// Operators with multiply-accumulates that no layer of a workload can express.
enum InexpressibleRules {
  static let all = [
    OperatorRule(
      ["ConvTranspose"], .inexpressible("a workload has no transposed convolutions")
    ) { context throws(OperatorFault) in try transposed(context) },
    rule(["DeformConv"], "a workload has no deformable convolutions"),
    OperatorRule(["LSTM", "GRU", "RNN"], .inexpressible("a workload has no recurrences")) {
      context throws(OperatorFault) in try recurrence(context)
    },
    rule(
      ["Attention", "MultiHeadAttention", "GroupQueryAttention", "QAttention"],
      "both operands of its products are activations"),
    rule(["Einsum"], "its products are not read"),
    rule(["If", "Loop", "Scan", "SequenceMap"], "what it holds is not read"),
    rule(["STFT", "DFT"], "a workload has no Fourier transforms"),
  ]

  private static func rule(_ names: [String], _ reason: String) -> OperatorRule {
    OperatorRule(names, .inexpressible(reason)) { context throws(OperatorFault) in
      throw .unknown("\(context.node.place) is not supported")
    }
  }

  private static func transposed(_ context: NodeContext) throws(OperatorFault) -> NodeResult {
    let (input, weights) = (try context.shape(0), try context.shape(1))
    let rank = input.count - 2
    guard rank >= 1, weights.count == input.count else {
      throw .wrong("an input of rank \(input.count) and weights of rank \(weights.count)")
    }
    let groups = try context.integer("group", default: 1)
    let strides = try Window.list(context, "strides", rank, 1, least: 1)
    let dilations = try Window.list(context, "dilations", rank, 1, least: 1)
    let further = try Window.list(context, "output_padding", rank, 0, least: 0)
    let pads = try context.integers("pads") ?? [Int](repeating: 0, count: 2 * rank)
    let automatic = try context.text("auto_pad", default: "NOTSET")
    guard pads.count == 2 * rank else { throw .wrong("attribute `pads`: \(pads)") }
    let macs = NodeContext.count(input + weights.dropFirst())
    var output = [input[0], try NodeContext.product([weights[1], max(groups, 0)])]
    if let listed = try context.integers("output_shape") {
      guard listed.count == rank else { throw .wrong("attribute `output_shape`: \(listed)") }
      var result = NodeResult([GraphValue(shape: output + listed)])
      result.macs = macs
      return result
    }
    guard automatic == "NOTSET" else {
      throw .unknown("\(context.node.place) has `auto_pad`")
    }
    for index in 0..<rank {
      let steps = try NodeContext.product([max(input[index + 2] - 1, 0), strides[index]])
      let span = try NodeContext.product([max(weights[index + 2] - 1, 0), dilations[index]]) + 1
      output.append(steps + span + further[index] - pads[index] - pads[index + rank])
    }
    var result = NodeResult([GraphValue(shape: output)])
    result.macs = macs
    return result
  }

  /// Every step multiplies its input and the state before it with one matrix each.
  private static func recurrence(_ context: NodeContext) throws(OperatorFault) -> NodeResult {
    let (input, weights, recurrent) = (
      try context.shape(0), try context.shape(1), try context.shape(2)
    )
    guard input.count == 3, weights.count == 3, recurrent.count == 3,
      weights[2] == input[2], recurrent[0] == weights[0], recurrent[1] == weights[1]
    else {
      throw .wrong("an input of \(input) and weights of \(weights) and \(recurrent) do not fit")
    }
    let isBatchFirst = try context.integer("layout", default: 0) != 0
    let (steps, batch) = isBatchFirst ? (input[1], input[0]) : (input[0], input[1])
    let (directions, hidden) = (weights[0], recurrent[2])
    let sequence =
      isBatchFirst ? [batch, steps, directions, hidden] : [steps, directions, batch, hidden]
    let state = isBatchFirst ? [batch, directions, hidden] : [directions, batch, hidden]
    var result = NodeResult(
      [sequence, state, state].map { shape in GraphValue(shape: shape) })
    result.macs = NodeContext.count(
      [steps, batch, directions, weights[1], input[2] + hidden])
    return result
  }
}
