internal import Inputs
internal import Networks

/// Attention as one operator: ONNX's own and those of onnxruntime.
enum AttentionRules {
  static let all = [
    OperatorRule(["Attention"], .layer) { context throws(OperatorFault) in
      context.node.domain.isEmpty
        ? try plain(context) : try projected(context, weights: 1, past: 4)
    },
    OperatorRule(["QAttention"], .layer) { context throws(OperatorFault) in
      try projected(context, weights: 1, past: 8)
    },
    OperatorRule(["MultiHeadAttention", "DecoderMaskedMultiHeadAttention"], .layer) {
      context throws(OperatorFault) in try multiHead(context)
    },
    OperatorRule(["GroupQueryAttention", "SparseAttention"], .layer) {
      context throws(OperatorFault) in try grouped(context)
    },
  ]

  /// Both products of an attention behind other steps.
  static func result(
    _ attention: AttentionExtents, _ outputs: [[Int]], queries: WorkStep.Source,
    keys: WorkStep.Source, values: WorkStep.Source, after steps: [WorkStep] = [], macs: Int? = 0
  ) throws(OperatorFault) -> NodeResult {
    var result = NodeResult(outputs.map { GraphValue(shape: $0) })
    let sum = macs.flatMap { more in attention.macs.map { more.addingReportingOverflow($0) } }
    result.macs = sum.flatMap { $0.overflow ? nil : $0.partialValue }
    guard attention.macs != 0 else { return result }
    do throws(OperatorFault) {
      result.steps =
        try steps
        + attention.steps(
          queries: queries, keys: keys, values: values, before: steps.count)
      result.sources = [.step(result.steps.count - 1)]
    } catch {
      guard case .inexpressible(let reason) = error else { throw error }
      result.refusal = reason
    }
    return result
  }

  /// `Attention` of opset 23: queries, keys and values of 3 or 4 extents.
  private static func plain(_ context: NodeContext) throws(OperatorFault) -> NodeResult {
    let (q, k, v) = (try context.shape(0), try context.shape(1), try context.shape(2))
    let past = context.optional(4) == nil ? nil : try context.shape(4)
    let isFlat = q.count == 3
    guard q.count == k.count, k.count == v.count, isFlat || q.count == 4, q[0] == k[0] else {
      throw .wrong("queries, keys and values of \(q), \(k) and \(v)")
    }
    let heads = isFlat ? try context.integer("q_num_heads", default: 0) : q[1]
    let keyHeads = isFlat ? try context.integer("kv_num_heads", default: 0) : k[1]
    guard heads >= 1, keyHeads >= 1 else {
      throw .wrong("attributes `q_num_heads` and `kv_num_heads`: expected numbers from 1")
    }
    let before = past?.count == 4 ? past?[2] ?? 0 : 0
    let attention = AttentionExtents(
      batch: q[0], heads: heads, keyHeads: keyHeads, queries: isFlat ? q[1] : q[2],
      keys: (isFlat ? k[1] : k[2]) + before, size: isFlat ? q[2] / heads : q[3],
      valueSize: isFlat ? v[2] / keyHeads : v[3])
    let present = { (size: Int) in [q[0], keyHeads, attention.keys, size] }
    let output =
      isFlat
      ? [q[0], q[1], heads * attention.valueSize] : [q[0], heads, q[2], attention.valueSize]
    return try result(
      attention,
      [
        output, present(attention.size), present(attention.valueSize),
        [q[0], heads, attention.queries, attention.keys],
      ], queries: .operand(0), keys: .operand(1), values: .operand(2))
  }

  /// `Attention` and `QAttention` of onnxruntime: one matrix makes queries, keys and values.
  private static func projected(
    _ context: NodeContext, weights index: Int, past pastIndex: Int
  ) throws(OperatorFault) -> NodeResult {
    let (input, weights) = (try context.shape(0), try context.shape(index))
    let heads = try context.integer("num_heads", default: 0)
    guard input.count == 3, weights.count == 2, weights[0] == input[2], heads >= 1 else {
      throw .wrong("an input of \(input), weights of \(weights) and \(heads) heads do not fit")
    }
    let sizes =
      try context.integers("qkv_hidden_sizes")
      ?? [weights[1] / 3, weights[1] / 3, weights[1] / 3]
    guard sizes.count == 3, sizes.reduce(0, +) == weights[1], sizes.allSatisfy({ $0 >= heads })
    else { throw .wrong("attribute `qkv_hidden_sizes`: \(sizes) do not make \(weights[1])") }
    let past = context.optional(pastIndex) == nil ? nil : try context.shape(pastIndex)
    let before = past?.count == 5 ? past?[3] ?? 0 : 0
    let attention = AttentionExtents(
      batch: input[0], heads: heads, keyHeads: heads, queries: input[1], keys: input[1] + before,
      size: sizes[0] / heads, valueSize: sizes[2] / heads)
    let tokens = try NodeContext.product(input.dropLast())
    var kernels = try context.input(index).constant ?? ImportedTensor(source: nil)
    kernels = kernels.adding(.transpose(order: [1, 0]), shape: [weights[1], weights[0]])
    let project = try Product.linear(
      .operand(0, try MapExtents.tokens(input)), tokens, kernels: weights[1], suffix: "qkv",
      weights: kernels, weightInput: index)
    // Queries, keys and values are parts of what the product makes.
    return try result(
      attention,
      [
        [input[0], input[1], sizes[2]],
        [2, input[0], heads, attention.keys, attention.size],
      ], queries: .state("queries"), keys: .state("keys"), values: .state("values"),
      after: [project], macs: NodeContext.count([tokens, weights[0], weights[1]]))
  }

