public import Components
public import Networks
internal import WeightAnalysis

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
    self.spec = spec
  }

  /// The multipliers.
  public var lanes: Int { spec.multipliers }

  /// Cycles depend on where the zeros are.
  public var needsWeights: Bool { true }

  /// Groups, and the channels of a depthwise convolution, follow one another.
  public func nest(of layer: Layer, batch: Int) -> (nest: LoopNest, groups: Int) {
    (LoopNest(group: layer, batch: batch, wholeDepthwise: false), layer.groups)
  }

  /// A multiplier.
  public var lane: String { "multiplier" }

  /// Sums go to the output buffer.
  public var localBuffer: LocalBuffer? { nil }

  /// Images side by side, or each by itself, in the better of two loop orders.
  public var mapper: any LayerMapper.Type { LargestTileMapper.self }

  /// It reads no sign patterns.
  public var countsPatterns: Bool { false }

  /// Kernels are packed where they fit.
  public var needsLayout: Bool { false }

  /// Counts the non-zeros of each kernel; without values every weight is taken as non-zero.
  public func prepare(
    _ nest: LoopNest, weights: GroupWeights?, mapping: Mapping?
  ) -> any PreparedLayer {
    guard let weights else { return FullRowsLayer(spec: spec, nest: nest) }
    return PackedRowsLayer(
      spec: spec, nest: nest, occupied: weights.filters.map { weights.tensor.effectual(filter: $0) }
    )
  }

  /// Fillings of the multipliers, each as many turns a pixel as share a port, with the depth of the
  /// tree; a pixel may be a tile of its own.
  public func largestCount(of nest: LoopNest) -> Double {
    let pixels = Double(nest.outputRows) * Double(nest.outputColumns)
    let fillings = Double(nest.kernels) * folds(nest.reduction, max(1, spec.multipliers - 1))
    let turns = folds(Double(spec.multipliers), spec.distributionBandwidth)
    let deliveries = 4 * nest.products + 2 * fillings * pixels
    return max(fillings * pixels * (2 * turns + 64) / 64, deliveries)
  }
}
