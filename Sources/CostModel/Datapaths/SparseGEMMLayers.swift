/// A group of a layer on a sparse GEMM array, its kernels packed by their non-zero weights.
final class PackedRowsLayer: PreparedLayer {
  private let filling: MultiplierFilling
  /// Non-zero weights of each kernel.
  private let occupied: [Int]
  let traits: LayerTraits

  init(spec: SparseGEMMArray.Spec, nest: LoopNest, occupied: [Int]) {
    filling = MultiplierFilling(spec: spec, nest: nest)
    self.occupied = occupied
    var traits = LayerTraits(granule: filling.granule)
    traits.dependsOnWeights = true
    self.traits = traits
  }

  func execute(_ tile: Tile, part: ChannelPart) -> TileExecution {
    filling.execute(tile, in: iterations(of: tile))
  }

  func overlap(of tile: Tile, part: ChannelPart, timing: TileTiming) -> TileOverlap {
    filling.overlap(
      of: tile, in: iterations(of: tile),
      hasZeros: occupied[tile.firstKernel..<tile.firstKernel + tile.kernels].contains(0),
      cycles: timing.cycles)
  }

  /// Kernels one after the other, as many together as fit; those without weights take no place.
  private func iterations(of tile: Tile) -> MultiplierFilling.Iterations {
    let columns = tile.channels * filling.nest.taps
    var iterations: [MultiplierFilling.Iteration] = []
    var packed = MultiplierFilling.Iteration(streamed: columns)
    func flush() {
      if packed.rows > 0 { iterations.append(packed) }
      packed = MultiplierFilling.Iteration(streamed: columns)
    }
    for kernel in tile.firstKernel..<tile.firstKernel + tile.kernels {
      let count = occupied[kernel]
      guard count > 0 else { continue }
      if packed.weights + count > filling.spec.multipliers
        || packed.rows == filling.spec.kernelsPerTile
      {
        flush()
      }
      if count > filling.spec.multipliers {
        iterations += filling.folds(of: count, columns: columns)
      } else {
        packed.weights += count
        packed.rows += 1
      }
    }
    flush()
    return MultiplierFilling.Iterations(repeated: iterations)
  }
}

/// A group of a layer on a sparse GEMM array, every weight taken as non-zero.
final class FullRowsLayer: PreparedLayer {
  private let filling: MultiplierFilling
  let traits: LayerTraits

  init(spec: SparseGEMMArray.Spec, nest: LoopNest) {
    filling = MultiplierFilling(spec: spec, nest: nest)
    traits = LayerTraits(granule: filling.granule)
  }

  func execute(_ tile: Tile, part: ChannelPart) -> TileExecution {
    filling.execute(tile, in: iterations(of: tile))
  }

  func overlap(of tile: Tile, part: ChannelPart, timing: TileTiming) -> TileOverlap {
    filling.overlap(
      of: tile, in: iterations(of: tile), hasZeros: false, cycles: timing.cycles)
  }

  private func iterations(of tile: Tile) -> MultiplierFilling.Iterations {
    iterations(kernels: tile.kernels, columns: tile.channels * filling.nest.taps)
  }

  /// Kernels of full rows: as many side by side as fit, or each in folds.
  private func iterations(kernels: Int, columns: Int) -> MultiplierFilling.Iterations {
    guard columns <= filling.spec.multipliers else {
      return MultiplierFilling.Iterations(
        repeated: filling.folds(of: columns, columns: columns), times: kernels)
    }
    func pack(_ rows: Int) -> [MultiplierFilling.Iteration] {
      rows > 0
        ? [MultiplierFilling.Iteration(weights: rows * columns, rows: rows, streamed: columns)] : []
    }
    let rows = min(filling.spec.kernelsPerTile, filling.spec.multipliers / columns)
    let (packs, rest) = kernels.quotientAndRemainder(dividingBy: rows)
    return MultiplierFilling.Iterations(repeated: pack(rows), times: packs, rest: pack(rest))
  }
}
