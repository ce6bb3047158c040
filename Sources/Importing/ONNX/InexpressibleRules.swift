internal import Inputs

/// Operators with multiply-accumulates that no layer of a workload can express.
enum InexpressibleRules {
  static let all = [
    rule(["SequenceMap"], "what it holds is not read"),
    rule(
      ["LongformerAttention", "PagedAttention"],
      "which keys a query meets depends on values"),
  ]

  private static func rule(_ names: [String], _ reason: String) -> OperatorRule {
    OperatorRule(names, .inexpressible(reason)) { context throws(OperatorFault) in
      throw .unknown("\(context.node.place) is not supported")
    }
  }
}
