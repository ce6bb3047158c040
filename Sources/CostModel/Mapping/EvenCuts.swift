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

  /// The same without most of the small sizes: those of up to `parts` parts, then each at most seven eighths
  /// of the one before.
  static func thinned(_ extent: Int, unit: Int, parts: Int) -> [Int] {
    var last = Int.max
    let sizes = sizes(of: extent, unit: unit)
    return sizes.filter { size in
      guard quotient(extent, size) <= parts || size <= last / 8 * 7 || size == sizes.last else {
        return false
      }
      last = size
      return true
    }
  }

  /// Parts of a `granule`: all of up to 16 units, else a half, a quarter and so on, and three quarters of
  /// each, down to a `unit`.
  static func below(_ granule: Int, unit: Int) -> [Int] {
    if granule <= 16 * unit { return Array(stride(from: unit, to: granule, by: unit)) }
    var sizes: Set<Int> = []
    var size = granule
    while size > unit {
      sizes.insert(max(unit, size * 3 / 4 / unit * unit))
      size = max(unit, size / 2 / unit * unit)
      sizes.insert(size)
    }
    return Array(sizes)
  }

  /// The size of the parts where an extent is cut into as many as parts of `size` make, but evenly.
  static func evened(_ size: Int, of extent: Int, unit: Int) -> Int {
    let parts = quotient(extent, size)
    return min(extent, quotient(quotient(extent, unit), parts) * unit)
  }
}

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
