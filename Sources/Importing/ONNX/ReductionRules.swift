internal import Networks

/// Sums, means and extremes along axes.
enum ReductionRules {
  static let all: [OperatorRule] = [
    OperatorRule([
      "ReduceMean", "ReduceSum", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceL1", "ReduceL2",
      "ReduceLogSum", "ReduceLogSumExp", "ReduceSumSquare", "QLinearReduceMean",
    ]) { context throws(OperatorFault) in
      let input = try context.shape(0)
      let listed = try context.integers(
        "axes", orInput: context.node.operatorName == "QLinearReduceMean" ? 5 : 1)
      if (listed ?? []).isEmpty, try context.integer("noop_with_empty_axes", default: 0) != 0 {
        return NodeResult([GraphValue(shape: input)])
      }
      let axes =
        (listed ?? []).isEmpty
        ? Array(input.indices) : try context.axes(listed ?? [], rank: input.count)
      var result = NodeResult([GraphValue(shape: try reduced(context, input, axes))])
      if axes.count == input.count { result.outputs[0].numbers = try number(context) }
      if context.node.operatorName == "ReduceMean" {
        result.steps = try means(context, input, axes)
        if !result.steps.isEmpty { result.sources = [.step(0)] }
      }
      return result
    },
    .shape(["ArgMax", "ArgMin"]) { context throws(OperatorFault) in
      let input = try context.shape(0)
      let axis = try context.axis(try context.integer("axis", default: 0), rank: input.count)
      return try reduced(context, input, [axis])
    },
  ]

  private static func reduced(
    _ context: NodeContext, _ input: [Int], _ axes: [Int]
  ) throws(OperatorFault) -> [Int] {
    let keeps = try context.integer("keepdims", default: 1) != 0
    return input.indices.compactMap { index in
      axes.contains(index) ? (keeps ? 1 : nil) : input[index]
    }
  }

  /// All known numbers together.
  private static func number(_ context: NodeContext) throws(OperatorFault) -> Numbers? {
    let operations = [
      "ReduceSum": "Add", "ReduceProd": "Mul", "ReduceMax": "Max", "ReduceMin": "Min",
    ]
    guard let name = operations[context.node.operatorName],
      let numbers = try context.input(0).numbers, numbers.count >= 1
    else { return nil }
    var sum: Numbers? = numbers.picked([0])
    for index in 1..<max(1, numbers.count) {
      sum = sum.flatMap { Arithmetic.result(name, $0, numbers.picked([index])) }
    }
    return sum
  }

  /// The mean of a whole map is a pooling: over rows and columns, channels first or last, or over the
  /// tokens of a sequence.
  private static func means(
    _ context: NodeContext, _ input: [Int], _ axes: [Int]
  ) throws(OperatorFault) -> [WorkStep] {
    guard input.first == 1, !input.contains(0), try context.input(0).constant == nil,
      (3...5).contains(input.count)
    else { return [] }
    let last = input.count - 1
    if axes == Array(2...last), input.count >= 4 {
      return [WorkStep(GlobalAveragePool(NoParameters()), [.operand(0, Array(input[1...]))])]
    }
    if axes == Array(1..<last) {
      let map = [input[last]] + input[1..<last]
      return [WorkStep(GlobalAveragePool(NoParameters()), [.operand(0, map)])]
    }
    if axes == [2], input.count == 3 {
      return [WorkStep(GlobalAveragePool(NoParameters()), [.operand(0, Array(input[1...]))])]
    }
    return []
  }
}
