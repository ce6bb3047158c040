internal import Networks
internal import Units

/// Sizes that an extent is cut into.
enum EvenCuts {
  /// For every number of parts the size that makes them as even as whole `unit`s allow, all of the
  /// extent first; parts of one size are named once.
  static func sizes(of extent: Int, unit: Int) -> [Int] {
    let units = quotient(extent, unit)
    var sizes: [Int] = []
    var size = units
    while size > 0 {
      sizes.append(min(extent, size * unit))
      guard size > 1 else { break }
      size = quotient(units, quotient(units, size - 1))
    }
    return sizes
  }

  /// `sizes` of `extent` without most of the small ones where there are more than `limit`: those of up to
  /// 64 parts, then each at most seven eighths of the one before.
  static func thinned(_ sizes: [Int], of extent: Int, limit: Int) -> [Int] {
    guard sizes.count > limit else { return sizes }
    var last = Int.max
    return sizes.filter { size in
      guard size >= extent / 64 || size <= last / 8 * 7 || size == sizes.last else { return false }
      last = size
      return true
    }
  }

  /// The size of the parts where an extent is cut into as many as parts of `size` make, but evenly.
  static func evened(_ size: Int, of extent: Int, unit: Int) -> Int {
    let parts = quotient(extent, size)
    return min(extent, quotient(quotient(extent, unit), parts) * unit)
  }
}

/// The tile sizes that a search chooses from, each list from large to small.
struct TileSizes {
  /// Sizes along one loop.
  struct Blocks {
    let size: Int
    /// Whether they fill the array as well as any.
    let isWhole: Bool
  }

  /// Output pixels, those in whole rows, and the others.
  let pixels: [Int]
  let rows: [Int]
  let ragged: [Int]
  /// Output channels.
  let kernels: [Blocks]
  /// Input channels.
  let channels: [Blocks]

  /// The sizes of `nest` on an array with `traits`.
  ///
  /// Every even cut in units of the array, and each of these rounded up to whole granules; of kernels and
  /// channels also any number of granules where there are up to 64 of them; of the pixels
  /// also any number of whole rows, and of the channels those whose taps fill whole folds of the array
  /// but for less than one channel. Very large extents leave out most of the small sizes, see
  /// `EvenCuts.thinned`.
  init(_ nest: LoopNest, _ traits: LayerTraits) {
    let (unit, granule, columns) = (traits.unit, traits.granule, nest.outputColumns)
    var strips = Self.cuts(nest.pixels, unit.pixels, granule.pixels, limit: 1024)
    if columns.isMultiple(of: unit.pixels), nest.outputRows > 1 {
      let rows = Array((1...min(nest.outputRows, 65_536)).reversed())
      strips += EvenCuts.thinned(rows, of: nest.outputRows, limit: 1024).map { $0 * columns }
    }
    let falling = Self.falling(strips)
    pixels = falling
    rows = falling.indices.filter { falling[$0].isMultiple(of: columns) }
    ragged = falling.indices.filter { !falling[$0].isMultiple(of: columns) }
    kernels = Self.falling(
      Self.cuts(nest.kernels, unit.kernels, granule.kernels)
        + Self.multiples(nest.kernels, granule.kernels)
    ).map {
      Blocks(
        size: $0, isWhole: $0 == nest.kernels || $0.isMultiple(of: granule.kernels))
    }
    var folds: Set<Int> = []
    if let rows = traits.foldRows {
      let count = quotient(nest.channels * nest.taps, rows)
      folds = Set(
        EvenCuts.sizes(of: count, unit: 1).map { min(nest.channels, $0 * rows / nest.taps) }
          .filter { $0 > 0 })
    }
    let parts =
      Self.cuts(nest.channels, unit.channels, granule.channels) + folds
      + Self.multiples(nest.channels, granule.channels)
    channels = Self.falling(parts).map {
      Blocks(
        size: $0,
        isWhole: $0 == nest.channels || $0.isMultiple(of: granule.channels) || folds.contains($0))
    }
  }

  /// All multiples of a granule, where they are no more than 64.
  private static func multiples(_ extent: Int, _ granule: Int) -> [Int] {
    let count = quotient(extent, granule)
    return count <= 64 ? (1...count).map { min(extent, $0 * granule) } : []
  }

  /// Even cuts in units, and rounded up to granules.
  private static func cuts(
    _ extent: Int, _ unit: Int, _ granule: Int, limit: Int = 256
  ) -> [Int] {
    let even = EvenCuts.thinned(
      EvenCuts.sizes(of: extent, unit: unit), of: extent, limit: limit)
    guard unit < granule else { return even }
    return even + even.map { min(extent, quotient($0, granule) * granule) }
  }

  private static func falling(_ sizes: [Int]) -> [Int] {
    var last = Int.max
    return sizes.sorted(by: >).filter { size in
      defer { last = size }
      return size != last
    }
  }
}
