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
/// With `n` tiles at most, one for each granule of the array, and transfers of `b` bits in all, the
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

  /// Bounds `groups` groups like `nest`, with `overhead` cycles beside them.
  init(
    _ nest: LoopNest, groups: Int, on datapath: any Datapath, _ memory: MemoryModel,
    overhead: Cycles
  ) {
    let granule = datapath.granule(of: nest)
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
    let bits = (
      input: Double(memory.precision.input.count) * rows * Double(nest.inputColumns) * channels,
      weight: Double(max(memory.precision.weight.count, nest.weightFormat?.bits ?? 0) + 1)
        * nest.weightCount * strips,
      output: Double(memory.precision.output.count) * Double(nest.pixels)
        * (Double(nest.kernels) + blocks * Double(memory.transfers.output.channelAlignment - 1))
    )
    let transfers =
      memory.inputRate.bound(bits: bits.input) + memory.weightRate.bound(bits: bits.weight)
      + memory.outputRate.bound(bits: bits.output)
    let tiles = strips * blocks * pieces
    // A count is turned into bits of at most 64 per element, a bound of cycles is given as a 64th.
    let counts = datapath.largestCount(of: nest) * 64
    let perTile = Double(datapath.preload?.cycles ?? 0) + 4
    let moved = bits.input + bits.weight + bits.output
    largest =
      2 * Double(groups) * (counts + transfers + moved + tiles * perTile) + Double(overhead.count)
  }

  /// Tiles of one group under `mapping`.
  static func tiles(of nest: LoopNest, _ mapping: Mapping) -> Double {
    folds(Double(nest.pixels), mapping.tile.pixels)
      * folds(Double(nest.kernels), mapping.tile.kernels)
      * folds(Double(nest.channels), mapping.tile.channels)
  }
}

extension BytesPerCycle {
  /// Cycles that `bits` take at most, in floating point.
  fileprivate func bound(bits: Double) -> Double {
    bytes == 0 ? 0 : bits / 8 * Double(cycles) / Double(bytes)
  }
}

extension LoopNest {
  /// Weights of a group.
  fileprivate var weightCount: Double { Double(kernels) * reduction }
  /// Weights of a kernel.
  fileprivate var reduction: Double {
    Double(channels) * Double(kernelRows) * Double(kernelColumns)
  }
  /// Multiply-accumulates of a group.
  fileprivate var products: Double { weightCount * Double(outputRows) * Double(outputColumns) }
}

/// `extent` over `side`, rounded up.
private func folds(_ extent: Double, _ side: Int) -> Double {
  (extent / Double(side)).rounded(.up)
}

extension DotProductArray {
  /// Blocks of kernels x passes x what a pass sweeps, its overhead once a row at most; every lane
  /// reads in a sweep, and each pass reads and writes every sum.
  public func largestCount(of nest: LoopNest) -> Double {
    let rows = Double(nest.outputRows)
    let swept =
      spec.sweep == .outputPixels
      ? rows * folds(Double(nest.outputColumns), spec.pixels)
      : (rows * Double(max(nest.rows.stride, nest.rows.span))
        + Double(nest.batch) * Double(nest.rows.padded)) * Double(nest.columns.padded)
    let block = nest.isDepthwise ? spec.depthwiseChannels : spec.outputChannels
    let blocks = folds(Double(nest.kernels), block)
    let taps = Double(nest.taps)
    // No array needs more passes than one for each block of channels and group of taps; where taps
    // fill slots of their own, no more than one for each.
    let passes =
      spec.channelAugmentation
      ? nest.reduction : folds(Double(nest.channels), spec.inputChannels) * folds(taps, spec.taps)
    let reads =
      swept * Double(spec.pixels) * nest.reduction
      * (nest.isDepthwise ? Double(nest.kernels) : blocks)
    let sums = rows * Double(nest.outputColumns) * Double(nest.kernels) * passes
    let cycles = blocks * passes * (swept + rows * Double(spec.passOverhead.count))
    return max(cycles / 64, reads, sums, 4 * nest.products)
  }
}

extension SystolicArray {
  /// Folds x (what streams + filling and draining), each streamed element in a tile of its own at
  /// worst; folds over kernels or pixels read the other operand again, folds over the reduction the
  /// sums.
  public func largestCount(of nest: LoopNest) -> Double {
    let pixels = Double(nest.outputRows) * Double(nest.outputColumns)
    let kernels = Double(nest.kernels)
    let granule = granule(of: nest)
    let reductionFolds =
      folds(Double(nest.channels), granule.channels)
      * folds(Double(granule.channels) * Double(nest.taps), spec.rows)
    let sums = pixels * kernels * reductionFolds
    let (cycles, reads): (Double, Double)
    switch spec.dataflow {
    case .outputStationary:
      let (rows, columns) = (folds(pixels, spec.rows), folds(kernels, spec.columns))
      cycles = rows * columns * nest.reduction
      reads = max(pixels * nest.reduction * columns, nest.reduction * kernels * rows)
    case .weightStationary:
      let columns = folds(kernels, spec.columns)
      cycles = reductionFolds * columns * pixels
      reads = max(pixels * nest.reduction * columns, sums)
    case .inputStationary:
      let columns = folds(pixels, spec.columns)
      cycles = reductionFolds * columns * kernels
      reads = max(kernels * nest.reduction * columns, sums)
    }
    let perFold = Double(2 * spec.rows + spec.columns + 6)
    return max(cycles * perFold / 64, reads, 4 * nest.products)
  }
}

extension SparseGEMMArray {
  /// Fillings of the multipliers, each as many turns a pixel as share a port, with the depth of the
  /// tree; a pixel may be a tile of its own.
  public func largestCount(of nest: LoopNest) -> Double {
    let pixels = Double(nest.outputRows) * Double(nest.outputColumns)
    let fillings = Double(nest.kernels) * folds(nest.reduction, max(1, spec.multipliers - 1))
    let turns = folds(Double(spec.multipliers), spec.distributionBandwidth)
    let deliveries = 4 * nest.products + 2 * fillings * pixels
    return max(fillings * pixels * (2 * turns + 64) / 64, deliveries)
  }
}

extension SparseRepetitionArray {
  /// Every product is at most one addition to a sum, which takes registers of up to 41 activations'
  /// width, and every pattern of a filter at most 12 additions that build it.
  public func largestCount(of nest: LoopNest) -> Double { 256 * nest.products }
}

extension RowStationaryArray {
  /// Passes of one kernel, channel, kernel row and output row: weights, columns of the input as high
  /// as the kernel, windows and sums.
  public func largestCount(of nest: LoopNest) -> Double {
    8 * Double(nest.kernels) * nest.reduction * Double(nest.kernelRows)
      * Double(nest.outputRows) * (Double(nest.outputColumns) + 1)
  }
}
