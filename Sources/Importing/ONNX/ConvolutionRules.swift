internal import Components
internal import Inputs
internal import Networks

/// Convolutions, quantized and fused ones included.
enum ConvolutionRules {
  static let all = [
    OperatorRule(["Conv", "ConvInteger", "FusedConv"], .layer) { context throws(OperatorFault) in
      try convolution(context, weights: 1)
    },
    OperatorRule(["QLinearConv"], .layer) { context throws(OperatorFault) in
      let isLast = try context.integer("channels_last", default: 0) != 0
      return try convolution(context, weights: 3, channelsLast: isLast)
    },
    OperatorRule(["NhwcConv", "NhwcFusedConv"], .layer) { context throws(OperatorFault) in
      try convolution(context, weights: 1, channelsLast: true)
    },
    OperatorRule(["DeformConv"], .layer) { context throws(OperatorFault) in
      var result = try convolution(context, weights: 1)
      result.note = "counted as a plain convolution, reading at offsets is not"
      return result
    },
    OperatorRule(["ConvTranspose"], .layer) { context throws(OperatorFault) in
      try transposed(context)
    },
  ]

  private static func convolution(
    _ context: NodeContext, weights index: Int, channelsLast isLast: Bool = false
  ) throws(OperatorFault) -> NodeResult {
    var input = try context.channelsFirst(0, isLast: isLast)
    let weights = try context.shape(index)
    guard input.count >= 3, weights.count == input.count else {
      throw .wrong(
        "an input of rank \(input.count) and weights of rank \(weights.count), expected the same "
          + "rank from 3")
    }
    let groups = try context.integer("group", default: 1)
    // In blocks of channels, as onnxruntime writes them for one processor, the last block is filled up.
    if context.node.domain.hasSuffix(".nchwc"), groups >= 1, weights[1] * groups > input[1] {
      input[1] = weights[1] * groups
    }
    let (channels, kernels) = (input[1], weights[0])
    guard groups >= 1, weights[1] * groups == channels, kernels.isMultiple(of: groups) else {
      throw .wrong(
        "weights of \(kernels) x \(weights[1]) do not fit \(channels) channels in \(groups) groups")
    }
    let kernel = Array(weights[2...])
    if let listed = try context.integers("kernel_shape"), listed != kernel {
      throw .wrong("attribute `kernel_shape` is \(listed), but the weights are \(kernel)")
    }
    guard kernel.allSatisfy({ $0 >= 1 }) else { throw .wrong("a kernel of \(kernel)") }
    let window = try Window(context, kernel: kernel, input: Array(input[2...]))
    let output = [input[0], kernels] + window.output
    var result = NodeResult([
      GraphValue(shape: NodeContext.ordered(output, channelsLast: isLast))
    ])
    result.macs = NodeContext.count([input[0]] + window.output + weights)
    guard let constant = try context.input(index).constant else {
      result.refusal = "its weights are computed while running"
      return result
    }
    guard input.count <= 5 else {
      result.refusal = tooManyDirections(input)
      return result
    }
    // The array takes the planes of a kernel as channels; a batch of volumes is written so as well.
    let isBatch = input.count == 5 && input[0] > 1
    let planes = try NodeContext.product([input[0], window.output[0]])
    let map =
      isBatch
      ? [try NodeContext.product([channels, kernel[0]]), planes, input[3], input[4]]
      : MapExtents.map(input) ?? []
    let windows = isBatch ? window.planar : window.spec(batch: input[0])
    do throws(OperatorFault) {
      let kind = try SpecFault.checked { () throws(SpecError) -> any OperationKind in
        if groups == channels, kernels == channels, groups > 1, !isBatch {
          return try DepthwiseConvolution(DepthwiseConvolution.Spec(windows: windows))
        }
        return try Convolution(
          Convolution.Spec(outputChannels: kernels, windows: windows, groups: groups))
      }
      result.steps = [
        WorkStep(kind, [.operand(0, map)], weights: constant, weightInput: index)
      ]
      result.sources = [.step(0)]
    } catch {
      result.refusal = error.message
    }
    return result
  }

  static func tooManyDirections(_ input: [Int]) -> String {
    input.count > 5
      ? "a convolution in \(input.count - 2) directions, a layer has three at most"
      : "a batch of \(input[0]) volumes, a layer has one (see --input-shape)"
  }

  private static func transposed(_ context: NodeContext) throws(OperatorFault) -> NodeResult {
    let (input, weights) = (try context.shape(0), try context.shape(1))
    guard input.count >= 3, weights.count == input.count else {
      throw .wrong("an input of rank \(input.count) and weights of rank \(weights.count)")
    }
    let groups = try context.integer("group", default: 1)
    let kernel = Array(weights[2...])
    guard groups >= 1, weights[0] == input[1], input[1].isMultiple(of: groups) else {
      throw .wrong(
        "weights of \(weights[0]) channels do not fit \(input[1]) channels in \(groups) groups")
    }
    guard kernel.allSatisfy({ $0 >= 1 }) else { throw .wrong("a kernel of \(kernel)") }
    if let listed = try context.integers("kernel_shape"), listed != kernel {
      throw .wrong("attribute `kernel_shape` is \(listed), but the weights are \(kernel)")
    }
    let window = try TransposedWindow(context, kernel: kernel, input: Array(input[2...]))
    let kernels = try NodeContext.product([weights[1], groups])
    var result = NodeResult([GraphValue(shape: [input[0], kernels] + window.output)])
    result.macs = NodeContext.count(input + weights.dropFirst())
    guard let constant = try context.input(1).constant else {
      result.refusal = "its weights are computed while running"
      return result
    }
    guard let map = MapExtents.map(input) else {
      result.refusal = tooManyDirections(input)
      return result
    }
    do throws(OperatorFault) {
      let kind = try SpecFault.checked { () throws(SpecError) in
        let spec = window.spec(batch: input[0])
        return try TransposedConvolution(
          TransposedConvolution.Spec(
            outputChannels: kernels, windows: spec.windows, outputPadding: spec.outputPadding,
            groups: groups))
      }
      // Stored channels first, `[C, K/groups, ...]`; kernels come first in a workload's weights.
      var flipped = constant
      if groups == 1 {
        let order = [1, 0] + Array(2..<weights.count)
        flipped = constant.adding(.transpose(order: order), shape: order.map { weights[$0] })
      } else {
        flipped = constant.adding(.opaque("the groups of a ConvTranspose"), shape: weights)
      }
      result.steps = [WorkStep(kind, [.operand(0, map)], weights: flipped, weightInput: 1)]
      result.sources = [.step(0)]
    } catch {
      result.refusal = error.message
    }
    return result
  }
}
