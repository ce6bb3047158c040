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

  /// The size of the parts where an extent is cut into as many as parts of `size` make, but evenly.
  static func evened(_ size: Int, of extent: Int, unit: Int) -> Int {
    let parts = quotient(extent, size)
    return min(extent, quotient(quotient(extent, unit), parts) * unit)
  }
}

/// The tile sizes that a search chooses from, each list from large to small.
struct TileSizes {
  /// Output pixels.
  let pixels: [Int]
  /// Output channels.
  let kernels: [Int]
  /// Input channels.
  let channels: [Int]

  /// The sizes of `nest` on an array with `traits`.
  ///
  /// Every even cut in whole granules; of the pixels any number of whole rows too, and of the channels
  /// those whose taps fill whole folds of the array but for less than one channel.
  init(_ nest: LoopNest, _ traits: LayerTraits) {
    let granule = traits.granule
    var strips = EvenCuts.sizes(of: nest.pixels, unit: granule.pixels)
    if granule.pixels < nest.outputColumns, nest.outputRows > 1 {
      let columns = nest.outputColumns
      strips += (1...nest.outputRows).map { $0 * columns }.filter {
        $0 >= granule.pixels && $0.isMultiple(of: granule.pixels)
      }
    }
    pixels = Self.falling(strips)
    kernels = EvenCuts.sizes(of: nest.kernels, unit: granule.kernels)
    var parts = EvenCuts.sizes(of: nest.channels, unit: granule.channels)
    if let rows = traits.foldRows, traits.leastChannels < granule.channels {
      let folds = quotient(nest.channels * nest.taps, rows)
      parts += EvenCuts.sizes(of: folds, unit: 1).map { min(nest.channels, $0 * rows / nest.taps) }
        .filter { $0 >= traits.leastChannels }
    }
    channels = Self.falling(parts)
  }

  private static func falling(_ sizes: [Int]) -> [Int] {
    var last = Int.max
    return sizes.sorted(by: >).filter { size in
      defer { last = size }
      return size != last
    }
  }
}
