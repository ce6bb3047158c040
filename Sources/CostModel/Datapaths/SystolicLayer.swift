internal import Architectures

/// A group of a layer on a systolic grid.
final class SystolicLayer: PreparedLayer {
  let spec: SystolicArray.Spec
  let nest: LoopNest
  let traits: LayerTraits

  /// Outputs that stay keep their sums; other operands may be loaded beside the tile before, one row per
  /// cycle, and the one drain of overlapped folds is seen at the end.
  init(spec: SystolicArray.Spec, nest: LoopNest) {
    self.spec = spec
    self.nest = nest
    var traits = LayerTraits(granule: Self.granule(spec, nest))
    traits.isUniform = true
    traits.isByExtents = true
    traits.unit = Tile(pixels: 1, kernels: 1, channels: 1)
    traits.keepsSums = spec.dataflow == .outputStationary
    if spec.dataflow != .outputStationary, spec.stationaryLoad == .hidden, !nest.isContinuation {
      traits.preload = Preload(
        spec.dataflow == .weightStationary ? .weight : .input, cycles: spec.rows)
    }
    if spec.dataflow != .outputStationary {
      traits.foldRows = spec.rows
      traits.leastChannels = min(nest.channels, max(1, spec.rows / nest.taps))
    }
    if spec.folds == .overlapped { traits.drain = spec.rows + spec.columns - 2 }
    self.traits = traits
  }

  /// The extents of one fold; streaming extents are cut at one element.
  private static func granule(_ spec: SystolicArray.Spec, _ nest: LoopNest) -> Tile {
    switch spec.dataflow {
    case .outputStationary:
      Tile(
        pixels: min(nest.pixels, spec.rows), kernels: min(nest.kernels, spec.columns),
        channels: 1)
    case .weightStationary:
      Tile(
        pixels: 1, kernels: min(nest.kernels, spec.columns), channels: channelGranule(spec, nest))
    case .inputStationary:
      Tile(
        pixels: min(nest.pixels, spec.columns), kernels: 1, channels: channelGranule(spec, nest))
    }
  }

  /// Fewest channels whose taps fill whole folds of rows, so that cutting there adds no fold.
  private static func channelGranule(_ spec: SystolicArray.Spec, _ nest: LoopNest) -> Int {
    var (a, b) = (nest.taps, spec.rows)
    while b != 0 { (a, b) = (b, a % b) }
    return min(nest.channels, spec.rows / a)
  }

  struct Extents {
    let rows: Int
    let columns: Int
    let streamed: Int
  }

  func extents(_ tile: Tile) -> Extents {
    let reduction = tile.channels * nest.taps
    return switch spec.dataflow {
    case .outputStationary:
      Extents(rows: tile.pixels, columns: tile.kernels, streamed: reduction)
    case .weightStationary:
      Extents(rows: reduction, columns: tile.kernels, streamed: tile.pixels)
    case .inputStationary:
      Extents(rows: reduction, columns: tile.pixels, streamed: tile.kernels)
    }
  }

  /// Folds x cycles per fold.
  func timing(of tile: Tile, part: ChannelPart) -> TileTiming {
    let extents = extents(tile)
    let rowFolds = quotient(extents.rows, spec.rows)
    let columnFolds = quotient(extents.columns, spec.columns)
    var timing = TileTiming(
      cycles:
        spec.folds == .cropped && part.isLast
        ? croppedCycles(extents)
        : rowFolds * columnFolds * cyclesPerFold(streamed: extents.streamed, part))
    if traits.preload != nil {
      timing.lastFold = extents.streamed + (spec.folds == .serial ? skew : 0)
      // The load beside the last fold belongs to the next tile, which waits for it.
      timing.cycles += timing.lastFold - cyclesPerFold(streamed: extents.streamed, part)
    }
    return timing
  }

  /// What every fold reads and writes.
  func execute(_ tile: Tile, part: ChannelPart) -> TileExecution {
    let extents = extents(tile)
    let rowFolds = quotient(extents.rows, spec.rows)
    let columnFolds = quotient(extents.columns, spec.columns)
    var counts = ActionCounts()
    let reduction = tile.channels * nest.taps
    counts.perform(macs: tile.pixels * tile.kernels * reduction)
    let outputs = tile.pixels * tile.kernels
    switch spec.dataflow {
    case .outputStationary:
      counts[.inputReads] = tile.pixels * reduction * columnFolds
      counts[.weightReads] = reduction * tile.kernels * rowFolds
      counts[.outputWrites] = part.isLast ? outputs : 0
    case .weightStationary:
      counts[.inputReads] = tile.pixels * reduction * columnFolds
      counts[.weightReads] = reduction * tile.kernels
      counts[.outputWrites] = outputs * rowFolds
      counts[.outputReads] = outputs * (part.isFirst ? rowFolds - 1 : rowFolds)
    case .inputStationary:
      counts[.inputReads] = tile.pixels * reduction
      counts[.weightReads] = reduction * tile.kernels * columnFolds
      counts[.outputWrites] = outputs * rowFolds
      counts[.outputReads] = outputs * (part.isFirst ? rowFolds - 1 : rowFolds)
    }
    // Each multiply-accumulate latches both operands and the partial sum.
    counts[.registerAccesses] = 3 * counts[.macs]
    return TileExecution(counts: counts, timing: timing(of: tile, part: part))
  }

  /// Nothing is loaded for a rest of attention: what stays in the array is there for the product before
  /// it (assumed).
  var loads: Bool { spec.dataflow != .outputStationary && !nest.isContinuation }

  /// Sum over all folds of `T + r + c + 3`, 2 in place of 3 where r or c is 1; r and c are the rows
  /// and columns that a fold uses.
  ///
  /// Source: runs of STONNE (commit 22634b8b), memory controller TPU_OS_DENSE.
  private func croppedCycles(_ extents: Extents) -> Int {
    func folds(_ extent: Int, _ side: Int) -> [(used: Int, count: Int)] {
      [(side, extent / side), (extent % side, extent % side == 0 ? 0 : 1)].filter { $0.count > 0 }
    }
    var cycles = 0
    for row in folds(extents.rows, spec.rows) {
      for column in folds(extents.columns, spec.columns) {
        let handover = row.used == 1 || column.used == 1 ? 2 : 3
        cycles +=
          row.count * column.count * (extents.streamed + row.used + column.used + handover)
      }
    }
    return cycles
  }

  var skew: Int { spec.rows + spec.columns - 2 }

  func cyclesPerFold(streamed: Int, _ part: ChannelPart) -> Int {
    let load = loads ? spec.rows : 0
    // With sums in the array, the next block of channels goes on streaming into the same fold.
    if traits.keepsSums, !part.isLast { return streamed }
    switch (spec.folds, spec.stationaryLoad) {
    case (.serial, .exposed), (.cropped, _): return load + streamed + skew
    case (.serial, .hidden): return max(streamed + skew, load)
    case (.overlapped, .exposed): return load + streamed
    case (.overlapped, .hidden): return max(streamed, load)
    }
  }
}
