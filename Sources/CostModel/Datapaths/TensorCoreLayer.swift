internal import Architectures
internal import Foundation
internal import Networks

/// All groups of a layer on many cores.
final class TensorCoreLayer: PreparedLayer {
  let spec: TensorCoreArray.Spec
  let nest: LoopNest
  /// Share of the cores' peak that is sustained.
  let compute: Double
  let traits: LayerTraits
  /// Cycles of all groups with their operands always ready.
  let cycles: Int
  /// The tile that takes them.
  let shape: TensorCoreArray.TileShape

  init(spec: TensorCoreArray.Spec, nest: LoopNest, compute: Double) {
    self.spec = spec
    self.nest = nest
    self.compute = compute
    var traits = LayerTraits(granule: nest.whole)
    traits.isUniform = true
    traits.keepsSums = true
    self.traits = traits
    let work = Work(spec: spec, nest: nest, compute: compute)
    let shapes =
      nest.attention == nil
      ? spec.tiles : [TensorCoreArray.TileShape(rows: spec.attentionRows, columns: nest.kernels)]
    var best = (shape: shapes[0], cycles: Double.infinity)
    for shape in shapes {
      let cycles = work.cycles(shape)
      if cycles < best.cycles { best = (shape, cycles) }
    }
    shape = best.shape
    // What bounds the counts of a layer asks before they are known to be small enough.
    cycles = best.cycles < CostBound.limit ? Int(best.cycles.rounded(.up)) : .max
  }

  /// Rows of a matrix unit's own step: decoding attention is padded to them (assumed).
  static let fragment = 16

  /// The same array that sustains `share` of its peak.
  func sustaining(_ share: Double) -> TensorCoreLayer {
    TensorCoreLayer(spec: spec, nest: nest, compute: share)
  }

  /// What tiles of a shape take, in floating point.
  struct Work {
    let spec: TensorCoreArray.Spec
    let nest: LoopNest
    let compute: Double

    /// Waves x cycles of a tile.
    func cycles(_ shape: TensorCoreArray.TileShape) -> Double {
      guard let attention = nest.attention else { return product(shape) }
      // A rest is among the keys that the blocks of the product before it have walked: no time is left
      // for it but that of its products at the peak.
      if nest.isContinuation {
        return nest.products * Double(nest.groups) / (Double(spec.macs) * Double(spec.cores))
      }
      return self.attention(attention, rows: shape.rows)
    }

    /// Tiles of all groups, dealt out to the cores in waves.
    private func product(_ shape: TensorCoreArray.TileShape) -> Double {
      let tiles =
        folds(Double(nest.pixels), shape.rows) * folds(Double(nest.kernels), shape.columns)
        * Double(nest.groups)
      let waves = (tiles / Double(spec.cores)).rounded(.up)
      let elements = Double(shape.rows) * Double(shape.columns)
      let largest = spec.tiles.reduce(1) { max($0, Double($1.rows) * Double($1.columns)) }
      let rate =
        Double(spec.macs) * compute * pow(elements / largest, spec.smallTileExponent ?? 0)
      return waves * elements * (nest.reduction + (spec.ramp ?? 0)) / rate
    }

    /// Blocks of queries that walk all keys, in waves; where every sequence has one query its keys are
    /// divided among the cores (assumed), so that all of them have work.
    private func attention(_ work: AttentionWork, rows: Int) -> Double {
      let macs = Double(nest.kernels) * Double(nest.channels)
      let rate = Double(spec.macs) * compute
      if work.isDecode {
        let padded = Double(nest.pixels.roundedUp(to: TensorCoreLayer.fragment))
        return Double(nest.groups) * padded * macs / (rate * Double(spec.cores))
      }
      let blocks = Double(work.blocks(of: rows, groups: nest.groups))
      let waves = (blocks / Double(spec.cores)).rounded(.up)
      return waves * Double(rows) * macs / rate
    }
  }

  /// One group's share of the cycles, and what its tiles read and write.
  func execute(_ tile: Tile, part: ChannelPart) -> TileExecution {
    var counts = ActionCounts()
    let reduction = tile.channels * nest.taps
    let outputs = tile.pixels * tile.kernels
    counts.perform(macs: outputs * reduction)
    counts[.inputReads] = tile.pixels * reduction * quotient(tile.kernels, shape.columns)
    counts[.weightReads] = reduction * tile.kernels * quotient(tile.pixels, shape.rows)
    counts[.outputWrites] = outputs
    // A matrix unit takes fragments of 16 x 16 from registers (assumed), each element of which is
    // used 16 times.
    counts[.registerAccesses] = quotient(3 * counts[.macs], 16)
    return TileExecution(counts: counts, timing: TileTiming(cycles: quotient(cycles, nest.groups)))
  }

  /// Nothing streams: compute and transfers of a whole product overlap.
  func overlap(of tile: Tile, part: ChannelPart, timing: TileTiming) -> TileOverlap {
    TileOverlap(
      afterLastInput: 0, afterFirstResult: 0, lastShare: 1, afterLastRound: 0)
  }
}

extension Int {
  /// The next multiple of `unit`.
  fileprivate func roundedUp(to unit: Int) -> Int { quotient(self, unit) * unit }
}
