internal import CostModel
internal import WeightAnalysis

/// Some columns of a block of filters and the patterns that their weights make there.
struct PatternTile {
  /// The columns of one filter that are added up with one sign.
  struct Row {
    let filter: Int
    /// Bit j for column j of the tile.
    let mask: UInt16
    let isNegative: Bool
  }

  let columns: Range<Int>
  let rows: [Row]
  /// The weights of each filter, where every one of them is added.
  let weights: [(filter: Int, values: [Int8])]
  /// Columns whose activations are loaded.
  let loaded: [Int]
  /// Whether nothing is done with it.
  let isZero: Bool
}

/// A block of filters that share pattern sums.
struct PatternBlock {
  let filters: Range<Int>
  let tiles: [PatternTile]
  /// Whether the sum of all activations is built beside it.
  let buildsTotal: Bool
  /// Whether results are twice the sum of the positive weights less the sum of all.
  let subtractsTotal: Bool
  private let bitsPerWeight: Int

  /// Cuts the columns of `filters` into tiles and reads the patterns off the weights.
  ///
  /// A tile ends with the sign region. Signed-binary has a row of non-zero weights for each filter,
  /// binary one of positive weights, ternary one of positive and one of negative weights, all the
  /// former first. The sum of all activations takes every column, so that the block which builds it
  /// has no dead ones.
  init(
    _ filters: Range<Int>, of tensor: QuantizedTensor, _ spec: SparseRepetitionArray.Spec,
    weight: (_ filter: Int, _ column: Int) -> Int8
  ) {
    self.filters = filters
    bitsPerWeight = tensor.scheme.bits
    subtractsTotal = tensor.scheme.patterns == .positive && spec.mode != .dense
    buildsTotal = subtractsTotal && filters.lowerBound == 0
    let skipsZeros = spec.mode == .sparse || spec.mode == .sparseRepetition
    let usesAll = !skipsZeros || buildsTotal
    let cuts = zip(tensor.regionBounds, tensor.regionBounds.dropFirst()).flatMap {
      ranges($0..<$1, spec.tileWidth)
    }
    tiles = cuts.map { columns in
      let weights = filters.map { filter in
        (filter: filter, values: columns.map { weight(filter, $0) })
      }
      let rows = Self.rows(weights, tensor.scheme.patterns)
      let used = rows.reduce(0 as UInt16) { $0 | $1.mask }
      let isZero = !usesAll && used == 0
      let loadsAll = usesAll || (spec.deadColumns == .loaded && !isZero)
      return PatternTile(
        columns: columns, rows: rows, weights: weights,
        loaded: columns.filter {
          loadsAll || used & 1 << UInt16($0 - columns.lowerBound) != 0
        }, isZero: isZero)
    }
  }

  /// Bits of weights that a tile reads; of zeros a bitmap has told.
  func weightBits(of tile: PatternTile) -> Int {
    tile.isZero ? 0 : filters.count * tile.columns.count * bitsPerWeight
  }

  private static func rows(
    _ weights: [(filter: Int, values: [Int8])], _ patterns: SignPatterns?
  ) -> [PatternTile.Row] {
    func rows(_ isNegative: Bool?, where isSet: (Int8) -> Bool) -> [PatternTile.Row] {
      weights.map { filter, values in
        var mask: UInt16 = 0
        for (bit, value) in values.enumerated() where isSet(value) { mask |= 1 << UInt16(bit) }
        return PatternTile.Row(
          filter: filter, mask: mask, isNegative: isNegative ?? values.contains { $0 < 0 })
      }
    }
    switch patterns {
    case .nonZero: return rows(nil) { $0 != 0 }
    case .positive: return rows(false) { $0 > 0 }
    case .positiveAndNegative: return rows(false) { $0 > 0 } + rows(true) { $0 < 0 }
    case nil: preconditionFailure("weights without sign patterns are multiplied")
    }
  }
}
