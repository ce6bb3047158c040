public import Specs
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

  let spec: Spec

  /// Checks the extents.
  public init(_ spec: Spec) throws(SpecError) {
    for (key, value) in [
      ("output_channels", spec.outputChannels), ("input_channels", spec.inputChannels),
      ("taps", spec.taps), ("pixels", spec.pixels), ("depthwise_channels", spec.depthwiseChannels),
    ] where !(1...65_536).contains(value) {
      throw SpecError(key, "expected 1 to 65536, found \(value)")
    }
    guard spec.sweep == .outputPixels || spec.pixels == 1 else {
      throw SpecError("pixels", "a line buffer takes in one pixel per cycle, expected 1")
    }
    guard spec.taps == 1 || !spec.channelAugmentation else {
      throw SpecError(
        "channel_augmentation", "engines of \(spec.taps) taps fold their channels, expected false")
    }
    self.spec = spec
  }

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

  private func channelBlock(_ nest: LoopNest) -> Int {
    let folds = nest.taps == 1 && spec.pointwise == .foldInput
    return spec.inputChannels * (folds ? spec.taps : 1)
  }

  /// Whether the taps of a kernel row lie side by side in the slots of the input channels.
  private func augments(_ nest: LoopNest) -> Bool {
    spec.channelAugmentation && !nest.isDepthwise && nest.channels < spec.inputChannels
  }

  /// Passes over the map for `channels` input channels and one block of output channels.
  ///
  /// With augmented channels, a pass takes as many taps of one kernel row as there are slots for.
  /// Source: AMD PG338, "Channel Augmentation".
  ///
  /// A kernel larger than an engine is cut either into groups of taps, or into windows that also
  /// fill the channel slots a stem leaves empty; the cheaper cut is taken. For a 7 x 7 kernel on
  /// three channels and nine slots this gives three passes, as the authors' animation shows.
  func passes(channels: Int, in nest: LoopNest) -> Int {
    if augments(nest) {
      return nest.kernelRows * quotient(nest.kernelColumns * channels, spec.inputChannels)
    }
    let blocks = quotient(channels, channelBlock(nest))
    guard nest.taps > spec.taps else { return blocks }
    let tapGroups = quotient(nest.taps, spec.taps) * blocks
    let side = Int(Double(spec.taps).squareRoot())
    guard spec.taps > 1, !nest.isDepthwise else { return tapGroups }
    let windows = quotient(nest.kernelRows, side) * quotient(nest.kernelColumns, side)
    return min(tapGroups, quotient(windows * channels, spec.inputChannels))
  }

  /// Passes x (pixels of a pass + overhead).
  public func cost(of tile: Tile, in nest: LoopNest, isFirstChannels: Bool) -> TileCost {
    let kernelBlocks = quotient(tile.kernels, granule(of: nest).kernels)
    let passes = passes(channels: tile.channels, in: nest)
    let rows = quotient(tile.pixels, nest.outputColumns)
    let swept: Int
    switch spec.sweep {
    case .inputPixels:
      // Strips repeat their halo rows; every image of a batch is padded on its own.
      let perImage = nest.outputRows / nest.batch
      let (images, rest) = rows.quotientAndRemainder(dividingBy: perImage)
      let columns = nest.inputColumns + 2 * nest.padding
      let whole = nest.inputRows + 2 * nest.padding
      let partial = rest == 0 ? 0 : min(whole, (rest - 1) * nest.stride + nest.kernelRows)
      swept = (images * whole + partial) * columns
    case .outputPixels:
      swept = rows * quotient(nest.outputColumns, spec.pixels)
    }
    var cost = TileCost()
    cost.cycles = kernelBlocks * passes * (swept + spec.passOverhead.count)
    cost.perform(macs: tile.pixels * tile.kernels * tile.channels * nest.taps)
    let inputChannels = nest.isDepthwise ? tile.kernels : tile.channels
    let sweeps =
      augments(nest) ? nest.taps : max(1, passes / quotient(tile.channels, channelBlock(nest)))
    cost.inputReads =
      swept * spec.pixels * inputChannels * sweeps * (nest.isDepthwise ? 1 : kernelBlocks)
    cost.weightReads = tile.kernels * tile.channels * nest.taps
    cost.outputWrites = tile.pixels * tile.kernels * passes
    cost.outputReads = tile.pixels * tile.kernels * (isFirstChannels ? passes - 1 : passes)
    cost.registerAccesses = cost.macs
    return cost
  }
}
