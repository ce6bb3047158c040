public import Components
public import Networks
public import WeightAnalysis

/// A row of multipliers fed by a distribution network and drained by a reduction tree, with zero
/// weights left out.
///
/// Weights stay, a row's non-zeros side by side; pixels stream. Zero activations are not skipped.
/// Source: SIGMA (Qin et al., HPCA 2020), as STONNE (Muñoz-Martínez et al., CAL 2021) executes
/// `SparseGEMM` with stationary weights; the counters below equal STONNE's.
public struct SparseGEMMArray: Datapath {
  /// The parameters of the array.
  public struct Spec: Codable, Hashable, Sendable {
    /// Multipliers, a power of two.
    public let multipliers: Int
    /// Elements that the distribution network delivers per cycle.
    public let distributionBandwidth: Int
    /// Kernels whose weights are packed together at most; more are worked on one after the other.
    public let kernelsPerTile: Int

    /// Makes the parameters.
    public init(multipliers: Int, distributionBandwidth: Int, kernelsPerTile: Int) {
      self.multipliers = multipliers
      self.distributionBandwidth = distributionBandwidth
      self.kernelsPerTile = kernelsPerTile
    }
  }

  /// `sparse-gemm-array`.
  public static let kind = "sparse-gemm-array"
  /// One sentence.
  public static let summary =
    "Multipliers with a flexible network that leave out zero weights (SIGMA)."

  /// The parameters.
  public let spec: Spec
  /// Non-zero weights of each kernel; empty where every weight is taken as non-zero.
  private let occupied: [Int]

  /// Checks the extents.
  public init(_ spec: Spec) throws(SpecError) {
    guard (2...65_536).contains(spec.multipliers), spec.multipliers.nonzeroBitCount == 1 else {
      throw SpecError(
        "multipliers", "expected a power of two up to 65536, found \(spec.multipliers)")
    }
    guard (1...spec.multipliers).contains(spec.distributionBandwidth) else {
      throw SpecError(
        "distribution_bandwidth",
        "expected 1 to the \(spec.multipliers) multipliers, found \(spec.distributionBandwidth)")
    }
    guard (1...65_536).contains(spec.kernelsPerTile) else {
      throw SpecError("kernels_per_tile", "expected 1 to 65536, found \(spec.kernelsPerTile)")
    }
    self.init(spec, occupied: [])
  }

  private init(_ spec: Spec, occupied: [Int]) {
    self.spec = spec
    self.occupied = occupied
  }

  /// The multipliers.
  public var lanes: Int { spec.multipliers }

  /// Cycles depend on where the zeros are.
  public var needsWeights: Bool { true }

  /// Groups, and the channels of a depthwise convolution, follow one another.
  public func nest(of layer: Layer, batch: Int) -> (nest: LoopNest, groups: Int) {
    (LoopNest(group: layer, batch: batch, wholeDepthwise: false), layer.groups)
  }

  /// One pixel, the kernels that are packed together, all channels.
  public func granule(of nest: LoopNest) -> Tile {
    Tile(pixels: 1, kernels: min(nest.kernels, spec.kernelsPerTile), channels: nest.channels)
  }

  /// Counts the non-zeros of each kernel; without values every weight is taken as non-zero.
  public func prepared(for nest: LoopNest, weights: QuantizedTensor?) -> any Datapath {
    guard let weights, weights.shape.kernels == nest.kernels,
      weights.shape.filterSize == nest.channels * nest.taps
    else { return SparseGEMMArray(spec, occupied: []) }
    return SparseGEMMArray(
      spec, occupied: (0..<nest.kernels).map { weights.effectual(filter: $0) })
  }

  /// Groups differ where their weights do.
  public func prepared(
    for nest: LoopNest, weights: QuantizedTensor, group: Int
  ) -> (any Datapath)? {
    guard weights.shape.kernels >= (group + 1) * nest.kernels,
      weights.shape.filterSize == nest.channels * nest.taps
    else { return nil }
    let kernels = group * nest.kernels..<(group + 1) * nest.kernels
    return SparseGEMMArray(spec, occupied: kernels.map { weights.effectual(filter: $0) })
  }

  // MARK: Iterations

  /// One filling of the multipliers, or several equal ones.
  private struct Iteration {
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
  private struct Iterations {
    var repeated: [Iteration] = []
    var times = 1
    var rest: [Iteration] = []

    /// Those of one round, which stand for the others, or of the rest where there is no round.
    var sample: [Iteration] { times > 0 ? repeated : rest }
    var last: Iteration? { rest.last ?? repeated.last }
  }

