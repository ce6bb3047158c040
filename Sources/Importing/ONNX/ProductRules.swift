internal import Inputs
internal import Networks

/// Products of matrices, quantized and fused ones included.
enum ProductRules {
  static let all = [
    OperatorRule(["Gemm", "FusedGemm"], .layer) { context throws(OperatorFault) in
      try gemm(context, second: 1)
    },
    OperatorRule(["QGemm"], .layer) { context throws(OperatorFault) in
      try gemm(context, second: 3)
    },
    OperatorRule(
      [
        "MatMul", "MatMulInteger", "MatMulInteger16", "FusedMatMul", "TransposeMatMul",
        "DynamicQuantizeMatMul", "MatMulIntegerToFloat", "FusedMatMulActivation", "GemmFloat8",
      ], .layer
    ) { context throws(OperatorFault) in try product(context, second: 1) },
    OperatorRule(["QLinearMatMul"], .layer) { context throws(OperatorFault) in
      try product(context, second: 3)
    },
    OperatorRule(["MatMulNBits", "MatMulBnb4", "MatMulFpQ4"], .layer) {
      context throws(OperatorFault) in try packed(context)
    },
  ]

  private static func gemm(
    _ context: NodeContext, second: Int
  ) throws(OperatorFault) -> NodeResult {
    let (a, b) = (try context.shape(0), try context.shape(second))
    guard a.count == 2, b.count == 2 else {
      throw .wrong("operands of rank \(a.count) and \(b.count), expected 2")
    }
    let flipsA = try context.integer("transA", default: 0) != 0
    let flipsB = try context.integer("transB", default: 0) != 0
    let (rows, depth) = flipsA ? (a[1], a[0]) : (a[0], a[1])
    let (columns, depthB) = flipsB ? (b[0], b[1]) : (b[1], b[0])
    guard depth == depthB else { throw .wrong("a depth of \(depth) and of \(depthB)") }
    let product = Product(groups: 1, rows: rows, depth: depth, columns: columns)
    let alpha = try context.float("alpha", default: 1)
    let scaled = { (weights: ImportedTensor, shape: [Int]) in
      alpha == 1 ? weights : weights.adding(.scale(alpha), shape: shape)
    }
    var first = Product.Operand(index: 0)
    var other = Product.Operand(index: second)
    if let weights = try context.input(second).constant {
      let kernels =
        flipsB ? weights : weights.adding(.transpose(order: [1, 0]), shape: [columns, depth])
      other.constant = scaled(kernels, [columns, depth])
    } else if let weights = try context.input(0).constant {
      let kernels =
        flipsA ? weights.adding(.transpose(order: [1, 0]), shape: [rows, depth]) : weights
      first.constant = scaled(kernels, [rows, depth])
    }
    return try result(context, product, first, other, output: [rows, columns])
  }

  /// The operations of a product, or why there are none.
  static func result(
    _ context: NodeContext, _ product: Product, _ first: Product.Operand,
    _ second: Product.Operand, output: [Int]
  ) throws(OperatorFault) -> NodeResult {
    var result = NodeResult([GraphValue(shape: output)])
    result.macs = product.macs
    guard result.macs != 0 else { return result }
    do throws(OperatorFault) {
      result.steps = [try product.step(context, first, second)]
      result.sources = [.step(0)]
    } catch {
      guard case .inexpressible(let reason) = error else { throw error }
      result.refusal = reason
    }
    return result
  }

