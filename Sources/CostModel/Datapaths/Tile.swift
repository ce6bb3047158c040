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

  /// Makes a tile.
  public init(pixels: Int, kernels: Int, channels: Int, firstKernel: Int = 0) {
    self.pixels = pixels
    self.kernels = kernels
    self.channels = channels
    self.firstKernel = firstKernel
  }
}
