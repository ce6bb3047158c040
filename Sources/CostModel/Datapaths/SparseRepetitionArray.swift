public import Components
public import Networks
public import Units
internal import WeightAnalysis

/// Adders that exploit sparsity and repetition of quantized weights, without multipliers.
///
/// The columns of a filter are cut into tiles. For each tile the sums of the patterns that occur
/// are built once and kept in a buffer addressed by the pattern; then every filter of a block adds
/// the sum of its own pattern, with its own sign, to its partial sum. All of this happens for
/// several output pixels side by side. The idea is that of PLUM (Kuhar et al., TMLR 2024) and
/// Signed-Binary Networks; the engine is this project's own.
public struct SparseRepetitionArray: Datapath {
  /// What the engine makes use of; the number of adders is the same in every mode.
  public enum Mode: String, Codable, CaseIterable, Sendable {
    /// Neither: every weight is an addition.
    case dense
    /// Zero weights are skipped.
    case sparse
    /// Repeated patterns are summed once, the zero pattern like any other.
    case repetition
    /// Repeated patterns are summed once and zeros are skipped.
    case sparseRepetition = "sparse-repetition"
  }

  /// How the sums of patterns are built.
  public enum Reuse: String, Codable, CaseIterable, Sendable {
    /// Each pattern on its own.
    case direct
    /// Each pattern from the one without its highest column.
    case trie
  }

  /// What an all-zero tile costs.
  public enum ZeroTiles: String, Codable, CaseIterable, Sendable {
    /// Nothing: a bitmap names the tiles to visit.
    case skipped
    /// One cycle.
    case visited
  }

  /// What happens to columns that no filter of the block uses.
  public enum DeadColumns: String, Codable, CaseIterable, Sendable {
    /// Their activations are not loaded.
    case skipped
    /// Their activations are loaded.
    case loaded
  }

  /// The parameters of the engine.
  public struct Spec: Codable, Hashable, Sendable {
    /// What the engine makes use of.
    public let mode: Mode
    /// How the sums of patterns are built.
    public let reuse: Reuse
    /// Columns of a tile, 1 to 12.
    public let tileWidth: Int
    /// Filters that share the pattern sums of a tile.
    public let filterBlock: Int
    /// Output pixels side by side.
    public let pixels: Int
    /// Vector adders that build pattern sums.
    public let patternAdders: Int
    /// Vector adders that merge them into partial sums.
    public let mergeAdders: Int
    /// Activation vectors loaded per cycle.
    public let activationLoads: Int
    /// Weight bits read per cycle.
    public let weightBitsPerCycle: Int
    /// Banks of the pattern buffer; 0 where it never conflicts.
    public let patternBanks: Int
    /// What an all-zero tile costs.
    public let zeroTiles: ZeroTiles
    /// What happens to columns that no filter of the block uses.
    public let deadColumns: DeadColumns
    /// Width of an activation.
    public let activationWidth: Bits
  }

  /// `sparse-repetition-array`.
  public static let kind = "sparse-repetition-array"
  /// One sentence.
  public static let summary =
    "Adders that build each repeated weight pattern's sum once and skip zeros (PLUM's idea)."

  /// The parameters.
  public let spec: Spec

  /// Checks the extents.
  public init(_ spec: Spec) throws(SpecError) {
    for (key, value, limit) in [
      ("tile_width", spec.tileWidth, 12), ("filter_block", spec.filterBlock, 4096),
      ("pixels", spec.pixels, 4096), ("pattern_adders", spec.patternAdders, 65_536),
      ("merge_adders", spec.mergeAdders, 65_536),
      ("activation_loads", spec.activationLoads, 65_536),
      ("weight_bits_per_cycle", spec.weightBitsPerCycle, 1 << 20),
      ("activation_width", spec.activationWidth.count, 32),
    ] where !(1...limit).contains(value) {
      throw SpecError(key, "expected 1 to \(limit), found \(value)")
    }
    guard (0...4096).contains(spec.patternBanks) else {
      throw SpecError("pattern_banks", "expected 0 to 4096, found \(spec.patternBanks)")
    }
    self.spec = spec
  }

