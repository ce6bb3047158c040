/// How a written tensor is compressed.
public struct TensorCompression: Sendable, Hashable {
  /// The gzip level, 0 to 9.
  public var level: Int
  /// How many kernels one chunk holds.
  public var kernelsPerChunk: Int

  /// Makes a setting; values outside the possible range are brought into it.
  public init(level: Int = 4, kernelsPerChunk: Int = 1) {
    self.level = min(max(level, 0), 9)
    self.kernelsPerChunk = max(1, kernelsPerChunk)
  }
}
