internal import Components
internal import Inputs
internal import Networks

/// Mixtures of experts: `MoE` and `QMoE` of onnxruntime.
///
/// Every token takes `k` experts; which ones depends on values. Counted is an even load, the least of all
/// for the busiest expert: `rows * k / experts` tokens for each, and one more for as many as are left over.
///
/// Source: operators `MoE` and `QMoE` of the domain `com.microsoft` (ContribOperators.md of
/// microsoft/onnxruntime): weights `[experts, outputs, inputs]`, of four bits two in a byte.
enum ExpertRules {
  static let all = [
    OperatorRule(["MoE"], .layer) { context throws(OperatorFault) in
      try mixture(context, weights: (2, 4, 6), perByte: 1)
    },
    OperatorRule(["QMoE"], .layer) { context throws(OperatorFault) in
      let bits = try context.integer("expert_weight_bits", default: 4)
      guard bits == 4 || bits == 8 else {
        throw .wrong("attribute `expert_weight_bits`: expected 4 or 8, found \(bits)")
      }
      return try mixture(context, weights: (2, 5, 8), perByte: 8 / bits)
    },
  ]

  /// One matrix of every expert.
  private struct Matrix {
    let index: Int
    /// What is summed over.
    let depth: Int
    let outputs: Int
    var size: Int { depth * outputs }
  }

  private static func mixture(
    _ context: NodeContext, weights: (Int, Int, Int), perByte: Int
  ) throws(OperatorFault) -> NodeResult {
    let input = try context.shape(0)
    let router = try context.shape(1)
    guard input.count >= 2, let hidden = input.last, hidden >= 1, let experts = router.last,
      experts >= 1
    else { throw .wrong("tokens of \(input) and a router of \(router)") }
    let chosen = try context.integer("k", default: 1)
    guard (1...experts).contains(chosen) else {
      throw .wrong("attribute `k`: expected 1 to \(experts) experts, found \(chosen)")
    }
    /// The elements of one expert's matrix, of which one side is as long as a token.
    func matrix(_ index: Int, writesTokens: Bool) throws(OperatorFault) -> Matrix {
      let shape = try context.shape(index)
      let all = try NodeContext.product(shape + [perByte])
      let other = all / experts / hidden
      guard shape.count == 3, shape[0] == experts, other >= 1, all == experts * hidden * other
      else {
        throw .wrong("weights of \(shape) do not fit \(experts) experts and tokens of \(hidden)")
      }
      return writesTokens
        ? Matrix(index: index, depth: other, outputs: hidden)
        : Matrix(index: index, depth: hidden, outputs: other)
    }
    let first = try matrix(weights.0, writesTokens: false)
    let second = try matrix(weights.1, writesTokens: true)
    let third =
      context.optional(weights.2) == nil ? nil : try matrix(weights.2, writesTokens: false)
    let rows = try NodeContext.product(input.dropLast())
    let load = try NodeContext.product([rows, chosen])
    var result = NodeResult([GraphValue(shape: input)])
    let sizes = [first.size, second.size, third?.size ?? 0]
    result.macs = NodeContext.count([load, sizes.reduce(0, +)])
    guard load > 0 else { return result }
    let (each, rest) = load.quotientAndRemainder(dividingBy: experts)
    do throws(OperatorFault) {
      if each > 0 {
        result.steps = try steps(context, first, second, third, experts, each, "experts", 0)
      }
      if rest > 0 {
        result.steps += try steps(
          context, first, second, third, rest, 1, each > 0 ? "experts.rest" : "experts",
          result.steps.count)
      }
    } catch {
      guard case .inexpressible(let reason) = error else { throw error }
      result.refusal = reason
    }
    result.sources = [.nowhere]
    result.note =
      "which of \(experts) experts a token takes depends on values: counted is an even load of "
      + (rest == 0 ? "\(each)" : each == 0 ? "up to 1" : "\(each) or \(each + 1)")
      + " tokens" + (each == 0 ? " for \(rest) of them" : "")
    return result
  }

  /// The layers of `groups` experts with as many tokens each.
  private static func steps(
    _ context: NodeContext, _ first: Matrix, _ second: Matrix, _ third: Matrix?, _ groups: Int,
    _ tokens: Int, _ suffix: String, _ before: Int
  ) throws(OperatorFault) -> [WorkStep] {
    func step(_ matrix: Matrix, _ name: String, _ source: WorkStep.Source) throws(OperatorFault)
      -> WorkStep
    {
      let read = [try NodeContext.product([groups, matrix.depth]), tokens]
      let outputs = try NodeContext.product([groups, matrix.outputs])
      let kind = try SpecFault.checked { () throws(SpecError) in
        try Convolution(Convolution.Spec(outputChannels: outputs, groups: groups))
      }
      let values = try context.input(matrix.index).constant ?? ImportedTensor(source: nil)
      return WorkStep(
        kind, [source.read(read)], suffix: "\(suffix).\(name)",
        weights: values.adding(
          .opaque("a mixture of experts"), shape: [outputs, matrix.depth]),
        weightInput: matrix.index)
    }
    var steps = [try step(first, "fc1", .state("tokens"))]
    var hidden = WorkStep.Source.step(before)
    if let third {
      steps.append(try step(third, "fc3", .state("tokens")))
      let extents = [try NodeContext.product([groups, first.outputs]), tokens]
      if third.outputs == first.outputs {
        steps.append(
          WorkStep(
            Multiply(NoParameters()), [.step(before, extents), .step(before + 1, extents)],
            suffix: "\(suffix).gate"))
        hidden = .step(before + 2)
      }
    }
    // With a gate among the outputs of the first matrix there are twice as many as the second one reads.
    let isWhole = second.depth == first.outputs
    steps.append(try step(second, "fc2", isWhole ? hidden : .state("\(suffix).gated")))
    return steps
  }
}
