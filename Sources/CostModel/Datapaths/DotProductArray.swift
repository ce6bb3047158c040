public import Components
public import Networks
public import Units

/// A two-dimensional array of dot-product engines, each with one multiplier per kernel tap.
///
/// For every block of output channels and every block of input channels, the whole map is swept
/// once while partial sums accumulate in the output buffer.
/// Source: SushiAccel's loop nest (Tong et al., FEATHER, ISCA 2024, artifact; the authors'
/// animation of the array); AMD PG338 for the Xilinx DPU's pixel x input x output parallelism.
public struct DotProductArray: Datapath {
  /// The parameters of the array.
  public struct Spec: Codable, Hashable, Sendable {
    /// Engines along output channels.
    public let outputChannels: Int
    /// Engines along input channels.
    public let inputChannels: Int
    /// Multipliers of one engine; 1 where taps are always taken one after the other.
    public let taps: Int
    /// Output pixels computed side by side.
    public let pixels: Int
    /// What one cycle of a pass takes in.
    public let sweep: Sweep
    /// What the taps do in a 1 x 1 convolution.
    public let pointwise: Pointwise
    /// Channels of a depthwise convolution worked on side by side.
    public let depthwiseChannels: Int
    /// Cycles between two passes.
    public let passOverhead: Cycles
    /// Whether taps of a kernel row fill the slots that few input channels leave empty; false when
    /// left out.
    public let channelAugmentation: Bool
    /// What is not done for inputs that are zero; everything is when left out.
    public let gating: Gating?
    /// Parts of the output channels with input ports of their own, so that kernels of different inputs may
    /// share a pass; 1 when left out.
    public let partitions: Int?

    /// Makes the parameters.
    public init(
      outputChannels: Int, inputChannels: Int, taps: Int, pixels: Int, sweep: Sweep,
      pointwise: Pointwise, depthwiseChannels: Int, passOverhead: Cycles,
      channelAugmentation: Bool = false, gating: Gating? = nil, partitions: Int? = nil
    ) {
      self.outputChannels = outputChannels
      self.inputChannels = inputChannels
      self.taps = taps
      self.pixels = pixels
      self.sweep = sweep
      self.pointwise = pointwise
      self.depthwiseChannels = depthwiseChannels
      self.passOverhead = passOverhead
      self.channelAugmentation = channelAugmentation
      self.gating = gating
      self.partitions = partitions
    }

    enum CodingKeys: String, CodingKey {
      case outputChannels, inputChannels, taps, pixels, sweep, pointwise, depthwiseChannels
      case passOverhead, channelAugmentation, gating, partitions
    }