  /// Adders of both engines, one lane per output pixel.
  public var lanes: Int { (spec.patternAdders + spec.mergeAdders) * spec.pixels }

  /// There is no multiplier.
  public var lane: String { "adder" }

  /// Whatever the mode.
  public var countsPatterns: Bool { true }

  /// Every mode but the dense one.
  public var needsWeights: Bool { spec.mode != .dense }

  /// The pattern-sum buffer, two halves of `2^T` sums per pixel.
  public var localBuffer: LocalBuffer? {
    let growth = Int.bitWidth - (spec.tileWidth - 1).leadingZeroBitCount
    let width = spec.activationWidth.count + max(growth, 0)
    let bits = 2 * (1 << spec.tileWidth) * spec.pixels * width
    return LocalBuffer(
      name: "pattern_buffer", size: Bytes(holding: Bits(bits)), width: Bits(width))
  }

  /// Groups follow one another; depthwise layers stay whole.
  public func nest(of layer: Layer, batch: Int) -> (nest: LoopNest, groups: Int) {
    let isDepthwise = layer.operation == .depthwiseConvolution
    return (
      LoopNest(group: layer, batch: batch, wholeDepthwise: true), isDepthwise ? 1 : layer.groups
    )
  }

  /// Images side by side, or each by itself, in the better of two loop orders.
  public var mapper: any LayerMapper.Type { LargestTileMapper.self }

  /// Blocks of filters follow one another.
  public var needsLayout: Bool { false }

  /// Counts every block of filters once.
  ///
  /// Filters of a depthwise or grouped layer do not see the same activations, so such layers, like
  /// full-precision ones, are executed by multiplying lanes.
  public func prepare(
    _ nest: LoopNest, weights: GroupWeights?, mapping: Mapping?
  ) -> any PreparedLayer {
    guard let weights, weights.isWhole, !nest.isDepthwise, weights.tensor.scheme.patterns != nil
    else {
      return MultiplyingLanesLayer(spec: spec, nest: nest)
    }
    return CountedFiltersLayer(spec: spec, nest: nest, weights: weights.tensor)
  }

  /// Every product is at most one addition to a sum, which takes registers of up to 41 activations'
  /// width, and every pattern of a filter at most 12 additions that build it.
  public func largestCount(of nest: LoopNest, granule: Tile) -> Double { 256 * nest.products }
}

extension SparseRepetitionArray.Spec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote(
      "mode",
      "What the engine makes use of: `dense`, nothing, every weight is an addition; "
        + "`sparse`, zero weights are skipped; `repetition`, repeated patterns are "
        + "summed once; `sparse-repetition`, both",
      source: "PLUM (TMLR 2024)"),
    KeyNote(
      "reuse",
      "How the sums of patterns are built: `direct`, each on its own; `trie`, each "
        + "from the one without its highest column"),
    KeyNote(
      "tile_width",
      "Columns of a tile, 1 to 12"),
    KeyNote(
      "filter_block",
      "Filters that share the pattern sums of a tile"),
    KeyNote(
      "pixels",
      "Output pixels side by side"),
    KeyNote(
      "pattern_adders",
      "Vector adders that build pattern sums"),
    KeyNote(
      "merge_adders",
      "Vector adders that merge them into partial sums"),
    KeyNote(
      "activation_loads",
      "Activation vectors loaded per cycle"),
    KeyNote(
      "weight_bits_per_cycle",
      "Weight bits read per cycle"),
    KeyNote(
      "pattern_banks",
      "Banks of the pattern buffer; 0 where it never conflicts"),
    KeyNote(
      "zero_tiles",
      "What a tile of zeros costs: `skipped`, nothing, a bitmap names the tiles to "
        + "visit; `visited`, one cycle"),
    KeyNote(
      "dead_columns",
      "What becomes of columns that no filter of the block uses: their activations "
        + "are `skipped`, or `loaded`"),
    KeyNote(
      "activation_width",
      "Width of an activation"),
  ]
}
