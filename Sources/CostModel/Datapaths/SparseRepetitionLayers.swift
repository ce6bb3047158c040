internal import Networks
internal import WeightAnalysis

/// A layer of quantized weights on a sparse-repetition engine, each block of its filters counted.
final class CountedFiltersLayer: PreparedLayer {
  private let spec: SparseRepetitionArray.Spec
  private let nest: LoopNest
  private let blocks: [FilterBlockCost]
  let traits: LayerTraits

  /// Tiles are one group of pixels and one block of filters, with all channels.
  init(spec: SparseRepetitionArray.Spec, nest: LoopNest, weights: QuantizedTensor) {
    self.spec = spec
    self.nest = nest
    var counter = FilterBlockCounter(spec)
    blocks = stride(from: 0, to: nest.kernels, by: spec.filterBlock).map { first in
      counter.cost(of: first..<min(first + spec.filterBlock, nest.kernels), in: weights)
    }
    var traits = LayerTraits(
      granule: Tile(
        pixels: min(nest.pixels, spec.pixels), kernels: min(nest.kernels, spec.filterBlock),
        channels: nest.channels))
    traits.dependsOnWeights = spec.mode != .dense
    self.traits = traits
  }

  /// Groups of pixels x cycles of the block.
  func execute(_ tile: Tile, part: ChannelPart) -> TileExecution {
    let groups = quotient(tile.pixels, spec.pixels)
    var run = TileExecution()
    run.counts[.outputWrites] = tile.pixels * tile.kernels
    run.counts[.macs] = tile.pixels * tile.kernels * tile.channels * nest.taps
    let last = tile.firstKernel + tile.kernels - 1
    for block in blocks[tile.firstKernel / spec.filterBlock...last / spec.filterBlock] {
      run.timing.cycles += groups * block.cycles
      run.counts[.weightReads] += groups * block.weightReads
      run.counts[.laneOperations] += tile.pixels * (block.builds + block.merges)
      run.counts[.narrowAdditions] += tile.pixels * block.builds
      run.counts[.additions] += tile.pixels * block.merges
      run.counts[.inputReads] += tile.pixels * block.activationLoads
      run.counts[.registerAccesses] += tile.pixels * block.registerAccesses
      run.counts[.localReads] += tile.pixels * block.patternReads
      run.counts[.localWrites] += tile.pixels * block.patternWrites
    }
    return run
  }

  func overlap(of tile: Tile, part: ChannelPart, timing: TileTiming) -> TileOverlap {
    let block = blocks[tile.firstKernel / spec.filterBlock]
    let rest = tile.kernels % spec.filterBlock
    return PixelGroups(spec: spec, nest: nest, tile: tile, cycles: timing.cycles).overlap(
      firstResult: block.cycles, lastKernels: rest == 0 ? spec.filterBlock : rest
    ) { block.firstLoads[$0] }
  }
}

/// A group of a layer on a sparse-repetition engine whose lanes multiply: one of full precision, or one
/// whose filters do not see the same activations.
final class MultiplyingLanesLayer: PreparedLayer {
  private let spec: SparseRepetitionArray.Spec
  private let nest: LoopNest
  let traits: LayerTraits

  /// Tiles are one group of pixels and one block of filters, cut by channels too.
  init(spec: SparseRepetitionArray.Spec, nest: LoopNest) {
    self.spec = spec
    self.nest = nest
    traits = LayerTraits(
      granule: Tile(
        pixels: min(nest.pixels, spec.pixels), kernels: min(nest.kernels, spec.filterBlock),
        channels: 1))
  }

  private var adders: Int { spec.patternAdders + spec.mergeAdders }

  /// Groups of pixels x products over lanes.
  func execute(_ tile: Tile, part: ChannelPart) -> TileExecution {
    let groups = quotient(tile.pixels, spec.pixels)
    let columns = tile.channels * nest.taps
    var counts = ActionCounts()
    counts.perform(macs: tile.pixels * tile.kernels * columns)
    counts[.outputWrites] = tile.pixels * tile.kernels
    counts[.weightReads] = tile.kernels * columns * groups
    counts[.inputReads] = tile.pixels * (nest.isDepthwise ? tile.kernels : 1) * columns
    counts[.registerAccesses] = 2 * counts[.macs]
    counts[.outputReads] = part.isFirst ? 0 : counts[.outputWrites]
    return TileExecution(
      counts: counts,
      timing: TileTiming(cycles: groups * quotient(tile.kernels * columns, adders)))
  }

  /// Lanes form the products of all kernels and channels tap by tap.
  func overlap(of tile: Tile, part: ChannelPart, timing: TileTiming) -> TileOverlap {
    let groups = PixelGroups(spec: spec, nest: nest, tile: tile, cycles: timing.cycles)
    return groups.overlap(firstResult: groups.group, lastKernels: tile.kernels) { tap in
      tap * tile.channels * tile.kernels / adders + 1
    }
  }
}

/// Groups of pixels of a tile that follow one another, so that input and results pass by evenly after
/// the first group's windows, which are needed tap by tap.
private struct PixelGroups {
  let spec: SparseRepetitionArray.Spec
  let nest: LoopNest
  let tile: Tile
  /// Cycles of all groups.
  let cycles: Int

  private var groups: Int { quotient(tile.pixels, spec.pixels) }
  /// Cycles of one of them.
  var group: Int { cycles / groups }

  /// `firstUse` is the cycle of a group in which it takes in a tap of its first channel, `firstResult`
  /// the one with its first results, `lastKernels` how many finish last.
  func overlap(
    firstResult: Int, lastKernels: Int, firstUse: (_ tap: Int) -> Int
  ) -> TileOverlap {
    func use(_ tap: Int) -> Int { min(group, firstUse(tap)) }
    let left = tile.pixels - (groups - 1) * spec.pixels
    var overlap = TileOverlap(
      afterLastInput: group - use(nest.lastElementTap(of: tile)),
      afterFirstResult: cycles - firstResult,
      lastShare: Double(left * lastKernels) / Double(tile.pixels * tile.kernels),
      afterLastRound: 0)
    let first = tile.firstPixel + min(spec.pixels, tile.pixels) - 1
    for tap in nest.taps == 1 ? [0] : [0, nest.taps - 1] {
      overlap.need(
        share: nest.inputShare(upTo: first, tap: tap, of: tile), after: cycles - use(tap))
    }
    return overlap
  }
}