  private static func multiHead(_ context: NodeContext) throws(OperatorFault) -> NodeResult {
    let q = try context.shape(0)
    let heads = try context.integer("num_heads", default: 0)
    guard heads >= 1, q.count == 3 || q.count == 5 else {
      throw .wrong("queries of \(q) and \(heads) heads")
    }
    let k = context.optional(1) == nil ? nil : try context.shape(1)
    let v = context.optional(2) == nil ? nil : try context.shape(2)
    // With five extents, queries, keys and values stand together: [batch, tokens, heads, 3, size].
    let size = q.count == 5 ? q[4] : q[2] / heads
    let isMasked = context.node.operatorName != "MultiHeadAttention"
    let pastIndex = isMasked ? 5 : 6
    let past = context.optional(pastIndex) == nil ? nil : try context.shape(pastIndex)
    var keys = q[1]
    var valueSize = size
    switch k?.count {
    case 3?: keys = k?[1] ?? 0
    case 4?: keys = k?[2] ?? 0
    case 5?: keys = k?[1] ?? 0
    default: break
    }
    if let v, v.count == 3 { valueSize = v[2] / heads }
    if let v, v.count == 4 { valueSize = v[3] }
    // Keys of four extents are those of another sequence, all of them there.
    if k?.count != 4 { keys += past?.count == 4 ? past?[2] ?? 0 : 0 }
    let attention = AttentionExtents(
      batch: q[0], heads: heads, keyHeads: heads, queries: q[1], keys: keys, size: size,
      valueSize: valueSize)
    let isApart = q.count == 3 && k != nil && k?.count != 5
    return try result(
      attention,
      [
        [q[0], q[1], heads * valueSize], [q[0], heads, keys, size],
        [q[0], heads, keys, valueSize],
      ], queries: q.count == 3 ? .operand(0) : .state("queries"),
      keys: isApart ? .operand(1) : .state("keys"),
      values: isApart && v != nil ? .operand(2) : .state("values"))
  }

  private static func grouped(_ context: NodeContext) throws(OperatorFault) -> NodeResult {
    let q = try context.shape(0)
    let heads = try context.integer("num_heads", default: 0)
    let keyHeads = try context.integer("kv_num_heads", default: 0)
    guard heads >= 1, keyHeads >= 1, q.count == 3 else {
      throw .wrong("queries of \(q), \(heads) heads over \(keyHeads)")
    }
    let k = context.optional(1) == nil ? nil : try context.shape(1)
    let isPacked = k == nil || k?.count != 3
    let size = isPacked ? q[2] / (heads + 2 * keyHeads) : q[2] / heads
    let past = context.optional(3) == nil ? nil : try context.shape(3)
    var keys = (isPacked ? q[1] : k?[1] ?? 0) + (past?.count == 4 ? past?[2] ?? 0 : 0)
    let totalIndex = context.node.operatorName == "SparseAttention" ? 7 : 6
    if let total = context.optional(totalIndex)?.integers?.first,
      (1...NodeContext.largest).contains(total)
    {
      keys = total
    }
    let attention = AttentionExtents(
      batch: q[0], heads: heads, keyHeads: keyHeads, queries: q[1], keys: keys, size: size,
      valueSize: size)
    let present = [q[0], keyHeads, max(keys, past?.count == 4 ? past?[2] ?? 0 : 0), size]
    return try result(
      attention, [[q[0], q[1], heads * size], present, present],
      queries: isPacked ? .state("queries") : .operand(0),
      keys: isPacked ? .state("keys") : .operand(1),
      values: isPacked ? .state("values") : .operand(2))
  }
}
