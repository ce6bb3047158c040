internal import Inputs
internal import Networks

/// Convolutions, quantized ones included.
enum ConvolutionRules {
  static let all = [
    OperatorRule(["Conv", "ConvInteger", "FusedConv"], .layer) { context throws(OperatorFault) in
      try convolution(context, weights: 1)
    },
    OperatorRule(["QLinearConv"], .layer) { context throws(OperatorFault) in
      try convolution(context, weights: 3)
    },
  ]

  private static func convolution(
    _ context: NodeContext, weights index: Int
  ) throws(OperatorFault) -> NodeResult {
    let (input, weights) = (try context.shape(0), try context.shape(index))
    guard input.count >= 3, weights.count == input.count else {
      throw .wrong(
        "an input of rank \(input.count) and weights of rank \(weights.count), expected the same "
          + "rank from 3")
    }
    let groups = try context.integer("group", default: 1)
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
    var result = NodeResult([GraphValue(shape: [input[0], kernels] + window.output)])
    result.weightInput = index
    result.macs = NodeContext.count([input[0]] + window.output + weights)
    guard let constant = try context.input(index).constant else {
      result.refusal = "its weights are computed while running"
      return result
    }
    result.refusal = refusal(window, batch: input[0])
    guard result.refusal == nil else { return result }
    // A convolution along one direction is one of a single row.
    let isLine = kernel.count == 1
    let isDepthwise = groups == channels && kernels == channels && groups > 1
    result.layer = LayerSpec(
      name: "", operator: isDepthwise ? .depthwiseConvolution : .convolution,
      input: [channels] + (isLine ? [1, input[2]] : [input[2], input[3]]),
      outputChannels: kernels,
      kernel: isLine
        ? Extent(rows: 1, columns: kernel[0]) : Extent(rows: kernel[0], columns: kernel[1]),
      stride: window.strides[0], padding: window.pads[0].before, groups: isDepthwise ? 1 : groups)
    result.weights = constant
    return result
  }

  /// What a layer of a workload cannot say, nil where it can say it all.
  private static func refusal(_ window: Window, batch: Int) -> String? {
    let pads = window.pads.map(\.before) + window.pads.map(\.after)
    if window.kernel.count > 2 { return "a convolution in \(window.kernel.count) directions" }
    if batch != 1 { return "a batch of \(batch), a layer has one image (see --input-shape)" }
    if window.dilations.contains(where: { $0 != 1 }) {
      return "dilations \(window.dilations), a layer has none"
    }
    if Set(window.strides).count > 1 { return "strides \(window.strides), a layer has one" }
    if Set(pads).count > 1 { return "pads \(pads), a layer has one for all sides" }
    if window.kernel.count == 1, pads[0] != 0 {
      return "pads \(pads) along one direction, a layer has one for rows and columns"
    }
    return nil
  }
}
