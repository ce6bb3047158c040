internal import Networks
internal import Units

/// A group of a layer on an array of dot-product engines.
final class DotProductLayer: PreparedLayer {
  let spec: DotProductArray.Spec
  let nest: LoopNest
  let traits: LayerTraits

  /// Tiles are one output row, one block of output channels, one block of input channels.
  init(spec: DotProductArray.Spec, nest: LoopNest) {
    self.spec = spec
    self.nest = nest
    let kernels = nest.isDepthwise ? spec.depthwiseChannels : spec.outputChannels
    var traits = LayerTraits(
      granule: Tile(
        pixels: nest.outputColumns, kernels: min(nest.kernels, kernels),
        channels: min(nest.channels, Self.channelBlock(spec, nest))))
    traits.isUniform = true
    traits.unit = Tile(pixels: nest.outputColumns, kernels: 1, channels: 1)
    traits.isByExtents = spec.sweep == .outputPixels
    // A line buffer is filled again where a strip begins within an image.
    if spec.sweep == .inputPixels, nest.batch > 1 { traits.period = nest.pixels / nest.batch }
    self.traits = traits
  }

  private static func channelBlock(_ spec: DotProductArray.Spec, _ nest: LoopNest) -> Int {
    let folds = nest.taps == 1 && spec.pointwise == .foldInput
    return spec.inputChannels * (folds ? spec.taps : 1)
  }

  /// Input channels that are worked on side by side.
  var channelBlock: Int { Self.channelBlock(spec, nest) }

  /// Whether the taps of a kernel row lie side by side in the slots of the input channels.
  ///
  /// Source: AMD PG338, "Channel Augmentation".
  var augments: Bool {
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
  private func rowCut(channels: Int) -> Cut {
    let passes = nest.kernelRows * passesPerRow(channels)
    return Cut(passes: passes, channelReads: nest.taps * channels, before: 0, repeats: passes)
  }

  func passesPerRow(_ channels: Int) -> Int {
    quotient(nest.kernelColumns * channels, spec.inputChannels)
  }

  /// The passes for `channels` input channels and one block of output channels.
  ///
  /// A kernel larger than an engine is cut either into groups of taps, or into windows that also
  /// fill the channel slots a stem leaves empty; the cheaper cut is taken. For a 7 x 7 kernel on
  /// three channels and nine slots this gives three passes, as the authors' animation shows.
  func cut(channels: Int) -> Cut {
    if augments { return rowCut(channels: channels) }
    let blocks = quotient(channels, channelBlock)
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
  private func sweptPixels(_ tile: Tile) -> Int {
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

  /// Passes x (pixels of a pass + overhead).
  func timing(of tile: Tile, part: ChannelPart) -> TileTiming {
    cycles(tile, passes: cut(channels: tile.channels).passes, swept: sweptPixels(tile))
  }

  private func cycles(_ tile: Tile, passes: Int, swept: Int) -> TileTiming {
    TileTiming(
      cycles: quotient(tile.kernels, traits.granule.kernels) * passes
        * (swept + spec.passOverhead.count))
  }

  /// What every pass reads and writes.
  func execute(_ tile: Tile, part: ChannelPart) -> TileExecution {
    let kernelBlocks = quotient(tile.kernels, traits.granule.kernels)
    let cut = cut(channels: tile.channels)
    let passes = cut.passes
    let swept = sweptPixels(tile)
    var counts = ActionCounts()
    counts.perform(macs: tile.pixels * tile.kernels * tile.channels * nest.taps)
    counts[.inputReads] =
      swept * spec.pixels * cut.channelReads * (nest.isDepthwise ? tile.kernels : kernelBlocks)
    counts[.weightReads] = tile.kernels * tile.channels * nest.taps
    counts[.outputWrites] = tile.pixels * tile.kernels * passes
    counts[.outputReads] = tile.pixels * tile.kernels * (part.isFirst ? passes - 1 : passes)
    counts[.registerAccesses] = counts[.macs]
    return TileExecution(
      counts: counts, timing: cycles(tile, passes: passes, swept: swept))
  }
}