  private func iterations(of tile: Tile, in nest: LoopNest) -> Iterations {
    let columns = tile.channels * nest.taps
    guard !occupied.isEmpty else { return equalIterations(kernels: tile.kernels, columns: columns) }
    var iterations: [Iteration] = []
    var packed = Iteration(streamed: columns)
    func flush() {
      if packed.rows > 0 { iterations.append(packed) }
      packed = Iteration(streamed: columns)
    }
    for kernel in tile.firstKernel..<tile.firstKernel + tile.kernels {
      let count = occupied[kernel]
      guard count > 0 else { continue }
      if packed.weights + count > spec.multipliers || packed.rows == spec.kernelsPerTile { flush() }
      if count > spec.multipliers {
        iterations += folds(of: count, columns: columns)
      } else {
        packed.weights += count
        packed.rows += 1
      }
    }
    flush()
    return Iterations(repeated: iterations)
  }

  /// Kernels of full rows: as many side by side as fit, or each in folds.
  private func equalIterations(kernels: Int, columns: Int) -> Iterations {
    guard columns <= spec.multipliers else {
      return Iterations(repeated: folds(of: columns, columns: columns), times: kernels)
    }
    func pack(_ rows: Int) -> [Iteration] {
      rows > 0 ? [Iteration(weights: rows * columns, rows: rows, streamed: columns)] : []
    }
    let rows = min(spec.kernelsPerTile, spec.multipliers / columns)
    let (packs, rest) = kernels.quotientAndRemainder(dividingBy: rows)
    return Iterations(repeated: pack(rows), times: packs, rest: pack(rest))
  }

  /// A row too long: later folds keep one slot for the partial sum, and the folds share its columns in
  /// proportion to their weights.
  private func folds(of count: Int, columns: Int) -> [Iteration] {
    let (first, later) = (spec.multipliers, spec.multipliers - 1)
    let between = quotient(count - first, later) - 1
    /// Columns up to the weight `weights`.
    func columnsUpTo(_ weights: Int) -> Int { scaled(columns, by: weights, over: count).quotient }
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

  /// Iterations x (streamed pixels x deliveries per pixel + depth of the reduction tree).
  ///
  /// `r (N + 1) + log2(multipliers) + 3`, and one more when r > 1, per iteration, r the most
  /// deliveries that one port makes for a pixel. Exact against STONNE for one row per
  /// iteration; several rows add conflicts on its collection bus that are not modelled.
  public func cost(of tile: Tile, in nest: LoopNest, part: ChannelPart) -> TileCost {
    var cost = TileCost()
    let iterations = iterations(of: tile, in: nest)
    for (list, rounds) in [(iterations.repeated, iterations.times), (iterations.rest, 1)] {
      for iteration in list { add(iteration, times: rounds, pixels: tile.pixels, to: &cost) }
    }
    cost.counts[.macs] = tile.pixels * tile.kernels * tile.channels * nest.taps
    cost.counts[.laneOperations] = cost.counts[.multiplications]
    return cost
  }

  private func add(
    _ iteration: Iteration, times rounds: Int, pixels: Int, to cost: inout TileCost
  ) {
    let times = rounds * iteration.times
    cost.cycles += times * cycles(iteration, pixels: pixels)
    cost.counts[.inputReads] += rounds * iteration.streamed * pixels
    cost.counts[.weightReads] += times * iteration.weights
    cost.counts[.multiplications] += times * iteration.weights * pixels
    cost.counts[.additions] += times * (iteration.used - iteration.rows) * pixels
    cost.counts[.outputWrites] += times * iteration.rows * pixels
    cost.counts[.outputReads] += iteration.continues ? times * pixels : 0
    // Every delivery crosses the switches of the distribution network.
    cost.counts[.registerAccesses] += times * (iteration.weights + iteration.used * pixels)
  }

  /// All pixels stream in every iteration; the first kernel's iterations read every column.
  public func overlap(
    of tile: Tile, in nest: LoopNest, part: ChannelPart, cycles: Int
  ) -> TileOverlap {
    let all = iterations(of: tile, in: nest)
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
    let hasZeros =
      !occupied.isEmpty
      && occupied[tile.firstKernel..<tile.firstKernel + tile.kernels].contains(0)
    var overlap = TileOverlap(
      afterLastInput: afterFolds + afterPixel(tile.pixels - 1, iterations[folds - 1]),
      afterFirstResult: hasZeros ? cycles : afterFolds + afterSums(iterations[folds - 1]),
      lastShare: Double(last.rows) / Double(tile.kernels), afterLastRound: afterSums(last))
    let streamed = Double(first.streamed) / Double(tile.channels * nest.taps)
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
