/// The extents of a weight tensor by meaning, whatever order they are stored in.
public struct TensorShape: Sendable, Hashable {
  /// How many kernels, the output channels.
  public var kernels: Int
  /// How many channels each kernel has, the input channels.
  public var channels: Int
  /// How many rows each kernel has.
  public var rows: Int
  /// How many columns each kernel has.
  public var columns: Int

  /// Makes a shape from its extents.
  public init(kernels: Int, channels: Int, rows: Int, columns: Int) {
    self.kernels = kernels
    self.channels = channels
    self.rows = rows
    self.columns = columns
  }
}
