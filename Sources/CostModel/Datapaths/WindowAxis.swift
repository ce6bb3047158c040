/// How the windows of a convolution lie along one axis of a map, and which positions are read.
struct WindowAxis {
  /// Positions of the map, padding left out.
  let extent: Int
  /// Positions of a window.
  let kernel: Int
  /// From one window to the next.
  let stride: Int
  /// Zero positions on each side.
  let padding: Int
  /// Whether positions between windows that touch none are left out.
  let skips: Bool

  /// Positions of the map that are read for the windows `first` to `last`.
  ///
  /// Windows farther apart than they are wide leave gaps: positions are counted window by window or,
  /// where gaps are read too, from the first position that one of them touches to the last one.
  func count(_ first: Int, _ last: Int) -> Int {
    let start = max(padding, first * stride)
    let end = min(padding + extent, last * stride + kernel)
    guard stride > kernel else { return max(0, end - start) }
    guard !skips else { return max(0, touched(below: end) - touched(below: start)) }
    guard end > start else { return 0 }
    let top = start % stride < kernel ? start : (start / stride + 1) * stride
    return max(0, min(end, (end - 1) / stride * stride + kernel) - top)
  }

  /// Positions of the map up to `position` that windows touch, that one included.
  func count(upTo position: Int) -> Int {
    guard skips, stride > kernel else { return position + 1 }
    return touched(below: padding + position + 1) - touched(below: padding)
  }

  /// Padded positions below `limit` that an endless row of windows touches.
  private func touched(below limit: Int) -> Int {
    let (windows, rest) = limit.quotientAndRemainder(dividingBy: stride)
    return windows * kernel + min(rest, kernel)
  }
}
