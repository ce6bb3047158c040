internal import Networks
internal import Units

/// How the rows of a layer's weights fill the multipliers of a sparse GEMM array, one filling after the
/// other.
struct MultiplierFilling {
  /// One filling of the multipliers, or several equal ones.
  struct Iteration {
    var times = 1
    var weights = 0
    /// Kernels that are packed together.
    var rows = 0
    /// Columns that are read for a pixel, in all of them together.
    var streamed = 0
    /// Whether a slot is kept for the partial sum of an earlier fold.
    var continues = false
    /// Whether its sums are finished.
    var isLast = true

    var used: Int { weights + (continues ? 1 : 0) }
  }

  /// The fillings of a tile: `repeated` so many times over, then `rest`.
  struct Iterations {
    var repeated: [Iteration] = []
    var times = 1
    var rest: [Iteration] = []

    /// Those of one round, which stand for the others, or of the rest where there is no round.
    var sample: [Iteration] { times > 0 ? repeated : rest }
    var last: Iteration? { rest.last ?? repeated.last }
  }

  let spec: SparseGEMMArray.Spec
  let nest: LoopNest

  /// One pixel, the kernels that are packed together, all channels.
  var granule: Tile {
    Tile(pixels: 1, kernels: min(nest.kernels, spec.kernelsPerTile), channels: nest.channels)
  }

  /// A row too long: later folds keep one slot for the partial sum, and the folds share its columns in
  /// proportion to their weights.
  func folds(of count: Int, columns: Int) -> [Iteration] {
    let (first, later) = (spec.multipliers, spec.multipliers - 1)
    let between = quotient(count - first, later) - 1
    /// Columns up to the weight `weights`.
    func columnsUpTo(_ weights: Int) -> Int { columns.scaled(by: weights, over: count).quotient }
    let end = first + between * later
    var folds = [
      Iteration(weights: first, rows: 1, streamed: columnsUpTo(first), isLast: false)
    ]
    if between > 0 {
      folds.append(
        Iteration(
          times: between, weights: later, rows: 1,
          streamed: columnsUpTo(end) - columnsUpTo(first), continues: true, isLast: false))
    }
    folds.append(
      Iteration(
        weights: count - end, rows: 1, streamed: columns - columnsUpTo(end), continues: true))
    return folds
  }

  /// The most deliveries that one port makes for a pixel: neighbouring multipliers share a port, so
  /// even a few of them take turns on it.
  private func turns(_ iteration: Iteration) -> Int {
    min(iteration.used, quotient(spec.multipliers, spec.distributionBandwidth))
  }

  /// Cycles from a pixel's last delivery to its sums in the output buffer.
  private func depth(_ iteration: Iteration) -> Int {
    spec.multipliers.trailingZeroBitCount + 3 + (turns(iteration) > 1 ? 1 : 0)
  }

  private func cycles(_ iteration: Iteration, pixels: Int) -> Int {
    turns(iteration) * (pixels + 1) + depth(iteration)
  }

  // MARK: Tiles

  /// Iterations x (streamed pixels x deliveries per pixel + depth of the reduction tree).
  ///
  /// `r (N + 1) + log2(multipliers) + 3`, and one more when r > 1, per iteration, r the most
  /// deliveries that one port makes for a pixel. Exact against STONNE for one row per
  /// iteration; several rows add conflicts on its collection bus that are not modelled.
  func execute(_ tile: Tile, in iterations: Iterations) -> TileExecution {
    var execution = TileExecution()
    for (list, rounds) in [(iterations.repeated, iterations.times), (iterations.rest, 1)] {
      for iteration in list { add(iteration, times: rounds, pixels: tile.pixels, to: &execution) }
    }
    execution.counts[.macs] = tile.pixels * tile.kernels * tile.channels * nest.taps
    execution.counts[.laneOperations] = execution.counts[.multiplications]
    return execution
  }

  private func add(
    _ iteration: Iteration, times rounds: Int, pixels: Int, to execution: inout TileExecution
  ) {
    let times = rounds * iteration.times
    execution.timing.cycles += times * cycles(iteration, pixels: pixels)
    execution.counts[.inputReads] += rounds * iteration.streamed * pixels
    execution.counts[.weightReads] += times * iteration.weights
    execution.counts[.multiplications] += times * iteration.weights * pixels
    execution.counts[.additions] += times * (iteration.used - iteration.rows) * pixels
    execution.counts[.outputWrites] += times * iteration.rows * pixels
    execution.counts[.outputReads] += iteration.continues ? times * pixels : 0
    // Every delivery crosses the switches of the distribution network.
    execution.counts[.registerAccesses] += times * (iteration.weights + iteration.used * pixels)
  }

  /// All pixels stream in every iteration, and the first kernel's iterations read every column.
  ///
  /// Where kernels have no weights at all, `hasZeros`, their results are there with the last ones; where the
  /// first one `readsAnywhere`, its first column may be the one that comes last.
  func overlap(
    of tile: Tile, in all: Iterations, hasZeros: Bool, cycles: Int, readsAnywhere: Bool = false
  ) -> TileOverlap {
    let iterations = all.sample
    guard let first = iterations.first, let last = all.last else {
      return TileOverlap(
        afterLastInput: 0, afterFirstResult: 0, lastShare: 0, afterLastRound: 0)
    }
    // Of all of its equal ones.
    func span(_ iteration: Iteration) -> Int {
      iteration.times * self.cycles(iteration, pixels: tile.pixels)
    }
    // From an iteration's end back to where it takes in a pixel, or has its first sums.
    func afterPixel(_ pixel: Int, _ iteration: Iteration) -> Int {
      span(iteration) - turns(iteration) * (pixel + 1) - 1
    }
    func afterSums(_ iteration: Iteration) -> Int { turns(iteration) * (tile.pixels - 1) }
    let folds = (iterations.firstIndex(where: \.isLast) ?? 0) + 1
    let afterFolds = cycles - iterations.prefix(folds).reduce(0) { $0 + span($1) }
    var overlap = TileOverlap(
      afterLastInput: afterFolds + afterPixel(tile.pixels - 1, iterations[folds - 1]),
      afterFirstResult: hasZeros ? cycles : afterFolds + afterSums(iterations[folds - 1]),
      lastShare: Double(last.rows) / Double(tile.kernels), afterLastRound: afterSums(last))
    let streamed =
      readsAnywhere ? 1 : Double(first.streamed) / Double(tile.channels * nest.taps)
    let window =
      LoopNest.share(
        nest.inputRows(from: tile.firstPixel, count: 1),
        of: nest.inputRows(from: tile.firstPixel, count: tile.pixels))
    let afterFirst = cycles - span(first)
    overlap.need(share: streamed * window, after: afterFirst + afterPixel(0, first))
    overlap.need(share: streamed, after: afterFirst + afterPixel(tile.pixels - 1, first))
    return overlap
  }
}
