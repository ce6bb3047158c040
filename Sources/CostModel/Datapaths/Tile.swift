/// A part of a loop nest.
public struct Tile: Hashable, Sendable {
  /// Output pixels, in row order.
  public var pixels: Int
  /// Output channels.
  public var kernels: Int
  /// Input channels.
  public var channels: Int
  /// The first output channel, for datapaths whose cost depends on the weights.
  public var firstKernel: Int
  /// The first output pixel, for datapaths whose cost depends on where a strip lies.
  public var firstPixel: Int

  /// Makes a tile.
  public init(
    pixels: Int, kernels: Int, channels: Int, firstKernel: Int = 0, firstPixel: Int = 0
  ) {
    self.pixels = pixels
    self.kernels = kernels
    self.channels = channels
    self.firstKernel = firstKernel
    self.firstPixel = firstPixel
  }
}

/// Which of the blocks of input channels that follow one another a tile holds.
public struct ChannelPart: Hashable, Sendable {
  /// Whether no partial sum is read back.
  public var isFirst: Bool
  /// Whether the results are finished.
  public var isLast: Bool

  /// All channels at once.
  public static let whole = ChannelPart(isFirst: true, isLast: true)

  /// Makes a part.
  public init(isFirst: Bool, isLast: Bool) {
    self.isFirst = isFirst
    self.isLast = isLast
  }
}
