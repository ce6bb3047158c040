internal import Inputs
internal import Networks

/// Products with a constant matrix: one row is a fully connected layer, several a 1 x 1 convolution
/// over as many rows.
enum ProductRules {
  static let all = [
    OperatorRule(["Gemm"], .layer) { context throws(OperatorFault) in try gemm(context) },
    OperatorRule(["MatMul", "MatMulInteger"], .layer) { context throws(OperatorFault) in
      try product(context, second: 1)
    },
    OperatorRule(["QLinearMatMul"], .layer) { context throws(OperatorFault) in
      try product(context, second: 3)
    },
  ]

  private static func gemm(_ context: NodeContext) throws(OperatorFault) -> NodeResult {
    let (a, b) = (try context.shape(0), try context.shape(1))
    guard a.count == 2, b.count == 2 else {
      throw .wrong("operands of rank \(a.count) and \(b.count), expected 2")
    }
    let flipsA = try context.integer("transA", default: 0) != 0
    let flipsB = try context.integer("transB", default: 0) != 0
    let (rows, depth) = flipsA ? (a[1], a[0]) : (a[0], a[1])
    let (columns, depthB) = flipsB ? (b[0], b[1]) : (b[1], b[0])
    guard depth == depthB else { throw .wrong("a depth of \(depth) and of \(depthB)") }
    var result = NodeResult([GraphValue(shape: [rows, columns])])
    result.macs = NodeContext.count([rows, depth, columns])
    guard var weights = try context.input(1).constant else {
      result.refusal = "its second operand is no constant"
      return result
    }
    if !flipsB { weights = weights.adding(.transpose(order: [1, 0]), shape: [columns, depth]) }
    let alpha = try context.float("alpha", default: 1)
    if alpha != 1 { weights = weights.adding(.scale(alpha), shape: [columns, depth]) }
    result.layer = layer(rows: rows, depth: depth, columns: columns)
    result.weights = weights
    return result
  }

  private static func product(
    _ context: NodeContext, second: Int
  ) throws(OperatorFault) -> NodeResult {
    let (a, b) = (try context.shape(0), try context.shape(second))
    guard let (lead, rows, depth, columns) = try shapes(a, b) else {
      throw .wrong("\(a) times \(b) do not fit")
    }
    var output = lead
    if a.count > 1 { output.append(rows) }
    if b.count > 1 { output.append(columns) }
    var result = NodeResult([GraphValue(shape: output)])
    result.macs = NodeContext.count(lead + [rows, depth, columns])
    let isMatrix = { (shape: [Int]) in shape.dropLast(2).allSatisfy { $0 == 1 } }
    if let weights = try context.input(second).constant {
      result.weightInput = second
      guard isMatrix(b) else {
        result.refusal = "a constant of rank \(b.count), a layer has one matrix"
        return result
      }
      let all = try NodeContext.product(lead + [rows])
      result.layer = layer(rows: all, depth: depth, columns: columns)
      let flat = weights.adding(.reshape, shape: [depth, columns])
      result.weights = flat.adding(.transpose(order: [1, 0]), shape: [columns, depth])
    } else if let weights = try context.input(0).constant {
      result.weightInput = 0
      guard isMatrix(a) else {
        result.refusal = "a constant of rank \(a.count), a layer has one matrix"
        return result
      }
      let all = try NodeContext.product(lead + [columns])
      result.layer = layer(rows: all, depth: depth, columns: rows)
      result.weights = weights.adding(.reshape, shape: [rows, depth])
    } else {
      result.refusal = "both operands are activations"
    }
    return result
  }

  /// Leading extents, rows, depth and columns of a product; nil where the operands do not fit.
  private static func shapes(
    _ a: [Int], _ b: [Int]
  ) throws(OperatorFault) -> (lead: [Int], rows: Int, depth: Int, columns: Int)? {
    guard let depth = a.last, !b.isEmpty else { return nil }
    let (rows, columns) = (a.count > 1 ? a[a.count - 2] : 1, b.count > 1 ? b[b.count - 1] : 1)
    guard depth == (b.count > 1 ? b[b.count - 2] : b[0]) else { return nil }
    let lead = try ElementwiseRules.broadcast([Array(a.dropLast(2)), Array(b.dropLast(2))])
    return (lead, rows, depth, columns)
  }

  /// `rows x depth` times `depth x columns`.
  static func layer(rows: Int, depth: Int, columns: Int) -> LayerSpec {
    rows == 1
      ? LayerSpec(
        name: "", operator: .fullyConnected, input: [depth, 1, 1], outputChannels: columns)
      : LayerSpec(
        name: "", operator: .convolution, input: [depth, rows, 1], outputChannels: columns)
  }
}
