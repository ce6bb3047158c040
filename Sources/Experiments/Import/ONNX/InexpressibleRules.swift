internal import Inputs

/// Operators with multiply-accumulates that no layer of a workload can express.
enum InexpressibleRules {
  static let all = [
    OperatorRule(
      ["ConvTranspose"], .inexpressible("a workload has no transposed convolutions")
    ) { context throws(OperatorFault) in try transposed(context) },
    rule(["DeformConv"], "a workload has no deformable convolutions"),
    rule(["LSTM", "GRU", "RNN"], "a workload has no recurrences"),
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
    var output = [input[0], try NodeContext.product([weights[1], max(groups, 0)])]
    if let listed = try context.integers("output_shape") {
      guard listed.count == rank else { throw .wrong("attribute `output_shape`: \(listed)") }
      return NodeResult([GraphValue(shape: output + listed)])
    }
    guard automatic == "NOTSET" else {
      throw .unknown("\(context.node.place) has `auto_pad`")
    }
    for index in 0..<rank {
      let steps = try NodeContext.product([max(input[index + 2] - 1, 0), strides[index]])
      let span = try NodeContext.product([max(weights[index + 2] - 1, 0), dilations[index]]) + 1
      output.append(steps + span + further[index] - pads[index] - pads[index + rank])
    }
    return NodeResult([GraphValue(shape: output)])
  }
}
