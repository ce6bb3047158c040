/// Sums, means and extremes along axes.
enum ReductionRules {
  static let all: [OperatorRule] = [
    .shape([
      "ReduceMean", "ReduceSum", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceL1", "ReduceL2",
      "ReduceLogSum", "ReduceLogSumExp", "ReduceSumSquare",
    ]) { context throws(OperatorFault) in
      let input = try context.shape(0)
      let listed = try context.integers("axes", orInput: 1) ?? []
      if listed.isEmpty, try context.integer("noop_with_empty_axes", default: 0) != 0 {
        return input
      }
      let axes =
        listed.isEmpty ? Array(input.indices) : try context.axes(listed, rank: input.count)
      return try reduced(context, input, axes)
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
}
