internal import Networks
internal import Units

extension DotProductLayer {
  /// Every block of output channels sweeps the whole input.
  ///
  /// So it has to arrive in the first one's time; each block finishes its results in its last pass.
  /// Blocks of a depthwise layer read channels of their own.
  func overlap(of tile: Tile, part: ChannelPart, timing: TileTiming) -> TileOverlap {
    let cycles = timing.cycles
    let block = traits.granule.kernels
    let blocks = quotient(tile.kernels, block)
    let cut = cut(channels: tile.channels)
    let passes = cut.passes
    let pass = cycles / (blocks * passes)
    let before = nest.isDepthwise ? (blocks - 1) * passes : cut.before
    let lastKernels = tile.kernels - (blocks - 1) * block
    let (window, padding, late) = offsets(tile)
    let round = passes * pass
    var overlap = TileOverlap(
      afterLastInput: cycles - (before + late + 1) * pass + spec.passOverhead.count + padding,
      afterFirstResult: cycles - (round - pass + window),
      lastShare: Double(lastKernels) / Double(tile.kernels),
      afterLastRound: pass - window)
    guard cut.repeats > 1 else { return overlap }
    // A block of channels has to be there for its first pass, not for those that repeat it; where a
    // pass is one row of taps, its last rows may come later still.
    let first =
      nest.isDepthwise
      ? Double(min(block, tile.kernels)) / Double(tile.kernels)
      : Double(min(channelBlock, tile.channels)) / Double(tile.channels)
    let rows = nest.inputRows(from: tile.firstPixel, count: tile.pixels)
    let perRow = augments ? passesPerRow(nest.channels) : 0
    let lateRows = min(
      max(0, rows - 1), perRow > 0 ? late / perRow : late * spec.taps / nest.kernelColumns)
    let early = LoopNest.share(rows - lateRows, of: rows)
    let edge = spec.passOverhead.count + padding
    overlap.need(share: first, after: cycles - (late + 1) * pass + edge)
    overlap.need(share: first * early, after: cycles - pass + edge)
    overlap.need(share: 1 - first * (1 - early), after: cycles - (before + 1) * pass + edge)
    return overlap
  }

  /// Positions of a pass before its first window is complete, positions of padding after its last
  /// element, and passes after a block's first one in which its last row is read for the first time.
  private func offsets(_ tile: Tile) -> (window: Int, padding: Int, late: Int) {
    guard spec.sweep == .outputPixels else {
      let columns = nest.columns.padded
      return (
        (nest.rows.span - 1) * columns + nest.columns.span - 1,
        nest.rows.after * columns + nest.columns.after, 0
      )
    }
    let tap = nest.lastElementTap(of: tile)
    guard augments else { return (0, 0, tap / spec.taps) }
    let (row, column) = tap.quotientAndRemainder(dividingBy: nest.kernelColumns)
    let slot = (column + 1) * nest.channels - 1
    return (0, 0, row * passesPerRow(nest.channels) + slot / spec.inputChannels)
  }
}
