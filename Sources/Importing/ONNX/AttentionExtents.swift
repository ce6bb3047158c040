internal import Components
internal import Inputs
internal import Networks

/// Attention of `batch` sequences: queries of `heads` heads over keys and values of fewer or as many.
///
/// Every query meets every key: a mask makes no product shorter.
struct AttentionExtents {
  let batch: Int
  let heads: Int
  /// Heads of keys and values, a divisor of `heads`.
  let keyHeads: Int
  /// Queries of a sequence.
  let queries: Int
  /// Keys of a sequence, those of before included.
  let keys: Int
  /// Features of a head of queries and keys.
  let size: Int
  /// Features of a head of values.
  let valueSize: Int

  /// Multiply-accumulates of both products.
  var macs: Int? { NodeContext.count([batch, heads, queries, keys, size + valueSize]) }

  /// Scores, their softmax and the values weighed by them; `reads` says where queries, keys and values
  /// lie, and `before` how many steps come before.
  func steps(
    queries from: WorkStep.Source, keys keySource: WorkStep.Source,
    values valueSource: WorkStep.Source, before: Int
  ) throws(OperatorFault) -> [WorkStep] {
    guard heads >= 1, keyHeads >= 1, heads.isMultiple(of: keyHeads), size >= 1, valueSize >= 1
    else {
      throw .wrong("\(heads) heads of queries of \(size) over \(keyHeads) heads of keys")
    }
    let groups = try NodeContext.product([batch, keyHeads])
    let rows = try NodeContext.product([heads / keyHeads, queries])
    let streamed = MapExtents.tokens(try NodeContext.product([groups, size]), rows)
    let held = MapExtents.tokens(try NodeContext.product([groups, size]), keys)
    let scores = MapExtents.tokens(try NodeContext.product([groups, keys]), rows)
    let values = MapExtents.tokens(try NodeContext.product([groups, valueSize]), keys)
    return try SpecFault.checked { () throws(SpecError) in
      [
        WorkStep(
          try MatrixProduct(MatrixProduct.Spec(heads: groups, over: .features)),
          [from.read(streamed), keySource.read(held)], suffix: "scores"),
        WorkStep(
          try Softmax(Softmax.Spec(heads: groups)), [.step(before, scores)], suffix: "softmax"),
        WorkStep(
          try MatrixProduct(MatrixProduct.Spec(heads: groups, over: .tokens)),
          [.step(before + 1, scores), valueSource.read(values)], suffix: "mix"),
      ]
    }
  }
}

extension WorkStep {
  /// Where something lies, whatever extents it is read under.
  enum Source {
    /// An operand of the node.
    case operand(Int)
    /// An earlier step.
    case step(Int)
    /// A map that no operand is.
    case state(String)

    func read(_ extents: [Int]) -> Read {
      switch self {
      case .operand(let index): .operand(index, extents)
      case .step(let index): .step(index, extents)
      case .state(let name): .state(name, extents)
      }
    }
  }
}
