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

    /// Makes the parameters.
    public init(
      outputChannels: Int, inputChannels: Int, taps: Int, pixels: Int, sweep: Sweep,
      pointwise: Pointwise, depthwiseChannels: Int, passOverhead: Cycles,
      channelAugmentation: Bool = false
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
    }

    enum CodingKeys: String, CodingKey {
      case outputChannels, inputChannels, taps, pixels, sweep, pointwise, depthwiseChannels
      case passOverhead, channelAugmentation
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
    self.spec = spec
  }

  /// The most lanes, as many as those of the largest systolic array.
  private static let largestArray = 1 << 32

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

  /// One output row, one block of output channels, one block of input channels.
  public func granule(of nest: LoopNest) -> Tile {
    Tile(
      pixels: nest.outputColumns,
      kernels: min(nest.kernels, nest.isDepthwise ? spec.depthwiseChannels : spec.outputChannels),
      channels: min(nest.channels, channelBlock(nest)))
  }

  func channelBlock(_ nest: LoopNest) -> Int {
    let folds = nest.taps == 1 && spec.pointwise == .foldInput
    return spec.inputChannels * (folds ? spec.taps : 1)
  }

  /// Whether the taps of a kernel row lie side by side in the slots of the input channels.
  ///
  /// Source: AMD PG338, "Channel Augmentation".
  func augments(_ nest: LoopNest) -> Bool {
    spec.channelAugmentation && !nest.isDepthwise && nest.channels < spec.inputChannels
  }

  /// How kernels and input channels are cut into passes over the map.
  struct Cut: Hashable {
    /// Passes for one block of output channels.
    let passes: Int
    /// Input channels read, summed over the passes.
    let channelReads: Int
    /// Passes before the one that reads the last input channel for the first time.
    let before: Int
    /// Passes in a row that read the same channels.
    let repeats: Int
  }

  /// Taps of one kernel row side by side, channel by channel, as many as there are slots for.
  private func rowCut(channels: Int, in nest: LoopNest) -> Cut {
    let passes = nest.kernelRows * passesPerRow(channels, nest)
    return Cut(passes: passes, channelReads: nest.taps * channels, before: 0, repeats: passes)
  }

  func passesPerRow(_ channels: Int, _ nest: LoopNest) -> Int {
    quotient(nest.kernelColumns * channels, spec.inputChannels)
  }

  /// The passes for `channels` input channels and one block of output channels.
  ///
  /// A kernel larger than an engine is cut either into groups of taps, or into windows that also
  /// fill the channel slots a stem leaves empty; the cheaper cut is taken. For a 7 x 7 kernel on
  /// three channels and nine slots this gives three passes, as the authors' animation shows.
  func cut(channels: Int, in nest: LoopNest) -> Cut {
    if augments(nest) { return rowCut(channels: channels, in: nest) }
    let blocks = quotient(channels, channelBlock(nest))
    let groups = quotient(nest.taps, spec.taps)
    let byTaps = Cut(
      passes: groups * blocks, channelReads: groups * channels, before: groups * (blocks - 1),
      repeats: groups)
    guard groups > 1, spec.taps > 1, !nest.isDepthwise else { return byTaps }
    let side = Int(Double(spec.taps).squareRoot())
    let windows = quotient(nest.kernelRows, side) * quotient(nest.kernelColumns, side)
    // Windows of one place in the kernel stand side by side, one per channel.
    let (full, rest) = (windows * channels).quotientAndRemainder(dividingBy: spec.inputChannels)
    let byWindows = Cut(
      passes: full + (rest > 0 ? 1 : 0),
      channelReads: full * min(channels, spec.inputChannels) + min(channels, rest),
      before: quotient(channels, spec.inputChannels) - 1, repeats: 1)
    return byWindows.passes < byTaps.passes ? byWindows : byTaps
  }

  /// Cycles of one pass over a strip of output rows.
  ///
  /// A line buffer takes in every padded pixel of a whole image, and of a part of one the rows that
  /// its windows touch; strips repeat their halo rows, and every image is padded on its own.
  private func sweptPixels(_ tile: Tile, _ nest: LoopNest) -> Int {
    let rows = quotient(tile.pixels, nest.outputColumns)
    guard spec.sweep == .inputPixels else {
      return rows * quotient(nest.outputColumns, spec.pixels)
    }
    let perImage = nest.outputRows / nest.batch
    let whole = nest.rows.padded
    func taken(_ rows: Int) -> Int {
      rows == 0
        ? 0 : rows == perImage ? whole : min(whole, (rows - 1) * nest.rows.stride + nest.rows.span)
    }
    // A strip may begin and end within an image.
    let first = (tile.firstPixel / nest.outputColumns) % perImage
    let head = min(rows, perImage - first)
    let (images, tail) = (rows - head).quotientAndRemainder(dividingBy: perImage)
    return (taken(head) + images * whole + taken(tail)) * nest.columns.padded
  }

  /// Where strips do not end with an image.
  public func costDependsOnPosition(of tile: Tile, in nest: LoopNest) -> Bool {
    spec.sweep == .inputPixels && nest.batch > 1
      && !tile.pixels.isMultiple(of: nest.pixels / nest.batch)
  }

  /// Passes x (pixels of a pass + overhead).
  public func cost(of tile: Tile, in nest: LoopNest, part: ChannelPart) -> TileCost {
    let kernelBlocks = quotient(tile.kernels, granule(of: nest).kernels)
    let cut = cut(channels: tile.channels, in: nest)
    let passes = cut.passes
    let swept = sweptPixels(tile, nest)
    var cost = TileCost()
    cost.cycles = kernelBlocks * passes * (swept + spec.passOverhead.count)
    cost.counts.perform(macs: tile.pixels * tile.kernels * tile.channels * nest.taps)
    cost.counts[.inputReads] =
      swept * spec.pixels * cut.channelReads * (nest.isDepthwise ? tile.kernels : kernelBlocks)
    cost.counts[.weightReads] = tile.kernels * tile.channels * nest.taps
    cost.counts[.outputWrites] = tile.pixels * tile.kernels * passes
    cost.counts[.outputReads] = tile.pixels * tile.kernels * (part.isFirst ? passes - 1 : passes)
    cost.counts[.registerAccesses] = cost.counts[.macs]
    return cost
  }
}