  private static func product(
    _ context: NodeContext, second: Int
  ) throws(OperatorFault) -> NodeResult {
    let (a, b) = (try context.shape(0), try context.shape(second))
    let isFlipped = (
      try context.integer("transA", default: 0) != 0, try context.integer("transB", default: 0) != 0
    )
    let isBatchFlipped = (
      try context.integer("transBatchA", default: 0) != 0,
      try context.integer("transBatchB", default: 0) != 0
    )
    let left = flipped(a, isFlipped.0, isBatchFlipped.0)
    let right = flipped(b, isFlipped.1, isBatchFlipped.1)
    guard let depth = left.last, !right.isEmpty,
      depth == (right.count > 1 ? right[right.count - 2] : right[0])
    else { throw .wrong("\(a) times \(b) do not fit") }
    let rows = left.count > 1 ? left[left.count - 2] : 1
    let columns = right.count > 1 ? right[right.count - 1] : 1
    let (leadA, leadB) = (Array(left.dropLast(2)), Array(right.dropLast(2)))
    let lead: [Int]
    do throws(OperatorFault) {
      lead = try ElementwiseRules.broadcast([leadA, leadB])
    } catch {
      throw .wrong("\(a) times \(b) do not fit")
    }
    var output = lead
    if left.count > 1 { output.append(rows) }
    if right.count > 1 { output.append(columns) }
    // A leading extent of both operands makes groups; of one of them, further rows or columns.
    var (groups, moreRows, moreColumns) = (1, 1, 1)
    for (index, extent) in lead.enumerated() {
      let inA = leadA.count + index - lead.count
      let inB = leadB.count + index - lead.count
      let (hasA, hasB) = (inA >= 0 && leadA[inA] != 1, inB >= 0 && leadB[inB] != 1)
      if hasA, hasB {
        groups = try NodeContext.product([groups, extent])
      } else if hasA {
        moreRows = try NodeContext.product([moreRows, extent])
      } else if hasB {
        moreColumns = try NodeContext.product([moreColumns, extent])
      }
    }
    let product = Product(
      groups: groups, rows: try NodeContext.product([moreRows, rows]), depth: depth,
      columns: try NodeContext.product([moreColumns, columns]))
    var first = Product.Operand(index: 0)
    var other = Product.Operand(index: second)
    if let weights = try context.input(second).constant {
      other.constant = kernels(
        weights, product.groups * moreColumns, depth, columns, isFlipped.1, !isBatchFlipped.1,
        flips: true)
    } else if let weights = try context.input(0).constant {
      first.constant = kernels(
        weights, product.groups * moreRows, depth, rows, isFlipped.0, !isBatchFlipped.0,
        flips: false)
    }
    return try result(context, product, first, other, output: output)
  }

  /// Weights of `stacks` matrices with the kernels first; they are stored `depth x kernels` where it
  /// `flips`, the other way round where the node transposes as well.
  private static func kernels(
    _ weights: ImportedTensor, _ stacks: Int, _ depth: Int, _ kernels: Int, _ isFlipped: Bool,
    _ isPlain: Bool, flips: Bool
  ) -> ImportedTensor {
    let wanted = stacks == 1 ? [kernels, depth] : [stacks, kernels, depth]
    guard isPlain else { return weights.adding(.opaque("transposed batches"), shape: wanted) }
    guard flips != isFlipped else { return weights.adding(.reshape, shape: wanted) }
    let stored = stacks == 1 ? [depth, kernels] : [stacks, depth, kernels]
    return weights.adding(.reshape, shape: stored)
      .adding(.transpose(order: stacks == 1 ? [1, 0] : [0, 2, 1]), shape: wanted)
  }

  /// The shape with its last two extents exchanged, and the ones before moved behind the first.
  private static func flipped(_ shape: [Int], _ isFlipped: Bool, _ isBatchFlipped: Bool) -> [Int] {
    guard shape.count >= 2 else { return shape }
    var result = shape
    if isBatchFlipped, shape.count >= 3 {
      result = shape[1..<(shape.count - 1)] + [shape[0], shape[shape.count - 1]]
    }
    if isFlipped { result.swapAt(result.count - 1, result.count - 2) }
    return result
  }

  /// Weights of a few bits in blocks; their extents stand in the attributes `K` and `N`.
  private static func packed(_ context: NodeContext) throws(OperatorFault) -> NodeResult {
    let input = try context.shape(0)
    let depth = try context.integer("K", default: 0)
    let columns = try context.integer("N", default: 0)
    guard depth >= 1, columns >= 1 else {
      throw .wrong("attributes `K` and `N`: expected numbers from 1")
    }
    guard input.last == depth else {
      throw .wrong("an input of \(input), but attribute `K` is \(depth)")
    }
    let rows = try NodeContext.product(input.dropLast())
    let product = Product(groups: 1, rows: rows, depth: depth, columns: columns)
    var other = Product.Operand(index: 1)
    other.constant = (try context.input(1).constant ?? ImportedTensor(source: nil)).adding(
      .opaque(context.node.operatorName), shape: [columns, depth])
    return try result(
      context, product, Product.Operand(index: 0), other, output: input.dropLast() + [columns])
  }

  /// `rows x depth` times `depth x columns` as a layer that states what it reads.
  static func layer(rows: Int, depth: Int, columns: Int) -> LayerSpec {
    rows == 1
      ? LayerSpec(
        name: "", operator: .fullyConnected, input: [depth, 1, 1], outputChannels: columns)
      : LayerSpec(
        name: "", operator: .convolution, input: [depth, rows, 1], outputChannels: columns)
  }
}
