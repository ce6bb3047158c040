/// Exact additions of two operands, for each output pixel, that each way to compute a layer takes.
///
/// The sums that sparsity and repetition share are those of 0/1 masks. Signed-binary applies the
/// sign when it merges them, so that filters of both signs share them. Ternary pools the masks of
/// positive and negative weights. Binary uses Σ±x = 2 Σ_{positive} x - Σ x, which takes N - 1 + K
/// additions more, included in every mask mode (PLUM, arXiv 2312.01581; UCNN, arXiv 1804.06508).
public struct OperationCounts: Hashable, Sendable {
  /// The columns of a full tile, T.
  public let tileWidth: Int
  /// The tiles of one filter.
  public let tiles: Int
  /// D = K (N - 1), a dense dot product for each filter.
  public let dense: Int
  /// Z = Σ_k max(0, nnz_k - 1), zero weights skipped.
  public let sparse: Int
  /// R = Σ_t |U_t| (w_t - 1) + K (tiles - 1), U_t the distinct patterns with the zero pattern.
  ///
  /// Binary and ternary patterns are the signed ones; signed-binary patterns are masks.
  public let repetition: Int
  /// As `repetition`, where a pattern and its negation are one.
  ///
  /// Nil for signed-binary, whose patterns have no sign.
  public let mirroredRepetition: Int?
  /// Σ_t Σ_u (nnz(u) - 1) over signed patterns up to negation, and merges of non-zero tiles.
  ///
  /// Nil but for ternary.
  public let mirroredDirect: Int?
  /// Σ_t (2^w_t - 1 - w_t) for every pattern that could be, and merges without skipping.
  public let lookupTable: Int
  /// Greedy elimination of pairs in each tile; nil when it was not asked for.
  public let pairwise: Int?
  /// Σ_t Σ_{u in U_t} (pc(u) - 1), the builds of distinct non-zero masks by themselves.
  public let directBuild: Int
  /// Σ_t of closure nodes of two columns or more under dropping the highest column.
  public let trieHighestBuild: Int
  /// Σ_t of closure nodes of two columns or more under dropping the lowest column.
  public let trieLowestBuild: Int
  /// Σ_t Σ_u (pc(u) - pc(largest proper subset in U_t), or pc(u) - 1 without one).
  ///
  /// Nil when it was not asked for. The choice of parents is Prosperity's
  /// (dubcyfor3/Prosperity, HPCA 2025).
  public let subsetBuild: Int?
  /// Σ_k max(0, non-zero masks of filter k - 1).
  public let merges: Int
  /// N - 1 + K for binary, 0 otherwise.
  public let offsetAdditions: Int
  /// Σ_t of distinct non-zero masks.
  public let uniquePatterns: Int
  /// Σ_t of distinct masks with the zero mask.
  public let uniquePatternsWithZero: Int
  /// The non-zero masks of all filters and tiles, F.
  public let nonZeroPatterns: Int

  /// Counts a tiling.
  ///
  /// Largest subsets take time quadratic in the distinct masks of a tile and pairs more.
  public init(_ tiling: PatternTiling, subsets: Bool = true, pairwise: Bool = false) {
    self.init(tiling, subsets: subsets, pairwise: pairwise, allowsWords: true)
  }

  init(_ tiling: PatternTiling, subsets: Bool, pairwise: Bool, allowsWords: Bool) {
    let isBinary = tiling.signPatterns == .positive
    let isTernary = tiling.signPatterns == .positiveAndNegative
    let filters = tiling.filters.count
    let tileMerges = filters * (tiling.tiles - 1)
    var counter = TileCounter(
      tileWidth: tiling.tileWidth, countsSubsets: subsets, countsMirrors: isBinary,
      allowsWords: allowsWords)
    var signed = SignedPatternCounter(
      filters: isTernary ? filters : 0, tileWidth: tiling.tileWidth)
    var elimination = PairElimination()
    var sum = TileBuilds()
    var withZero = 0
    var repeated = 0
    var mirrored = 0
    var table = 0
    var pairs = 0
    tiling.patterns.withUnsafeBufferPointer { patterns in
      for (tile, width) in tiling.widths.enumerated() {
        let rows = UnsafeBufferPointer(
          rebasing: patterns[tile * tiling.rows..<(tile + 1) * tiling.rows])
        let builds = counter.count(rows, width: width)
        sum.nonZero += builds.nonZero
        sum.unique += builds.unique
        sum.direct += builds.direct
        sum.highest += builds.highest
        sum.lowest += builds.lowest
        sum.subset += builds.subset
        let distinct = builds.unique + (builds.hasZero ? 1 : 0)
        withZero += distinct
        table += 1 << width - 1 - width
        if isTernary {
          let counts = signed.count(rows)
          repeated += counts.distinct * (width - 1)
          mirrored += counts.mirrored * (width - 1)
        } else {
          repeated += distinct * (width - 1)
          mirrored += builds.mirrored * (width - 1)
        }
        if pairwise { pairs += elimination.additions(rows, width: width) }
      }
    }
    let size = tiling.filterSize
    tileWidth = tiling.tileWidth
    tiles = tiling.tiles
    dense = filters * (size - 1)
    sparse = isBinary ? dense : tiling.effectual.reduce(0) { $0 + max(0, $1 - 1) }
    repetition = repeated + tileMerges
    mirroredRepetition = isBinary || isTernary ? mirrored + tileMerges : nil
    offsetAdditions = isBinary ? size - 1 + filters : 0
    lookupTable =
      table + offsetAdditions + (isTernary ? filters * (2 * tiling.tiles - 1) : tileMerges)
    directBuild = sum.direct
    trieHighestBuild = sum.highest
    trieLowestBuild = sum.lowest
    subsetBuild = subsets ? sum.subset : nil
    merges = sum.nonZero - Self.filtersWithMask(tiling)
    mirroredDirect = isTernary ? signed.build + signed.nonZero - Self.filtersWithMask(tiling) : nil
    self.pairwise = pairwise ? pairs + merges + offsetAdditions : nil
    uniquePatterns = sum.unique
    uniquePatternsWithZero = withZero
    nonZeroPatterns = sum.nonZero
  }

  /// Counts a tensor at one tile width.
  ///
  /// Throws `WeightError.tileWidth` for a width outside 1 to 16.
  public init(
    _ tensor: QuantizedTensor, tileWidth: Int, subsets: Bool = true, pairwise: Bool = false
  ) throws(WeightError) {
    self.init(
      try PatternTiling(tensor, tileWidth: tileWidth), subsets: subsets, pairwise: pairwise)
  }

  /// The filters with a non-zero mask: for binary, with a positive weight.
  private static func filtersWithMask(_ tiling: PatternTiling) -> Int {
    guard tiling.signPatterns == .positive else { return tiling.effectual.count { $0 > 0 } }
    var used = Array(repeating: false, count: tiling.rows)
    for tile in 0..<tiling.tiles {
      for (row, pattern) in tiling.patterns(tile: tile).enumerated() where pattern != 0 {
        used[row] = true
      }
    }
    return used.count { $0 }
  }
}
