/// The masks of one layer cut into tiles of T columns, one 16-bit pattern for each row and tile.
///
/// A tile's patterns lie together, so that one pass finds the repeated ones. Signed-binary has a
/// row of non-zero weights for each filter, because the sign is applied when partial sums are
/// merged; binary has a row of positive weights (see `OperationCounts`); ternary has a row of
/// positive and a row of negative weights for each filter, K rows of the first before K of the
/// second (PLUM, arXiv 2312.01581; UCNN, arXiv 1804.06508).
public struct PatternTiling: Sendable {
  /// The alphabet of the weights.
  public let scheme: QuantizationScheme
  /// How the patterns tell the weights.
  let signPatterns: SignPatterns
  /// The columns of a full tile, T.
  public let tileWidth: Int
  /// The filters that are tiled.
  public let filters: Range<Int>
  /// The columns of a filter, N.
  public let filterSize: Int
  /// The first column of each tile.
  public let starts: [Int]
  /// The columns of each tile: T, or fewer where a sign region ends.
  public let widths: [Int]
  /// The rows of patterns: the filters, twice for ternary.
  public let rows: Int
  /// The patterns, bit j for column j of the tile, at tile · rows + row.
  public let patterns: [UInt16]
  /// The effectual weights of each filter.
  let effectual: [Int]
  /// The sign region of each tile.
  let regions: [Int]
  /// The sign of each region of each tiled filter.
  let signs: [Int8]

  /// Cuts the masks of a tensor, or of a block of its filters, into tiles.
  ///
  /// Throws `WeightError` for a width outside 1 to 16, filters that are not in the tensor, or an
  /// alphabet without sign patterns.
  public init(
    _ tensor: QuantizedTensor, tileWidth: Int, filters: Range<Int>? = nil
  ) throws(WeightError) {
    guard (1...16).contains(tileWidth) else { throw .tileWidth(tileWidth) }
    let filters = filters ?? 0..<tensor.shape.kernels
    guard !filters.isEmpty, filters.lowerBound >= 0, filters.upperBound <= tensor.shape.kernels
    else {
      throw .setting(
        name: "filters", message: "expected some of the \(tensor.shape.kernels) filters")
    }
    guard let read = tensor.scheme.patterns else { throw .noPatterns(tensor.scheme) }
    scheme = tensor.scheme
    signPatterns = read
    self.tileWidth = tileWidth
    self.filters = filters
    filterSize = tensor.shape.filterSize
    var starts: [Int] = []
    var widths: [Int] = []
    var regions: [Int] = []
    for region in 0..<tensor.regionBounds.count - 1 {
      let end = tensor.regionBounds[region + 1]
      for start in stride(from: tensor.regionBounds[region], to: end, by: tileWidth) {
        starts.append(start)
        widths.append(min(tileWidth, end - start))
        regions.append(region)
      }
    }
    self.starts = starts
    self.widths = widths
    self.regions = regions
    let regionCount = tensor.regionBounds.count - 1
    signs = Array(
      tensor.signs[filters.lowerBound * regionCount..<filters.upperBound * regionCount])
    effectual = filters.map { tensor.effectual(filter: $0) }
    rows = read == .positiveAndNegative ? 2 * filters.count : filters.count
    patterns = Self.cut(
      tensor, read, filters: filters, starts: starts, widths: widths, rows: rows)
  }

  /// The tiles of one filter.
  ///
  /// The last may be narrower than T.
  public var tiles: Int { starts.count }

  /// The patterns of one tile, in the order of the rows.
  ///
  /// Tiles are numbered from 0.
  public func patterns(tile: Int) -> ArraySlice<UInt16> {
    patterns[tile * rows..<(tile + 1) * rows]
  }

  /// Whether the partial sum of a row is subtracted from its filter's.
  func isNegative(row: Int, tile: Int) -> Bool {
    guard signPatterns != .positiveAndNegative else { return row >= filters.count }
    let regionCount = signs.count / filters.count
    return signs[row * regionCount + regions[tile]] < 0
  }

  private static func cut(
    _ tensor: QuantizedTensor, _ read: SignPatterns, filters: Range<Int>, starts: [Int],
    widths: [Int], rows: Int
  ) -> [UInt16] {
    let count = starts.count * rows
    return [UInt16](unsafeUninitializedCapacity: count) { buffer, initialized in
      for (offset, filter) in filters.enumerated() {
        let words = filter * tensor.wordsPerFilter..<(filter + 1) * tensor.wordsPerFilter
        switch read {
        case .positive:
          cut(tensor.positive[words], nil, starts, widths, buffer, offset, rows)
        case .nonZero:
          cut(tensor.positive[words], tensor.negative[words], starts, widths, buffer, offset, rows)
        case .positiveAndNegative:
          cut(tensor.positive[words], nil, starts, widths, buffer, offset, rows)
          cut(
            tensor.negative[words], nil, starts, widths, buffer, offset + filters.count, rows)
        }
      }
      initialized = count
    }
  }

  /// Writes one row's pattern into each tile.
  private static func cut(
    _ words: ArraySlice<UInt64>, _ others: ArraySlice<UInt64>?, _ starts: [Int], _ widths: [Int],
    _ buffer: UnsafeMutableBufferPointer<UInt16>, _ row: Int, _ rows: Int
  ) {
    words.withUnsafeBufferPointer { words in
      (others ?? []).withUnsafeBufferPointer { others in
        let either = others.count == words.count
        for tile in 0..<starts.count {
          let start = starts[tile]
          let width = widths[tile]
          let word = start >> 6
          let shift = UInt64(start & 63)
          var bits = (either ? words[word] | others[word] : words[word]) &>> shift
          if start & 63 + width > 64 {
            let next = either ? words[word + 1] | others[word + 1] : words[word + 1]
            bits |= next &<< (64 &- shift)
          }
          let pattern = UInt16(truncatingIfNeeded: bits) & (UInt16.max &>> UInt16(16 &- width))
          buffer[tile &* rows &+ row] = pattern
        }
      }
    }
  }
}
