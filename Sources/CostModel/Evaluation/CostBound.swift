internal import Architectures
internal import Networks
internal import Units
internal import WeightAnalysis

/// The most that any count of a layer on a design can reach, so that integers that cannot hold it are
/// never formed.
///
/// `LayerLimits` bounds the layer alone; what the array's folds, the links' rates and a batch make of
/// it is bounded here, in floating point, before the first integer is computed. A layer is carried
/// out only where the bound is at most 2^62. Every count of a layer is then below 2^62, and the sums
/// and differences of two of them that the model forms on the way below 2^63.
///
/// With `n` tiles at most, one for each granule of the array or unit of it, and transfers of `b` bits in all, the
/// time stamps of a layer's tiles never pass `computation + transfers + n (preload + 1)`, since each
/// tile adds its computation, its loads, its store and its preload to them at most once each; where
/// a transfer streams, the end of its tile is at most the later of both. `largest` takes twice that.
struct CostBound {
  /// The largest bound that is carried out.
  static let limit = 0x1p62
  /// The most tiles that are walked one by one: seconds, not hours.
  static let tiles = 1 << 24

  /// The bound.
  let largest: Double

  /// Bounds `groups` groups like `nest`, whose traits on `datapath` are these, with `overhead` cycles
  /// beside them; `cutsGranules` where tiles may be parts of a granule.
  init(
    _ nest: LoopNest, groups: Int, _ traits: LayerTraits, on datapath: any Datapath,
    _ memory: MemoryModel, cutsGranules: Bool, moves: MapMoves?, overhead: Cycles,
    compute: Double = 1
  ) {
    var granule = cutsGranules ? traits.unit : traits.granule
    granule.channels = min(granule.channels, traits.leastChannels)
    let strips = folds(Double(nest.pixels), max(granule.pixels, 1))
    let blocks = folds(Double(nest.kernels), max(granule.kernels, 1))
    let pieces = folds(Double(nest.channels), max(granule.channels, 1))
    // Layout padding is added to each piece of the channels, or block of kernels, that is moved.
    let inputs = memory.transfers.input.channelAlignment - 1
    let channels =
      nest.isDepthwise
      ? Double(nest.kernels) + blocks * Double(inputs)
      : (Double(nest.channels) + pieces * Double(inputs)) * blocks
    // Strips overlap by less than a window; where rows are not left out, they hold those between.
    let rows =
      Double(nest.outputRows) * Double(max(nest.rows.stride, nest.kernelRows))
      + strips * Double(nest.rows.span) + Double(nest.batch) * Double(nest.inputRows)
    // Maps that are pooled on the way are larger, and terms, factors and further results come on top.
    let (pooling, beside) = Self.moved(moves, nest)
    let bits = (
      input: Double(memory.precision.input.count)
        * (rows * Double(nest.inputColumns) * channels * pooling + beside),
      weight:
        (max(Double(memory.precision.weight.count), nest.weightFormat?.bitsPerWeight ?? 0) + 1)
        * nest.weightCount * strips,
      output: Double(memory.precision.output.count) * Double(nest.pixels)
        * (Double(nest.kernels) + blocks * Double(memory.transfers.output.channelAlignment - 1))
        + Double(memory.precision.output.count) * beside
    )
    let tiles = strips * blocks * pieces
    // Codes may make maps longer, and coders may be slower than links.
    let coded = (
      input: bits.input * max(1, nest.inputCode?.share ?? 1, nest.besideCode?.share ?? 1) + tiles,
      output: bits.output * max(1, nest.outputCode?.share ?? 1) + tiles
    )
    var transfers =
      max(
        memory.inputRate.bound(bits: coded.input),
        memory.transfers.input.coder.bound(bits: bits.input))
      + memory.weightRate.bound(bits: bits.weight * max(1, nest.weightCode?.share ?? 1))
      + (nest.weightCode?.coder.bound(bits: bits.weight) ?? 0)
      + max(
        memory.outputRate.bound(bits: coded.output),
        memory.transfers.output.coder.bound(bits: bits.output))
    // A count is turned into bits of at most 64 per element, a bound of cycles is given as a 64th.
    // A decoder before the array gives a weight each cycle at least.
    let counts = datapath.largestCount(of: nest, granule: granule) * 64 / compute
    let perTile = Double(traits.preload?.cycles ?? 0) + 4
    var moved =
      coded.input + bits.weight * max(1, nest.weightCode?.share ?? 1) + coded.output
    // A level moves no more than all tiles of the array together.
    for level in memory.transfers.levels { transfers += level.rate.bound(bits: moved) }
    moved *= Double(1 + memory.transfers.levels.count)
    largest =
      2 * Double(groups) * (counts + transfers + moved + tiles * perTile) + Double(overhead.count)
  }

  /// How many elements are read at most for one of the input, and how many are moved beside.
  private static func moved(_ moves: MapMoves?, _ nest: LoopNest) -> (Double, Double) {
    guard let moves else { return (1, 0) }
    var pooling = Double(moves.input.all) / Double(max(moves.taken, 1)) + 1
    if let windows = moves.windows {
      // Rows of windows overlap like those of the layer, on a map that is as much longer.
      pooling =
        Double(max(windows.rows.stride, windows.rows.kernel))
        * (Double(windows.columns.extent) / Double(max(nest.inputColumns, 1)) + 1)
    }
    let written = Double(moves.result.all) + Double(moves.vectors.all)
    return (pooling, Double(moves.terms.all) + Double(moves.factors.all) + written)
  }

  /// Tiles of one group under `mapping`.
  static func tiles(of nest: LoopNest, _ mapping: Mapping) -> Double {
    tiles(of: nest, mapping.tile)
  }

  /// Tiles of one group that are like `tile`.
  static func tiles(of nest: LoopNest, _ tile: Tile) -> Double {
    folds(Double(nest.pixels), tile.pixels) * folds(Double(nest.kernels), tile.kernels)
      * folds(Double(nest.channels), tile.channels)
  }
}

extension BytesPerCycle {
  /// Cycles that `bits` take at most, in floating point.
  func bound(bits: Double) -> Double {
    bytes == 0 ? 0 : bits / 8 * Double(cycles) / Double(bytes)
  }
}
