internal import Architectures
public import Components
public import Networks

/// A grid of processing elements with operands passed from neighbour to neighbour.
///
/// One loop nest serves all three dataflows: the two spatial extents are folded onto rows and
/// columns, the third streams. Source of the fold formulas: SCALE-Sim (Samajdar et al., ISPASS
/// 2020), `T + R + C - 2` per fold for output-stationary, `2R + C + T - 2` for the others.
public struct SystolicArray: Datapath {
  /// Which operand stays in the array.
  public enum Dataflow: String, Codable, CaseIterable, Sendable {
    /// Outputs stay: pixels on rows, kernels on columns, reduction streams.
    case outputStationary = "output-stationary"
    /// Weights stay: reduction on rows, kernels on columns, pixels stream.
    case weightStationary = "weight-stationary"
    /// Inputs stay: reduction on rows, pixels on columns, kernels stream.
    case inputStationary = "input-stationary"
  }

  /// How consecutive folds follow one another.
  public enum Folds: String, Codable, CaseIterable, Sendable {
    /// Each fold fills and drains on its own.
    case serial
    /// The next fold enters while the last one drains.
    case overlapped
    /// Each fold fills and drains over the rows and columns it uses, and takes five cycles more,
    /// four where it is one row or one column, as STONNE's output-stationary mesh.
    case cropped
  }

  /// When the stationary operand is loaded.
  public enum StationaryLoad: String, Codable, CaseIterable, Sendable {
    /// Before each fold.
    case exposed
    /// During the fold before; only the first load is seen.
    case hidden
  }

  /// The parameters of the array.
  public struct Spec: Codable, Hashable, Sendable {
    /// Rows of processing elements.
    public let rows: Int
    /// Columns of processing elements.
    public let columns: Int
    /// Which operand stays in the array.
    public let dataflow: Dataflow
    /// How consecutive folds follow one another.
    public let folds: Folds
    /// When the stationary operand is loaded.
    public let stationaryLoad: StationaryLoad

    /// Makes the parameters.
    public init(
      rows: Int, columns: Int, dataflow: Dataflow, folds: Folds, stationaryLoad: StationaryLoad
    ) {
      self.rows = rows
      self.columns = columns
      self.dataflow = dataflow
      self.folds = folds
      self.stationaryLoad = stationaryLoad
    }
  }

  /// `systolic-array`.
  public static let kind = "systolic-array"
  /// One sentence.
  public static let summary =
    "Systolic grid, output-, weight- or input-stationary, with serial, overlapped or cropped folds."

  /// The parameters.
  public let spec: Spec

  /// Checks the extents.
  public init(_ spec: Spec) throws(SpecError) {
    for (key, value) in [("rows", spec.rows), ("columns", spec.columns)]
    where !(1...65_536).contains(value) {
      throw SpecError(key, "expected 1 to 65536, found \(value)")
    }
    guard spec.dataflow != .outputStationary || spec.stationaryLoad == .exposed else {
      throw SpecError(
        "stationary_load", "an output-stationary array loads nothing, expected exposed")
    }
    guard spec.folds != .cropped || spec.dataflow == .outputStationary else {
      throw SpecError(
        "folds", "cropped folds keep outputs in the array, expected serial or overlapped")
    }
    self.spec = spec
  }

  /// Rows x columns.
  public var lanes: Int { spec.rows * spec.columns }

  /// Groups, and the channels of a depthwise convolution, follow one another.
  public func nest(of layer: Layer, batch: Int) -> (nest: LoopNest, groups: Int) {
    (LoopNest(group: layer, batch: batch, wholeDepthwise: false), layer.groups)
  }

  /// The extents of one fold; streaming extents are cut at one element.
  public func granule(of nest: LoopNest) -> Tile {
    switch spec.dataflow {
    case .outputStationary:
      Tile(
        pixels: min(nest.pixels, spec.rows), kernels: min(nest.kernels, spec.columns),
        channels: 1)
    case .weightStationary:
      Tile(
        pixels: 1, kernels: min(nest.kernels, spec.columns), channels: channelGranule(nest))
    case .inputStationary:
      Tile(
        pixels: min(nest.pixels, spec.columns), kernels: 1, channels: channelGranule(nest))
    }
  }

