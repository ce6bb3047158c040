internal import Networks

/// A group of a layer laid out on a row-stationary array.
final class RowStationaryLayer: PreparedLayer {
  let spec: RowStationaryArray.Spec
  let layout: RowStationaryLayout
  let nest: LoopNest
  /// Kernel rows of each part that a kernel is cut into, the last one may have fewer.
  let partHeights: [Int]
  let traits: LayerTraits

  /// A row of one of everything fills the array; the mapping chooses the tile.
  init(spec: RowStationaryArray.Spec, layout: RowStationaryLayout, nest: LoopNest) {
    self.spec = spec
    self.layout = layout
    self.nest = nest
    let height = layout.kernelRows
    partHeights = stride(from: 0, to: nest.kernelRows, by: height).map {
      min(height, nest.kernelRows - $0)
    }
    var traits = LayerTraits(
      granule: Tile(pixels: nest.outputColumns, kernels: 1, channels: 1))
    traits.isUniform = true
    traits.handsInputOver = true
    self.traits = traits
  }

  /// Everything at the ends: no transfer hides within a tile, but for the cycle in which its last
  /// input is there and the one in which its results are.
  func overlap(of tile: Tile, part: ChannelPart, timing: TileTiming) -> TileOverlap {
    TileOverlap(
      afterLastInput: timing.cycles - 1, afterFirstResult: 1, lastShare: 1, afterLastRound: 1)
  }

  /// The part of a tile that the array takes at once.
  struct Part {
    let rows: Int
    let kernels: Int
    let channels: Int
    let kernelRows: Int
  }

  /// One pass after the other: kernels, then rows of kernels that are taller than the array.
  func execute(_ tile: Tile, part: ChannelPart) -> TileExecution {
    var run = TileExecution()
    let (passes, rest) = tile.kernels.quotientAndRemainder(dividingBy: layout.kernelsPerPass)
    for (kernels, count) in [(layout.kernelsPerPass, passes), (rest, rest > 0 ? 1 : 0)]
    where count > 0 {
      for height in partHeights {
        add(self.part(of: tile, kernels, height), times: count, to: &run)
      }
    }
    run.counts.perform(macs: tile.pixels * tile.kernels * tile.channels * nest.taps)
    // Each multiply-accumulate reads both operands and a sum, and writes the sum.
    run.counts[.registerAccesses] = 4 * run.counts[.macs]
    // The tile's last pass reads the input for the last time, image by image, column by column.
    let last = self.part(
      of: tile, rest > 0 ? rest : layout.kernelsPerPass, partHeights.last ?? nest.kernelRows)
    run.timing.release = pass(last).release
    return run
  }

  private func part(of tile: Tile, _ kernels: Int, _ height: Int) -> Part {
    Part(
      rows: tile.pixels / (nest.outputColumns * layout.images), kernels: kernels,
      channels: tile.channels, kernelRows: height)
  }

  func pass(_ part: Part) -> RowStationaryPass {
    let rows = nest.rows.positions(windows: part.rows, taps: part.kernelRows)
    return RowStationaryPass(
      weightCycles: quotient(
        part.kernels * part.channels * part.kernelRows * nest.kernelColumns, spec.weightBus),
      columnCycles: quotient(part.channels * rows, spec.inputBus),
      windowCycles: quotient(part.kernels, layout.kernelSets)
        * quotient(part.channels, layout.channelSets) * nest.kernelColumns,
      sumCycles: quotient(part.kernels * part.rows, spec.sumBus), images: layout.images,
      outputColumns: nest.outputColumns,
      inputColumns: nest.columns.positions(
        windows: nest.outputColumns, taps: nest.kernelColumns),
      columns: nest.columns)
  }

  /// Sums are read and written in every pass, and padding is delivered like data: so the published
  /// buffer traffic of all five layers of AlexNet comes out to 0.1 MB.
  private func add(_ part: Part, times: Int, to run: inout TileExecution) {
    let pass = pass(part)
    let rows = nest.rows.positions(windows: part.rows, taps: part.kernelRows)
    let sums = layout.images * part.kernels * part.rows * nest.outputColumns
    run.timing.cycles += times * pass.cycles
    run.counts[.inputReads] += times * layout.images * part.channels * rows * pass.inputColumns
    run.counts[.weightReads] +=
      times * part.kernels * part.channels * part.kernelRows * nest.kernelColumns
    run.counts[.outputReads] += times * sums
    run.counts[.outputWrites] += times * sums
  }
}
