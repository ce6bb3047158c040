/// One filling of the multipliers of a sparse array, and the pixels that stream over it.
struct SparseIteration {
  /// A multiplier in use: a weight and its column, or the partial sum of an earlier fold.
  enum Slot {
    case weight(kernel: Int, column: Int)
    case partialSum(kernel: Int)
  }

  let slots: [Slot]
  /// Columns that a pixel's inputs are read of.
  let columns: Range<Int>
  /// Whether the sums of its kernels are finished.
  let isLast: Bool

  /// Fills the multipliers with the weights of `kernels` in their order.
  ///
  /// Whole kernels stand side by side, at most `limit` of them. One that is too long for all
  /// multipliers is folded and shares none of them; from its second fold on a slot is kept for the
  /// partial sum. Kernels read all columns; the folds of one divide them where a fold's weights end.
  static func pack(
    _ kernels: [(kernel: Int, columns: [Int])], multipliers: Int, limit: Int, columns: Int
  ) -> [SparseIteration] {
    var iterations: [SparseIteration] = []
    var packed: [Slot] = []
    var rows = 0
    func flush() {
      guard rows > 0 else { return }
      iterations.append(SparseIteration(slots: packed, columns: 0..<columns, isLast: true))
      (packed, rows) = ([], 0)
    }
    for (kernel, weights) in kernels where !weights.isEmpty {
      if packed.count + weights.count > multipliers || rows == limit { flush() }
      if weights.count > multipliers {
        iterations += folds(kernel, weights, multipliers: multipliers, columns: columns)
      } else {
        packed += weights.map { Slot.weight(kernel: kernel, column: $0) }
        rows += 1
      }
    }
    flush()
    return iterations
  }

  private static func folds(
    _ kernel: Int, _ weights: [Int], multipliers: Int, columns: Int
  ) -> [SparseIteration] {
    var folds: [SparseIteration] = []
    var left = weights[...]
    var first = 0
    while !left.isEmpty {
      let sums: [Slot] = folds.isEmpty ? [] : [.partialSum(kernel: kernel)]
      let fold = left.prefix(multipliers - sums.count)
      left = left.dropFirst(fold.count)
      let end = left.isEmpty ? columns : (fold.last ?? first) + 1
      folds.append(
        SparseIteration(
          slots: sums + fold.map { Slot.weight(kernel: kernel, column: $0) }, columns: first..<end,
          isLast: left.isEmpty))
      first = end
    }
    return folds
  }
}
