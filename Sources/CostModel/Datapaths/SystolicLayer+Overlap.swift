internal import Architectures
internal import Networks

extension SystolicLayer {
  /// Folds over pixels or, with stationary weights, over the reduction are outermost: each reads its
  /// share of the input in its first fold over kernels.
  func overlap(of tile: Tile, part: ChannelPart, timing: TileTiming) -> TileOverlap {
    let cycles = timing.cycles
    let extents = extents(tile)
    let rowFolds = quotient(extents.rows, spec.rows)
    let columnFolds = quotient(extents.columns, spec.columns)
    // Cropped folds differ by what they use: their mean.
    let fold =
      spec.folds == .cropped
      ? cycles / (rowFolds * columnFolds) : cyclesPerFold(streamed: extents.streamed, part)
    let load = loads && spec.stationaryLoad == .exposed ? spec.rows : 0
    // Overlapped folds drain beside the next tile.
    let lag = spec.folds == .overlapped ? 0 : skew
    switch spec.dataflow {
    case .outputStationary:
      // The first output row needs all kernel rows at once, later ones a stride of them each.
      let columns = nest.readColumns
      let input = nest.inputRows(from: tile.firstPixel, count: tile.pixels) * columns
      let head = nest.inputRows(from: tile.firstPixel, count: 1) * columns
      let inRow = min(nest.outputColumns, tile.pixels)
      let (step, span) = (nest.columns.stride, nest.columns.span)
      let next = nest.gather == .pixels ? min(step, span) : step
      let firstFold = min(columns, min(inRow, spec.rows) * next + span)
      let last = tile.pixels - (rowFolds - 1) * spec.rows
      var overlap = TileOverlap(
        afterLastInput: columnFolds * fold - extents.streamed, afterFirstResult: cycles - fold,
        lastShare: Double(last) / Double(tile.pixels), afterLastRound: 0)
      overlap.need(
        share: LoopNest.share(head - columns + firstFold, of: input),
        after: cycles - extents.streamed)
      overlap.need(
        share: LoopNest.share(head, of: input),
        after: cycles - (quotient(inRow, spec.rows) - 1) * columnFolds * fold - extents.streamed)
      return overlap
    case .weightStationary:
      let last = tile.kernels - (columnFolds - 1) * spec.columns
      // Folds over the reduction go through the channels one after the other, tap by tap.
      let late = nest.lastElementTap(of: tile)
      func after(_ place: Int) -> Int {
        cycles - place / spec.rows * columnFolds * fold - load - extents.streamed
      }
      let first = min(tile.channels, max(1, spec.rows / nest.taps))
      var overlap = TileOverlap(
        afterLastInput: after((tile.channels - 1) * nest.taps + late),
        afterFirstResult: columnFolds * fold - load - lag,
        lastShare: Double(last) / Double(tile.kernels), afterLastRound: fold - load - lag)
      overlap.need(
        share: Double(first) / Double(tile.channels), after: after((first - 1) * nest.taps + late))
      return overlap
    case .inputStationary:
      let last = tile.pixels - (columnFolds - 1) * spec.columns
      return TileOverlap(
        afterLastInput: fold - load, afterFirstResult: cycles - (rowFolds - 1) * fold - load - lag,
        lastShare: Double(last) / Double(tile.pixels), afterLastRound: fold - load - lag)
    }
  }
}
