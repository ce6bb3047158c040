internal import Networks
internal import Units

/// The tile sizes that a search chooses from, each list from large to small.
struct TileSizes {
  /// Output pixels; the places of those in whole rows, and of the others.
  let pixels: [Int]
  let rows: [Int]
  let ragged: [Int]
  /// Output channels.
  let kernels: [Int]
  /// Input channels.
  let channels: [Int]

  /// The sizes of `nest` on an array with `traits`.
  ///
  /// Of whole granules all multiples where there are up to 16, else even cuts, those of more than 32 parts
  /// thinned as `EvenCuts.thinned` says; parts of one granule, see `EvenCuts.below`; of the channels also those
  /// whose taps fill whole folds of the array but for less than one channel. Strips are cut finer: any number
  /// of whole rows up to 256, and even cuts of up to 512 parts.
  init(_ nest: LoopNest, _ traits: LayerTraits) {
    let (unit, granule, columns) = (traits.unit, traits.granule, nest.outputColumns)
    var strips = Self.cuts(nest.pixels, unit.pixels, granule.pixels, few: 16, parts: 512)
    if columns.isMultiple(of: unit.pixels) {
      strips += Self.multiples(nest.outputRows, 1, few: 256, parts: 512).map { $0 * columns }
    }
    let falling = Self.falling(strips)
    pixels = falling
    rows = falling.indices.filter { falling[$0].isMultiple(of: columns) }
    ragged = falling.indices.filter { !falling[$0].isMultiple(of: columns) }
    kernels = Self.falling(Self.cuts(nest.kernels, unit.kernels, granule.kernels))
    var parts = Self.cuts(nest.channels, unit.channels, granule.channels)
    if let rows = traits.foldRows {
      let folds = quotient(nest.channels * nest.taps, rows)
      parts += Self.multiples(folds, 1).map { min(nest.channels, $0 * rows / nest.taps) }
        .filter { $0 > 0 }
    }
    channels = Self.falling(parts)
  }

  private static func cuts(
    _ extent: Int, _ unit: Int, _ granule: Int, few: Int = 16, parts: Int = 32
  ) -> [Int] {
    multiples(extent, granule, few: few, parts: parts)
      + EvenCuts.below(min(granule, extent), unit: unit)
  }

  /// Few multiples of `granule`, or the even cuts in it.
  private static func multiples(
    _ extent: Int, _ granule: Int, few: Int = 16, parts: Int = 32
  ) -> [Int] {
    let count = quotient(extent, granule)
    return count <= few
      ? (1...count).map { min(extent, $0 * granule) }
      : EvenCuts.thinned(extent, unit: granule, parts: parts)
  }

  private static func falling(_ sizes: [Int]) -> [Int] {
    var last = Int.max
    return sizes.sorted(by: >).filter { size in
      defer { last = size }
      return size != last
    }
  }
}
