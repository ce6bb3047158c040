/// An arithmetic reduction D/ops as the product of what sparsity gives and what repetition adds.
///
/// D/ops = (D/Z) (Z/ops). The synergy (D/ops) / ((D/Z) (D/R)) is below 1 when sparsity and
/// repetition compete, the trade-off of PLUM (arXiv 2312.01581). A ratio of 0 to 0 is 1.
public struct ReuseDecomposition: Hashable, Sendable {
  /// D/ops, additions alone.
  public let reduction: Double
  /// D/Z, the gain of skipping zeros.
  public let sparsity: Double
  /// Z/ops, what repetition adds to it.
  public let reuseOverSparsity: Double
  /// D/R, the gain of repetition alone.
  public let repetition: Double
  /// (D/ops) / ((D/Z) (D/R)).
  public let synergy: Double

  init(counts: OperationCounts, additions: Int) {
    reduction = Self.ratio(counts.dense, additions)
    sparsity = Self.ratio(counts.dense, counts.sparse)
    reuseOverSparsity = Self.ratio(counts.sparse, additions)
    repetition = Self.ratio(counts.dense, counts.repetition)
    synergy = reuseOverSparsity * Self.ratio(counts.repetition, counts.dense)
  }

  /// The reduction 2 K N / (multiplications + additions) that counts both operations.
  ///
  /// One multiplication for each filter applies a scale; the released signed-binary has none.
  public static func multiplyAddReduction(
    shape: FilterShape, additions: Int, multiplications: Int
  ) -> Double {
    ratio(2 * shape.count, additions + multiplications)
  }

  private static func ratio(_ numerator: Int, _ denominator: Int) -> Double {
    guard denominator == 0 else { return Double(numerator) / Double(denominator) }
    return numerator == 0 ? 1 : .infinity
  }
}