    /// Decodes the parameters, filling in the default named above.
    public init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      outputChannels = try values.decode(Int.self, forKey: .outputChannels)
      inputChannels = try values.decode(Int.self, forKey: .inputChannels)
      taps = try values.decode(Int.self, forKey: .taps)
      pixels = try values.decode(Int.self, forKey: .pixels)
      sweep = try values.decode(Sweep.self, forKey: .sweep)
      pointwise = try values.decode(Pointwise.self, forKey: .pointwise)
      depthwiseChannels = try values.decode(Int.self, forKey: .depthwiseChannels)
      passOverhead = try values.decode(Cycles.self, forKey: .passOverhead)
      channelAugmentation =
        try values.decodeIfPresent(Bool.self, forKey: .channelAugmentation) ?? false
      gating = try values.decodeIfPresent(Gating.self, forKey: .gating)
      partitions = try values.decodeIfPresent(Int.self, forKey: .partitions)
    }
  }

  /// What one cycle of a pass takes in.
  public enum Sweep: String, Codable, CaseIterable, Sendable {
    /// A line buffer takes in one padded input pixel per cycle, whatever the stride.
    case inputPixels = "input-pixels"
    /// The array is addressed by output pixel.
    case outputPixels = "output-pixels"
  }

  /// What the taps do in a 1 x 1 convolution.
  public enum Pointwise: String, Codable, CaseIterable, Sendable {
    /// Each tap takes a further input channel.
    case foldInput = "fold-input"
    /// One tap works, the others idle.
    case singleTap = "single-tap"
  }

  /// `dot-product-array`.
  public static let kind = "dot-product-array"
  /// One sentence.
  public static let summary =
    "Dot-product engines over output and input channels with a line buffer (SushiAccel, Xilinx DPU)."

  /// The parameters.
  public let spec: Spec

  /// Checks the extents.
  public init(_ spec: Spec) throws(SpecError) {
    for (key, value) in [
      ("output_channels", spec.outputChannels), ("input_channels", spec.inputChannels),
      ("taps", spec.taps), ("pixels", spec.pixels), ("depthwise_channels", spec.depthwiseChannels),
    ] where !(1...65_536).contains(value) {
      throw SpecError(key, "expected 1 to 65536, found \(value)")
    }
    let lanes =
      Double(spec.outputChannels) * Double(spec.inputChannels) * Double(spec.taps)
      * Double(spec.pixels)
    guard lanes <= Double(Self.largestArray) else {
      throw SpecError(
        "output_channels",
        "output_channels x input_channels x taps x pixels: expected at most 2^32 lanes")
    }
    let engines = spec.outputChannels * spec.inputChannels
    guard spec.depthwiseChannels <= engines else {
      throw SpecError(
        "depthwise_channels",
        "each takes an engine, expected at most the \(engines) of output_channels x input_channels, "
          + "found \(spec.depthwiseChannels)")
    }
    guard spec.passOverhead.count <= 1_000_000_000_000 else {
      throw SpecError(
        "pass_overhead", "expected at most 1e12 cycles, found \(spec.passOverhead)")
    }
    guard spec.sweep == .outputPixels || spec.pixels == 1 else {
      throw SpecError("pixels", "a line buffer takes in one pixel per cycle, expected 1")
    }
    guard !spec.channelAugmentation || (spec.taps == 1 && spec.sweep == .outputPixels) else {
      throw SpecError(
        "channel_augmentation",
        "needs engines of one tap that sweep output pixels, expected false")
    }
    if let partitions = spec.partitions {
      guard (1...spec.outputChannels).contains(partitions),
        spec.outputChannels.isMultiple(of: partitions)
      else {
        throw SpecError(
          "partitions",
          "expected equal parts of the \(spec.outputChannels) output channels, found \(partitions)")
      }
    }
    self.spec = spec
  }

  /// The most lanes, as many as those of the largest systolic array.
  private static let largestArray = 1 << 32

  /// What the file says.
  public var gating: Gating? { spec.gating }

  /// Output channels x input channels x taps x pixels.
  public var lanes: Int {
    spec.outputChannels * spec.inputChannels * spec.taps * spec.pixels
  }

  /// Depthwise layers stay whole; other groups follow one another.
  public func nest(of layer: Layer, batch: Int) -> (nest: LoopNest, groups: Int) {
    let isDepthwise = layer.operation == .depthwiseConvolution
    return (
      LoopNest(group: layer, batch: batch, wholeDepthwise: true), isDepthwise ? 1 : layer.groups
    )
  }

  /// Images side by side, or each by itself, in the better of two loop orders.
  public var mapper: any LayerMapper.Type { LargestTileMapper.self }

  /// A multiplier.
  public var lane: String { "multiplier" }

  /// Every weight is multiplied.
  public var needsWeights: Bool { false }

  /// Sums go to the output buffer.
  public var localBuffer: LocalBuffer? { nil }

  /// It reads no sign patterns.
  public var countsPatterns: Bool { false }

  /// Blocks of channels and taps lie where they fit.
  public var needsLayout: Bool { false }

  /// The array with one group on it.
  public func prepare(
    _ nest: LoopNest, weights: GroupWeights?, mapping: Mapping?
  ) -> any PreparedLayer {
    DotProductLayer(spec: spec, nest: nest)
  }

  /// Blocks of kernels x passes x what a pass sweeps, its overhead once a row at most; every lane
  /// reads in a sweep, and each pass reads and writes every sum.
  public func largestCount(of nest: LoopNest, granule: Tile) -> Double {
    let rows = Double(nest.outputRows)
    let swept =
      spec.sweep == .outputPixels
      ? rows * folds(Double(nest.outputColumns), spec.pixels)
      : (rows * Double(max(nest.rows.stride, nest.rows.span))
        + Double(nest.batch) * Double(nest.rows.padded)) * Double(nest.columns.padded)
    let block = nest.isDepthwise ? spec.depthwiseChannels : spec.outputChannels
    let blocks = folds(Double(nest.kernels), min(block, granule.kernels))
    let taps = Double(nest.taps)
    // No array needs more passes than one for each block of channels and group of taps; where taps
    // fill slots of their own, no more than one for each.
    let passes =
      spec.channelAugmentation
      ? nest.reduction
      : folds(Double(nest.channels), min(spec.inputChannels, granule.channels))
        * folds(taps, spec.taps)
    let reads =
      swept * Double(spec.pixels) * nest.reduction
      * (nest.isDepthwise ? Double(nest.kernels) : blocks)
    let sums = rows * Double(nest.outputColumns) * Double(nest.kernels) * passes
    let cycles = blocks * passes * (swept + rows * Double(spec.passOverhead.count))
    return max(cycles / 64, reads, sums, 4 * nest.products)
  }
}

extension DotProductArray.Spec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote(
      "output_channels",
      "Engines along output channels"),
    KeyNote(
      "input_channels",
      "Engines along input channels"),
    KeyNote(
      "taps",
      "Multipliers of one engine, which take taps of a kernel row side by side; 1 "
        + "where taps are always taken one after the other"),
    KeyNote(
      "pixels",
      "Output pixels that are computed side by side"),
    KeyNote(
      "sweep",
      "What one cycle of a pass takes in: `input-pixels`, a line buffer takes one "
        + "padded input pixel per cycle, whatever the stride; `output-pixels`, the "
        + "array is addressed by output pixel"),
    KeyNote(
      "pointwise",
      "What the taps do in a 1 x 1 convolution: `fold-input`, each takes a further "
        + "input channel; `single-tap`, one works"),
    KeyNote(
      "depthwise_channels",
      "Channels of a depthwise convolution that are worked on side by side"),
    KeyNote(
      "pass_overhead",
      "Cycles between two passes"),
    KeyNote(
      "channel_augmentation",
      "Whether taps of a kernel row fill the slots that few input channels leave "
        + "empty",
      default: "false"),
    KeyNote(
      "gating",
      "What is not done for inputs that are zero: `zero-inputs`, their "
        + "multiplications, the additions of the products and what both need of "
        + "scratchpads",
      default: "nothing: all is done",
      source: "Eyeriss (JSSC 2017)"),
    KeyNote(
      "partitions",
      "Parts of the output channels with input ports of their own, so that kernels of different inputs "
        + "may share a pass (scenarios with `tenants`)",
      default: "1"),
  ]
}
