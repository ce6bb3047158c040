/// The additions of a layer written out: builds of partial sums tile by tile, then merges.
///
/// The plan is the data-flow graph that `OperationCounts` counts, so that executing it proves the
/// counts. Weights do not depend on the pixel, and one plan serves every pixel (the offline graph
/// and online traversal of SumMerge, Prabhakar et al., ICS 2021, with our own builds).
public struct ReusePlan: Sendable {
  /// The sum of two operands.
  ///
  /// An operand below N is an input column, and N + i is the result of addition i.
  public struct Addition: Hashable, Sendable {
    /// The first operand.
    public let left: Int32
    /// The second operand.
    public let right: Int32
  }

  /// A partial sum that a filter's output takes or subtracts.
  ///
  /// The sign is applied here, so that filters of both signs share a partial sum.
  public struct Term: Hashable, Sendable {
    /// The operand, an input column or an addition.
    public let operand: Int32
    /// Whether the operand is subtracted.
    public let isNegative: Bool
  }

  /// The order of the builds.
  public let order: BuildOrder
  /// The input columns, N.
  public let inputs: Int
  /// The additions in an order in which they can run.
  public let additions: [Addition]
  /// The first addition of each tile and, last, the end of the tiles' additions.
  ///
  /// The additions after it sum all inputs, for binary alone.
  public let tileBounds: [Int]
  /// The merged partial sums, filter after filter.
  public let terms: [Term]
  /// The first term of each filter and, last, the end.
  public let termBounds: [Int]
  /// The sum of all inputs for binary, whose outputs are 2 · merged - total; nil otherwise.
  public let total: Int32?

  /// Writes out the additions of a tiling.
  ///
  /// Their number is that of `OperationCounts` for the same order.
  public init(_ tiling: PatternTiling, order: BuildOrder) {
    var builder = PlanBuilder(inputs: tiling.filterSize, tileWidth: tiling.tileWidth)
    var bounds = [0]
    var merged = Array(repeating: [Term](), count: tiling.filters.count)
    for tile in 0..<tiling.tiles {
      let patterns = tiling.patterns(tile: tile)
      builder.build(patterns, start: tiling.starts[tile], order: order)
      for (row, pattern) in patterns.enumerated() where pattern != 0 {
        merged[row % tiling.filters.count].append(
          Term(
            operand: builder.operand(of: pattern),
            isNegative: tiling.isNegative(row: row, tile: tile)))
      }
      bounds.append(builder.additions.count)
    }
    total = tiling.signPatterns == .positive ? builder.sumInputs() : nil
    self.order = order
    inputs = tiling.filterSize
    additions = builder.additions
    tileBounds = bounds
    terms = merged.flatMap { $0 }
    var end = 0
    termBounds =
      [0]
      + merged.map { terms in
        end += terms.count
        return end
      }
  }

  /// The filters, K.
  ///
  /// Each has one output.
  public var filters: Int { termBounds.count - 1 }

  /// The additions and merges for each pixel.
  ///
  /// For binary each filter has one more, which subtracts the total.
  public var additionCount: Int {
    var count = additions.count + (total == nil ? 0 : filters)
    for filter in 0..<filters {
      count += max(0, termBounds[filter + 1] - termBounds[filter] - 1)
    }
    return count
  }
}
