internal import Networks

/// A group of a layer on elements that own its rows.
///
/// The vector of a pixel is broadcast column by column, zeros left out; padding is broadcast like data.
/// Every element multiplies it by its own entries of the column, fillers among them, and adds to sums
/// that it keeps; they leave when the last element has done the last column, and then the next vector
/// begins. Kernels beyond those with sums follow in a further pass over all pixels. Weights are read
/// anew for every vector.
final class RowBoundLayer: PreparedLayer {
  /// Kernels that are worked on together, for one vector.
  private struct Pass {
    let kernels: Int
    /// Cycles.
    var time: Int
    /// The cycle of the last broadcast.
    var lastStart: Int
    /// Entries that are worked off.
    var entries: Int
  }

  private let binding: RowBinding
  private let nest: LoopNest
  private let kernelsTogether: Int
  /// Nil where every weight is taken as non-zero.
  private let rows: DealtRows?
  private let active: ActiveChannels
  let traits: LayerTraits

  init(_ binding: RowBinding, nest: LoopNest, weights: GroupWeights?, kernelsTogether: Int) {
    self.binding = binding
    self.nest = nest
    self.kernelsTogether = kernelsTogether
    rows = weights.map { DealtRows($0.tensor, $0.filters, among: binding) }
    active = ActiveChannels(nest.channels, zeros: nest.inputZeros)
    // Kernels stream: as many as fit the buffers follow one another.
    var traits = LayerTraits(granule: Tile(pixels: 1, kernels: 1, channels: nest.channels))
    traits.dependsOnWeights = weights != nil
    self.traits = traits
  }

  /// Columns that are broadcast for a vector.
  private var broadcasts: Int { active.count * nest.taps }

  // MARK: Passes

  private func passes(of tile: Tile) -> [Pass] {
    let end = tile.firstKernel + tile.kernels
    return stride(from: tile.firstKernel, to: end, by: kernelsTogether).map { first in
      let kernels = first..<min(first + kernelsTogether, end)
      return rows.map { pass(kernels, $0) } ?? fullPass(kernels.count)
    }
  }

  private func pass(_ kernels: Range<Int>, _ rows: DealtRows) -> Pass {
    var queues = ElementQueues(elements: rows.elements, depth: binding.queue)
    var entries = 0
    rows.forEachColumn(of: kernels) { column, counts in
      guard active.contains(column / nest.taps) else { return }
      queues.broadcast(counts)
      for count in counts { entries += Int(count) }
    }
    return Pass(
      kernels: kernels.count, time: queues.time, lastStart: max(0, queues.start),
      entries: entries)
  }

  /// The same where the busiest element has as many entries in every column.
  private func fullPass(_ kernels: Int) -> Pass {
    let busiest = quotient(kernels, binding.elements)
    return Pass(
      kernels: kernels, time: broadcasts * busiest,
      lastStart: max(0, broadcasts - 1, (broadcasts - binding.queue) * busiest),
      entries: broadcasts * kernels)
  }

  // MARK: Tiles

  /// Pixels x cycles of a vector, pass by pass; every activation goes through the queues of all
  /// elements, every entry through a register with its sum.
  func execute(_ tile: Tile, part: ChannelPart) -> TileExecution {
    var run = TileExecution()
    run.counts[.macs] = tile.pixels * tile.kernels * tile.channels * nest.taps
    for pass in passes(of: tile) {
      let entries = pass.entries * tile.pixels
      run.timing.cycles += pass.time * tile.pixels
      run.counts[.laneOperations] += entries
      run.counts[.multiplications] += entries
      run.counts[.additions] += entries
      run.counts[.weightReads] += entries
      run.counts[.inputReads] += broadcasts * tile.pixels
      run.counts[.registerAccesses] +=
        2 * entries + 2 * binding.elements * broadcasts * tile.pixels
      run.counts[.outputWrites] += pass.kernels * tile.pixels
    }
    return run
  }

  /// The first pass takes all vectors in; a vector's sums leave together.
  func overlap(of tile: Tile, part: ChannelPart, timing: TileTiming) -> TileOverlap {
    let (cycles, passes) = (timing.cycles, passes(of: tile))
    guard broadcasts > 0, let first = passes.first, let last = passes.last else {
      return TileOverlap(
        afterLastInput: 0, afterFirstResult: 0, lastShare: 0, afterLastRound: 0)
    }
    let lastVector = (tile.pixels - 1) * first.time
    var overlap = TileOverlap(
      afterLastInput: cycles - lastVector - first.lastStart - 1,
      afterFirstResult: cycles - first.time,
      lastShare: Double(last.kernels) / Double(tile.kernels * tile.pixels), afterLastRound: 0)
    // A window's taps on the first channel are used first, while others are still to come.
    let pixels = [tile.firstPixel, tile.firstPixel + tile.pixels - 1]
    for (pixel, start) in zip(pixels, [0, lastVector]) where nest.taps > 1 {
      overlap.need(
        share: nest.inputShare(upTo: pixel, tap: nest.taps - 1, of: tile),
        after: cycles - start - nest.taps)
    }
    return overlap
  }
}
