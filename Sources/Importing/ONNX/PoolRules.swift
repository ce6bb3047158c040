internal import Components
internal import Inputs
internal import Networks

/// Pooling.
enum PoolRules {
  static let all: [OperatorRule] = [
    OperatorRule(["GlobalAveragePool", "GlobalMaxPool", "GlobalLpPool"]) {
      context throws(OperatorFault) in try global(context, channelsLast: false)
    },
    OperatorRule(["MaxPool", "AveragePool", "LpPool"]) { context throws(OperatorFault) in
      try pooled(context, channelsLast: false)
    },
    OperatorRule(["NhwcMaxPool", "NhwcAveragePool"]) { context throws(OperatorFault) in
      try pooled(context, channelsLast: true)
    },
  ]

  static func pooled(
    _ context: NodeContext, channelsLast isLast: Bool
  ) throws(OperatorFault) -> NodeResult {
    let input = try context.channelsFirst(0, isLast: isLast)
    guard input.count >= 3 else { throw .wrong("an input of rank \(input.count)") }
    guard let kernel = try context.integers("kernel_shape"), kernel.count == input.count - 2,
      kernel.allSatisfy({ $0 >= 1 })
    else { throw .wrong("attribute `kernel_shape`: expected \(input.count - 2) numbers from 1") }
    let window = try Window(
      context, kernel: kernel, input: Array(input[2...]),
      roundsUp: try context.integer("ceil_mode", default: 0) != 0)
    let output = GraphValue(
      shape: NodeContext.ordered(Array(input[..<2]) + window.output, channelsLast: isLast))
    var result = NodeResult([output, output])
    guard let map = MapExtents.map(input), try context.input(0).constant == nil else {
      return result
    }
    result.steps = try step(
      context, map, window.spec(batch: input[0]),
      isMaximum: context.node.operatorName.hasSuffix("MaxPool"))
    result.sources = [.step(0)]
    return result
  }

  static func global(
    _ context: NodeContext, channelsLast isLast: Bool
  ) throws(OperatorFault) -> NodeResult {
    let input = try context.channelsFirst(0, isLast: isLast)
    guard input.count >= 2 else { throw .wrong("an input of rank \(input.count)") }
    let output = Array(input[..<2]) + input[2...].map { _ in 1 }
    var result = NodeResult([
      GraphValue(shape: NodeContext.ordered(output, channelsLast: isLast))
    ])
    guard !input.contains(0), try context.input(0).constant == nil,
      let map = MapExtents.map(input)
    else { return result }
    let isMaximum = context.node.operatorName.contains("Max")
    result.steps = try means(context, map, batch: input[0], isMaximum: isMaximum)
    result.sources = [.step(0)]
    return result
  }

  /// One number of each channel of a map, or of each image of a batch.
  static func means(
    _ context: NodeContext, _ map: [Int], batch: Int, isMaximum: Bool
  ) throws(OperatorFault) -> [WorkStep] {
    guard batch > 1 || isMaximum else {
      return [WorkStep(GlobalAveragePool(NoParameters()), [.operand(0, map)])]
    }
    let whole = Array(map[(batch > 1 ? 2 : 1)...])
    let windows = WindowSpec(
      kernel: Window.numbers(whole, batch > 1 ? 1 : 0, 1), stride: PerDirection(1))
    return try step(context, map, windows, isMaximum: isMaximum)
  }

  private static func step(
    _ context: NodeContext, _ map: [Int], _ windows: WindowSpec, isMaximum: Bool
  ) throws(OperatorFault) -> [WorkStep] {
    try SpecFault.checked { () throws(SpecError) in
      let spec = PoolSpec(windows: windows)
      let kind: any OperationKind = isMaximum ? try MaxPool(spec) : try AveragePool(spec)
      return [WorkStep(kind, [.operand(0, map)])]
    }
  }
}
