/// How the windows of a convolution lie along one direction of a map.
///
/// The map stands in a padded row of `padded` positions: `before` zeros, its elements `spread` positions
/// apart with zeros between them, `after` zeros. Window `i` begins at position `i stride` and reads
/// `kernel` taps, `dilation` positions apart. A transposed convolution of stride `s` is the one whose
/// elements are spread by `s` and whose windows follow one another.
public struct WindowAxis: Hashable, Sendable {
  /// Elements of the map.
  public var extent: Int
  /// Taps of a window.
  public var kernel: Int
  /// Positions from one window to the next.
  public var stride: Int
  /// Positions from one tap to the next.
  public var dilation: Int
  /// Zeros before the map.
  public var before: Int
  /// Zeros behind the map.
  public var after: Int
  /// Positions from one element of the map to the next.
  public var spread: Int

  /// Makes an axis; nothing is checked before `LayerLimits`.
  public init(
    extent: Int, kernel: Int = 1, stride: Int = 1, dilation: Int = 1, before: Int = 0,
    after: Int = 0, spread: Int = 1
  ) {
    self.extent = extent
    self.kernel = kernel
    self.stride = stride
    self.dilation = dilation
    self.before = before
    self.after = after
    self.spread = spread
  }

  /// The axis of a transposed convolution.
  ///
  /// `padding` is cut off from both ends of what the windows write, and `outputPadding` more positions
  /// are written behind it, as in PyTorch and ONNX.
  public init(
    transposed extent: Int, kernel: Int, stride: Int, dilation: Int, padding: (Int, Int),
    outputPadding: Int
  ) {
    let reach = dilation * (kernel - 1)
    self.init(
      extent: extent, kernel: kernel, dilation: dilation, before: reach - padding.0,
      after: reach - padding.1 + outputPadding, spread: stride)
  }

  /// Positions from a window's first tap to its last one, both included.
  public var span: Int { dilation * (kernel - 1) + 1 }
  /// Positions of the map with the zeros between its elements.
  public var spreadExtent: Int { (extent - 1) * spread + 1 }
  /// All positions.
  public var padded: Int { before + spreadExtent + after }
  /// Windows: `(padded - span) / stride + 1`.
  public var outputs: Int { (padded - span) / stride + 1 }
  /// Whether taps follow one another and elements too.
  public var isPlain: Bool { dilation == 1 && spread == 1 }

  /// The element of the map under tap `tap` of window `window`, nil for a zero.
  public func element(window: Int, tap: Int) -> Int? {
    let place = window * stride + tap * dilation - before
    guard place >= 0, place < spreadExtent, place.isMultiple(of: spread) else { return nil }
    return place / spread
  }
}