  /// Fewest channels whose taps fill whole folds of rows, so that cutting there adds no fold.
  private func channelGranule(_ nest: LoopNest) -> Int {
    var (a, b) = (nest.taps, spec.rows)
    while b != 0 { (a, b) = (b, a % b) }
    return min(nest.channels, spec.rows / a)
  }

  /// Outputs stay where they are computed.
  public var keepsSums: Bool { spec.dataflow == .outputStationary }

  private struct Extents {
    let rows: Int
    let columns: Int
    let streamed: Int
  }

  private func extents(_ tile: Tile, _ nest: LoopNest) -> Extents {
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
  public func cost(of tile: Tile, in nest: LoopNest, part: ChannelPart) -> TileCost {
    let extents = extents(tile, nest)
    let rowFolds = quotient(extents.rows, spec.rows)
    let columnFolds = quotient(extents.columns, spec.columns)
    var cost = TileCost()
    cost.cycles =
      spec.folds == .cropped && part.isLast
      ? croppedCycles(extents)
      : rowFolds * columnFolds * cyclesPerFold(streamed: extents.streamed, part)
    if preload != nil {
      // The load beside the last fold belongs to the next tile, which waits for it.
      cost.cycles +=
        lastFoldCycles(of: tile, in: nest) - cyclesPerFold(streamed: extents.streamed, part)
    }
    let reduction = tile.channels * nest.taps
    cost.counts.perform(macs: tile.pixels * tile.kernels * reduction)
    let outputs = tile.pixels * tile.kernels
    switch spec.dataflow {
    case .outputStationary:
      cost.counts[.inputReads] = tile.pixels * reduction * columnFolds
      cost.counts[.weightReads] = reduction * tile.kernels * rowFolds
      cost.counts[.outputWrites] = part.isLast ? outputs : 0
    case .weightStationary:
      cost.counts[.inputReads] = tile.pixels * reduction * columnFolds
      cost.counts[.weightReads] = reduction * tile.kernels
      cost.counts[.outputWrites] = outputs * rowFolds
      cost.counts[.outputReads] = outputs * (part.isFirst ? rowFolds - 1 : rowFolds)
    case .inputStationary:
      cost.counts[.inputReads] = tile.pixels * reduction
      cost.counts[.weightReads] = reduction * tile.kernels * columnFolds
      cost.counts[.outputWrites] = outputs * rowFolds
      cost.counts[.outputReads] = outputs * (part.isFirst ? rowFolds - 1 : rowFolds)
    }
    // Each multiply-accumulate latches both operands and the partial sum.
    cost.counts[.registerAccesses] = 3 * cost.counts[.macs]
    return cost
  }

  private var loads: Bool { spec.dataflow != .outputStationary }

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

  private var skew: Int { spec.rows + spec.columns - 2 }

  private func cyclesPerFold(streamed: Int, _ part: ChannelPart) -> Int {
    let load = loads ? spec.rows : 0
    // With sums in the array, the next block of channels goes on streaming into the same fold.
    if keepsSums, !part.isLast { return streamed }
    switch (spec.folds, spec.stationaryLoad) {
    case (.serial, .exposed), (.cropped, _): return load + streamed + skew
    case (.serial, .hidden): return max(streamed + skew, load)
    case (.overlapped, .exposed): return load + streamed
    case (.overlapped, .hidden): return max(streamed, load)
    }
  }

  /// The stationary operand, one row per cycle, where its load is hidden.
  public var preload: Preload? {
    guard loads, spec.stationaryLoad == .hidden else { return nil }
    return Preload(
      spec.dataflow == .weightStationary ? .weight : .input, cycles: spec.rows)
  }

  /// The streamed extent and, where folds are serial, the skew.
  public func lastFoldCycles(of tile: Tile, in nest: LoopNest) -> Int {
    extents(tile, nest).streamed + (spec.folds == .serial ? skew : 0)
  }

  /// The one visible drain of overlapped folds.
  public func drainCycles(of nest: LoopNest) -> Int { spec.folds == .overlapped ? skew : 0 }

  /// Folds over pixels or, with stationary weights, over the reduction are outermost: each reads its
  /// share of the input in its first fold over kernels.
  public func overlap(
    of tile: Tile, in nest: LoopNest, part: ChannelPart, cycles: Int
  ) -> TileOverlap {
    let extents = extents(tile, nest)
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
