internal import Networks

/// The sparse rows of an adjacency on a sparse GEMM array, packed by their entries as rows of weights are.
///
/// An element of the input is read once for every entry that gathers it and for every feature: rows that
/// share a neighbour do not share its read (assumed; nodes of one filling that have a neighbour in common
/// could, by a multicast). A tile holds its features of all nodes, so that every gather hits the buffer, and
/// DRAM gives a feature of a node once for each sweep over it; where even one feature of all nodes has no
/// room, the layer does not fit.
final class GatheredRowsLayer: PreparedLayer {
  private let filling: MultiplierFilling
  private let adjacency: Adjacency
  let traits: LayerTraits

  init(spec: SparseGEMMArray.Spec, nest: LoopNest, _ rows: GatheredRows) {
    filling = MultiplierFilling(spec: spec, nest: nest)
    adjacency = rows.adjacency
    var traits = LayerTraits(granule: filling.granule)
    traits.dependsOnWeights = true
    self.traits = traits
  }

  func execute(_ tile: Tile, part: ChannelPart) -> TileExecution {
    var execution = filling.execute(tile, in: iterations(of: tile))
    execution.counts[.macs] = tile.pixels * adjacency.entries(of: rows(of: tile))
    return execution
  }

  func overlap(of tile: Tile, part: ChannelPart, timing: TileTiming) -> TileOverlap {
    // Entries of a row lie anywhere, so the first filling may read the node that comes last.
    filling.overlap(
      of: tile, in: iterations(of: tile),
      hasZeros: rows(of: tile).contains { adjacency.degree($0) == 0 }, cycles: timing.cycles,
      readsAnywhere: true)
  }

  private func rows(of tile: Tile) -> Range<Int> {
    tile.firstKernel..<tile.firstKernel + tile.kernels
  }

  /// Rows one after the other, as many together as fit; a row that is too long in folds.
  private func iterations(of tile: Tile) -> MultiplierFilling.Iterations {
    var iterations: [MultiplierFilling.Iteration] = []
    var packed = MultiplierFilling.Iteration()
    func flush() {
      packed.streamed = packed.weights
      if packed.rows > 0 { iterations.append(packed) }
      packed = MultiplierFilling.Iteration()
    }
    for row in rows(of: tile) {
      let count = adjacency.degree(row)
      guard count > 0 else { continue }
      if packed.weights + count > filling.spec.multipliers
        || packed.rows == filling.spec.kernelsPerTile
      {
        flush()
      }
      if count > filling.spec.multipliers {
        iterations += filling.folds(of: count, columns: count)
      } else {
        packed.weights += count
        packed.rows += 1
      }
    }
    flush()
    return MultiplierFilling.Iterations(repeated: iterations)
  }
}
