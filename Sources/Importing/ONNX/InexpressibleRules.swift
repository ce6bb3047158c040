internal import Inputs

/// Operators with multiply-accumulates that no layer of a workload can express.
enum InexpressibleRules {
  static let all = [
    rule(["SequenceMap"], "what it holds is not read"),
    OperatorRule(["STFT"], .inexpressible(transforms)) { context throws(OperatorFault) in
      try windows(context)
    },
    OperatorRule(["DFT"], .inexpressible(transforms)) { context throws(OperatorFault) in
      try transformed(context)
    },
    rule(
      ["PackedAttention", "PackedMultiHeadAttention", "LongformerAttention", "PagedAttention"],
      "its sequences are packed, their lengths are values"),
    rule(["MoE", "QMoE"], "which experts a token takes depends on values"),
  ]

  private static let transforms = "a workload has no Fourier transforms"

  /// `[batch, windows, frequencies, 2]`; the work depends on how the transform is done.
  private static func windows(_ context: NodeContext) throws(OperatorFault) -> NodeResult {
    let signal = try context.shape(0)
    let step = try context.integers(of: 1).first ?? 0
    let window = context.optional(2) == nil ? nil : try context.shape(2).first
    let length = context.optional(3) == nil ? window : try context.integers(of: 3).first
    guard signal.count >= 2, let length, length >= 1, length <= signal[1], step >= 1 else {
      throw .wrong("windows of \(length ?? 0) every \(step) of a signal of \(signal)")
    }
    let isHalf = try context.integer("onesided", default: 1) != 0
    return NodeResult([
      GraphValue(shape: [
        signal[0], (signal[1] - length) / step + 1, isHalf ? length / 2 + 1 : length, 2,
      ])
    ])
  }

  /// The signal's extents with the frequencies in the place of its elements.
  private static func transformed(_ context: NodeContext) throws(OperatorFault) -> NodeResult {
    var shape = try context.shape(0)
    guard shape.count >= 2 else { throw .wrong("a signal of rank \(shape.count)") }
    let listed =
      context.optional(2) == nil
      ? try context.integer("axis", default: context.operatorSet < 20 ? 1 : -2)
      : try context.integers(of: 2).first ?? 0
    let axis = try context.axis(listed, rank: shape.count)
    let given = context.optional(1) == nil ? nil : try context.integers(of: 1).first
    let length = given ?? shape[axis]
    guard (1...NodeContext.largest).contains(length) else { throw .wrong("a length of \(length)") }
    let isHalf = try context.integer("onesided", default: 0) != 0
    shape[axis] = isHalf ? length / 2 + 1 : length
    shape[shape.count - 1] = 2
    return NodeResult([GraphValue(shape: shape)])
  }

  private static func rule(_ names: [String], _ reason: String) -> OperatorRule {
    OperatorRule(names, .inexpressible(reason)) { context throws(OperatorFault) in
      throw .unknown("\(context.node.place) is not supported")
    }
  }
}
