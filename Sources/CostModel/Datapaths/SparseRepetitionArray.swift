public import Components
public import Networks
public import Units
public import WeightAnalysis

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
  private let blocks: [FilterBlockCost]

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
    blocks = []
  }

  private init(_ spec: Spec, blocks: [FilterBlockCost]) {
    self.spec = spec
    self.blocks = blocks
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

  /// One group of pixels and one block of filters; only full precision can be cut by channels.
  public func granule(of nest: LoopNest) -> Tile {
    Tile(
      pixels: min(nest.pixels, spec.pixels), kernels: min(nest.kernels, spec.filterBlock),
      channels: blocks.isEmpty ? 1 : nest.channels)
  }

  /// Counts every block of filters once.
  ///
  /// Filters of a depthwise or grouped layer do not see the same activations, so such layers, like
  /// full-precision ones, are executed by multiplying lanes.
  public func prepared(for nest: LoopNest, weights: QuantizedTensor?) -> any Datapath {
    guard let weights, weights.shape.kernels == nest.kernels,
      weights.shape.filterSize == nest.channels * nest.taps, !nest.isDepthwise,
      weights.scheme.patterns != nil
    else { return SparseRepetitionArray(spec, blocks: []) }
    var counter = FilterBlockCounter(spec)
    var counted: [FilterBlockCost] = []
    for first in stride(from: 0, to: nest.kernels, by: spec.filterBlock) {
      let filters = first..<min(first + spec.filterBlock, nest.kernels)
      counted.append(counter.cost(of: filters, in: weights))
    }
    return SparseRepetitionArray(spec, blocks: counted)
  }

  /// Groups of pixels x cycles of the block; full precision multiplies in every lane.
  public func cost(of tile: Tile, in nest: LoopNest, part: ChannelPart) -> TileCost {
    let groups = quotient(tile.pixels, spec.pixels)
    let columns = tile.channels * nest.taps
    var cost = TileCost()
    cost.counts[.outputWrites] = tile.pixels * tile.kernels
    guard !blocks.isEmpty else {
      let adders = spec.patternAdders + spec.mergeAdders
      cost.cycles = groups * quotient(tile.kernels * columns, adders)
      cost.counts.perform(macs: tile.pixels * tile.kernels * columns)
      cost.counts[.weightReads] = tile.kernels * columns * groups
      cost.counts[.inputReads] = tile.pixels * (nest.isDepthwise ? tile.kernels : 1) * columns
      cost.counts[.registerAccesses] = 2 * cost.counts[.macs]
      cost.counts[.outputReads] = part.isFirst ? 0 : cost.counts[.outputWrites]
      return cost
    }
    cost.counts[.macs] = tile.pixels * tile.kernels * columns
    let last = tile.firstKernel + tile.kernels - 1
    for block in blocks[tile.firstKernel / spec.filterBlock...last / spec.filterBlock] {
      cost.cycles += groups * block.cycles
      cost.counts[.weightReads] += groups * block.weightReads
      cost.counts[.laneOperations] += tile.pixels * (block.builds + block.merges)
      cost.counts[.narrowAdditions] += tile.pixels * block.builds
      cost.counts[.additions] += tile.pixels * block.merges
      cost.counts[.inputReads] += tile.pixels * block.activationLoads
      cost.counts[.registerAccesses] += tile.pixels * block.registerAccesses
      cost.counts[.localReads] += tile.pixels * block.patternReads
      cost.counts[.localWrites] += tile.pixels * block.patternWrites
    }
    return cost
  }

  /// Groups of pixels follow one another, so that input and results pass by evenly after the first
  /// group's windows, which are needed tap by tap.
  public func overlap(
    of tile: Tile, in nest: LoopNest, part: ChannelPart, cycles: Int
  ) -> TileOverlap {
    let groups = quotient(tile.pixels, spec.pixels)
    let group = cycles / groups
    func use(_ tap: Int) -> Int { min(group, firstUse(of: tap, by: tile)) }
    let rounds = self.rounds(of: tile, cycles: group)
    let left = tile.pixels - (groups - 1) * spec.pixels
    var overlap = TileOverlap(
      afterLastInput: group - use(nest.lastElementTap(of: tile)),
      afterFirstResult: cycles - rounds.first,
      lastShare: Double(left * rounds.lastKernels) / Double(tile.pixels * tile.kernels),
      afterLastRound: 0)
    let first = tile.firstPixel + min(spec.pixels, tile.pixels) - 1
    for tap in nest.taps == 1 ? [0] : [0, nest.taps - 1] {
      overlap.need(
        share: nest.inputShare(upTo: first, tap: tap, of: tile), after: cycles - use(tap))
    }
    return overlap
  }

  /// The cycle of a group in which it takes in a tap of its first channel.
  private func firstUse(of tap: Int, by tile: Tile) -> Int {
    guard !blocks.isEmpty else {
      // Lanes form the products of all kernels and channels tap by tap.
      return tap * tile.channels * tile.kernels / (spec.patternAdders + spec.mergeAdders) + 1
    }
    return blocks[tile.firstKernel / spec.filterBlock].firstLoads[tap]
  }

  /// Cycles to a group's first results, and the kernels that finish last.
  private func rounds(of tile: Tile, cycles: Int) -> (first: Int, lastKernels: Int) {
    guard !blocks.isEmpty else { return (cycles, tile.kernels) }
    let rest = tile.kernels % spec.filterBlock
    return (
      blocks[tile.firstKernel / spec.filterBlock].cycles, rest == 0 ? spec.filterBlock : rest
    )
  }
}
