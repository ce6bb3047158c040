public import Specs
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

  private let spec: Spec
  /// Non-zero weights of each kernel; empty before a layer is prepared.
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
    else {
      return SparseGEMMArray(
        spec, occupied: Array(repeating: nest.channels * nest.taps, count: nest.kernels))
    }
    return SparseGEMMArray(
      spec, occupied: (0..<nest.kernels).map { weights.effectual(filter: $0) })
  }

  /// Iterations x (streamed pixels x deliveries per pixel + depth of the reduction tree).
  ///
  /// `r (N + 1) + log2(multipliers) + 3`, and one more when r > 1, per iteration, r the most
  /// deliveries that one port makes for a pixel. Exact against STONNE for one row per
  /// iteration; several rows add conflicts on its collection bus that are not modelled.
  public func cost(of tile: Tile, in nest: LoopNest, part: ChannelPart) -> TileCost {
    let columns = tile.channels * nest.taps
    let depth = spec.multipliers.trailingZeroBitCount + 3
    var cost = TileCost()
    var nonZeros = 0
    func iterate(used: Int, rows: Int, continues: Bool, streamed: Int) {
      // Neighbouring multipliers share a port, so even a few of them take turns on it.
      let deliveries = min(
        used, quotient(spec.multipliers, spec.distributionBandwidth))
      cost.cycles += deliveries * (tile.pixels + 1) + depth + (deliveries > 1 ? 1 : 0)
      cost.inputReads += streamed * tile.pixels
      cost.additions += (used - rows) * tile.pixels
      cost.outputWrites += rows * tile.pixels
      cost.outputReads += continues ? tile.pixels : 0
    }
    var packed = (used: 0, rows: 0)
    func flush() {
      guard packed.rows > 0 else { return }
      iterate(used: packed.used, rows: packed.rows, continues: false, streamed: columns)
      packed = (0, 0)
    }
    for kernel in tile.firstKernel..<tile.firstKernel + tile.kernels {
      let count = occupied.isEmpty ? columns : occupied[kernel]
      nonZeros += count
      guard count > 0 else { continue }
      if packed.used + count > spec.multipliers { flush() }
      guard count > spec.multipliers else {
        packed = (packed.used + count, packed.rows + 1)
        continue
      }
      // A row too long is folded: later folds keep one slot for the partial sum.
      var left = count
      var isFirst = true
      while left > 0 {
        let weights = min(left, spec.multipliers - (isFirst ? 0 : 1))
        // The folds of a row share its columns in proportion to their weights.
        let streamed = columns * (count - left + weights) / count - columns * (count - left) / count
        iterate(
          used: weights + (isFirst ? 0 : 1), rows: 1, continues: !isFirst, streamed: streamed)
        left -= weights
        isFirst = false
      }
    }
    flush()
    cost.macs = tile.pixels * tile.kernels * columns
    cost.weightReads = nonZeros
    cost.multiplications = nonZeros * tile.pixels
    cost.laneOperations = cost.multiplications
    // Every delivery crosses the switches of the distribution network.
    cost.registerAccesses = cost.multiplications
    return cost
  }

  /// All pixels stream in every iteration; the first kernel's iterations read every column.
  public func overlap(
    of tile: Tile, in nest: LoopNest, part: ChannelPart, cycles: Int
  ) -> TileOverlap {
    let columns = tile.channels * nest.taps
    let first = occupied.isEmpty ? columns : occupied[tile.firstKernel]
    let kernels = (tile.firstKernel..<tile.firstKernel + tile.kernels).reduce(0) {
      $0 + max(1, occupied.isEmpty ? columns : occupied[$1])
    }
    let round = cycles * min(kernels, max(1, first, min(kernels, spec.multipliers))) / kernels
    return TileOverlap(
      afterLastInput: cycles - round, afterFirstResult: cycles - round,
      lastShare: min(1, Double(spec.multipliers) / Double(kernels)),
      afterLastRound: min(cycles, cycles * spec.multipliers / kernels))
  }
}
