internal import Inputs
internal import Networks

/// Attention over sequences that lie behind one another without padding.
///
/// Where they end are values. Counted are as many keys for every token as the longest sequence may have,
/// which is what the same attention with padding takes: an upper bound.
///
/// Source: operators `PackedAttention` and `PackedMultiHeadAttention` of the domain `com.microsoft`
/// (ContribOperators.md of microsoft/onnxruntime).
enum PackedAttentionRules {
  static let all = [
    OperatorRule(["PackedAttention"], .layer) { context throws(OperatorFault) in
      try projected(context)
    },
    OperatorRule(["PackedMultiHeadAttention"], .layer) { context throws(OperatorFault) in
      try multiHead(context)
    },
  ]

  /// Sequences and the places that each has in the layout with padding.
  private static func places(
    _ context: NodeContext, _ index: Int, tokens: Int
  ) throws(OperatorFault) -> (sequences: Int, length: Int) {
    let offsets = try context.shape(index)
    guard offsets.count == 2, offsets[0] >= 1, offsets[1] >= 1,
      NodeContext.count(offsets).map({ tokens <= $0 }) == true
    else { throw .wrong("\(tokens) tokens of sequences of \(offsets)") }
    return (offsets[0], offsets[1])
  }

  private static func note(_ places: (sequences: Int, length: Int)) -> String {
    "where sequences end depends on values: counted are \(places.sequences) of \(places.length) tokens, an "
      + "upper bound"
  }

  private static func projected(_ context: NodeContext) throws(OperatorFault) -> NodeResult {
    let (input, weights) = (try context.shape(0), try context.shape(1))
    let heads = try context.integer("num_heads", default: 0)
    guard input.count == 2, weights.count == 2, weights[0] == input[1], heads >= 1 else {
      throw .wrong("tokens of \(input), weights of \(weights) and \(heads) heads do not fit")
    }
    let sizes =
      try context.integers("qkv_hidden_sizes") ?? Array(repeating: weights[1] / 3, count: 3)
    guard sizes.count == 3, sizes.reduce(0, +) == weights[1], sizes.allSatisfy({ $0 >= heads })
    else { throw .wrong("attribute `qkv_hidden_sizes`: \(sizes) do not make \(weights[1])") }
    let places = try places(context, 3, tokens: input[0])
    let attention = AttentionExtents(
      batch: places.sequences, heads: heads, keyHeads: heads, queries: places.length,
      keys: places.length, size: sizes[0] / heads, valueSize: sizes[2] / heads)
    var kernels = try context.input(1).constant ?? ImportedTensor(source: nil)
    kernels = kernels.adding(.transpose(order: [1, 0]), shape: [weights[1], weights[0]])
    let project = try Product.linear(
      .operand(0, try MapExtents.tokens(input)), input[0], kernels: weights[1], suffix: "qkv",
      weights: kernels, weightInput: 1)
    var result = try AttentionRules.result(
      attention, [[input[0], sizes[2]]], queries: .state("queries"), keys: .state("keys"),
      values: .state("values"), after: [project],
      macs: NodeContext.count([input[0], weights[0], weights[1]]))
    result.sources = [.nowhere]
    result.note = note(places)
    return result
  }

  private static func multiHead(_ context: NodeContext) throws(OperatorFault) -> NodeResult {
    let queries = try context.shape(0)
    let heads = try context.integer("num_heads", default: 0)
    // Queries, keys and values stand together as [tokens, heads, 3, size], or apart as [tokens, features].
    guard heads >= 1, queries.count == 2 || queries.count == 4 else {
      throw .wrong("queries of \(queries) and \(heads) heads")
    }
    let isTogether = queries.count == 4
    let size = isTogether ? queries[3] : queries[1] / heads
    let values = isTogether || context.optional(2) == nil ? nil : try context.shape(2)
    let valueSize = (values?.count == 2 ? values?[1] : nil).map { $0 / heads } ?? size
    let places = try places(context, 4, tokens: queries[0])
    let attention = AttentionExtents(
      batch: places.sequences, heads: heads, keyHeads: heads, queries: places.length,
      keys: places.length, size: size, valueSize: valueSize)
    var result = try AttentionRules.result(
      attention, [[queries[0], heads * valueSize]], queries: .state("queries"),
      keys: .state("keys"), values: .state("values"))
    result.sources = [.nowhere]
    result.note = note(places)
    return result
  }
}
