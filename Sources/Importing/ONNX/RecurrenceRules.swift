internal import Inputs
internal import Networks

/// Recurrences: in each direction one product of all inputs, and one of the states of all steps.
///
/// The steps of the second one follow one another; their products are counted together.
enum RecurrenceRules {
  static let all = [
    OperatorRule(["LSTM", "GRU", "RNN"], .layer) { context throws(OperatorFault) in
      try recurrence(context, storesChannelsFirst: false)
    },
    OperatorRule(["DynamicQuantizeLSTM"], .layer) { context throws(OperatorFault) in
      try recurrence(context, storesChannelsFirst: true)
    },
  ]

  private static func recurrence(
    _ context: NodeContext, storesChannelsFirst isFlipped: Bool
  ) throws(OperatorFault) -> NodeResult {
    let input = try context.shape(0)
    var (weights, recurrent) = (try context.shape(1), try context.shape(2))
    if isFlipped, weights.count == 3, recurrent.count == 3 {
      weights.swapAt(1, 2)
      recurrent.swapAt(1, 2)
    }
    guard input.count == 3, weights.count == 3, recurrent.count == 3,
      weights[2] == input[2], recurrent[0] == weights[0], recurrent[1] == weights[1]
    else {
      throw .wrong("an input of \(input) and weights of \(weights) and \(recurrent) do not fit")
    }
    let isBatchFirst = try context.integer("layout", default: 0) != 0
    let (steps, batch) = isBatchFirst ? (input[1], input[0]) : (input[0], input[1])
    let (directions, rows, hidden) = (weights[0], weights[1], recurrent[2])
    let sequence =
      isBatchFirst ? [batch, steps, directions, hidden] : [steps, directions, batch, hidden]
    let state = isBatchFirst ? [batch, directions, hidden] : [directions, batch, hidden]
    var result = NodeResult([sequence, state, state].map { shape in GraphValue(shape: shape) })
    result.macs = NodeContext.count([steps, batch, directions, rows, input[2] + hidden])
    result.sources = []
    guard result.macs != 0 else { return result }
    guard let own = try context.input(1).constant, let other = try context.input(2).constant else {
      result.refusal = "its weights are computed while running"
      return result
    }
    let tokens = try NodeContext.product([steps, batch])
    do throws(OperatorFault) {
      for direction in 0..<min(directions, 2) {
        let name = directions == 1 ? "" : direction == 0 ? "forward." : "backward."
        let part = { (weights: ImportedTensor, columns: Int) in
          let stored = isFlipped ? [columns, rows] : [rows, columns]
          let picked = weights.adding(.index(direction), shape: stored)
          return isFlipped
            ? picked.adding(.transpose(order: [1, 0]), shape: [rows, columns]) : picked
        }
        result.steps += [
          try Product.linear(
            .operand(0, MapExtents.tokens(input[2], tokens)), tokens, kernels: rows,
            suffix: name + "input", weights: part(own, input[2]), weightInput: nil),
          try Product.linear(
            .state("\(name)state", MapExtents.tokens(hidden, tokens)), tokens, kernels: rows,
            suffix: name + "recurrent", weights: part(other, hidden), weightInput: nil),
        ]
      }
    } catch {
      guard case .inexpressible(let reason) = error else { throw error }
      result.refusal = reason
    }
    if steps > 1 {
      result.note =
        "its \(steps) steps follow one another, their products with the state are counted together"
    }
    return result
  }
}
