internal import Networks

/// Which elements of a map are read.
extension WindowAxis {
  /// Elements of the map that are read for the windows `first` to `last`.
  ///
  /// Where `skips`, those that some window touches; else all from the first to the last of these.
  func count(_ first: Int, _ last: Int, skips: Bool) -> Int {
    guard isPlain else { return skips ? touched(first, last) : reach(first, last) }
    let start = max(before, first * stride)
    let end = min(before + extent, last * stride + kernel)
    guard stride > kernel else { return max(0, end - start) }
    guard !skips else { return max(0, touched(below: end) - touched(below: start)) }
    guard end > start else { return 0 }
    let top = start % stride < kernel ? start : (start / stride + 1) * stride
    return max(0, min(end, (end - 1) / stride * stride + kernel) - top)
  }

  /// Elements of the map up to `element` that `windows` windows touch, that one included.
  func elements(upTo element: Int, ofWindows windows: Int, skips: Bool) -> Int {
    guard isPlain else {
      return skips ? touched(0, windows - 1, through: element) : element + 1
    }
    guard skips, stride > kernel else { return element + 1 }
    return touched(below: before + element + 1) - touched(below: before)
  }

  /// Elements that `windows` windows in a row read at most, wherever they lie on a map without end.
  func most(windows: Int, skips: Bool) -> Int {
    guard isPlain else {
      let reach = (windows - 1) * stride + span
      guard skips else { return (reach - 1) / spread + 1 }
      let endless = WindowAxis(
        extent: reach + spread, kernel: kernel, stride: stride, dilation: dilation, spread: spread)
      // Windows may begin at any place between two elements.
      return (0..<spread).map { phase in
        var shifted = endless
        shifted.before = phase
        return shifted.touched(0, windows - 1)
      }.max() ?? 0
    }
    return (windows - 1) * (skips ? min(stride, kernel) : stride) + kernel
  }

  /// Positions of the padded map, zeros between elements among them, that `windows` windows with the
  /// first `taps` taps touch.
  func positions(windows: Int, taps: Int) -> Int {
    guard dilation > 1 else { return (windows - 1) * min(stride, taps) + taps }
    return WindowAxis(
      extent: (windows - 1) * stride + dilation * (taps - 1) + 1, kernel: taps, stride: stride,
      dilation: dilation
    ).touched(0, windows - 1)
  }

  /// Positions that arrive, of those that `windows` windows touch, up to the last tap of `window`.
  func arrived(for window: Int, of windows: Int) -> Int {
    guard dilation > 1 else { return min(stride, kernel) * window + kernel }
    let endless = WindowAxis(
      extent: (windows - 1) * stride + span, kernel: kernel, stride: stride, dilation: dilation)
    return endless.touched(0, windows - 1, through: window * stride + span - 1)
  }

  /// Positions under a window that some window touches: what has to be held while windows go on.
  var held: Int {
    guard dilation > 1 else { return kernel }
    let rests = Set((0..<kernel).map { $0 * dilation % stride })
    return rests.reduce(0) { $1 < span ? $0 + (span - 1 - $1) / stride + 1 : $0 }
  }

  /// The tap that a window puts on the last element that it reads; the first one where it reads none.
  func lastTap(ofWindow window: Int) -> Int {
    guard !isPlain else {
      return max(0, min(extent, window * stride + kernel - before) - 1 + before - window * stride)
    }
    return (0..<kernel).last { element(window: window, tap: $0) != nil } ?? 0
  }

  /// The element under a tap of a window, the nearest one where it is a zero.
  func place(window: Int, tap: Int) -> Int {
    max(0, min(extent - 1, (window * stride + tap * dilation - before) / spread))
  }

  /// Padded positions below `limit` that an endless row of windows touches.
  private func touched(below limit: Int) -> Int {
    let (windows, rest) = limit.quotientAndRemainder(dividingBy: stride)
    return windows * kernel + min(rest, kernel)
  }

  /// Elements that the windows touch, up to `limit`.
  private func touched(_ first: Int, _ last: Int, through limit: Int? = nil) -> Int {
    var count = 0
    forEachRun(first, last, through: limit ?? extent - 1) { count += $0.count }
    return count
  }

  /// Elements from the first to the last one that the windows touch.
  private func reach(_ first: Int, _ last: Int) -> Int {
    var ends: (low: Int, high: Int)?
    forEachRun(first, last, through: extent - 1) { run in
      let found = ends ?? (run.first, run.last)
      ends = (min(found.low, run.first), max(found.high, run.last))
    }
    return ends.map { $0.high - $0.low + 1 } ?? 0
  }

  /// Calls `body` for elements that the windows `first` to `last` touch, each in one run.
  ///
  /// Taps whose positions leave the same rest over the stride lie on one grid of that step, on which
  /// each of them covers as many places as there are windows; what two taps share is counted once.
  /// Elements that are spread have a stride of 1, so that every position is on the grid.
  private func forEachRun(
    _ first: Int, _ last: Int, through limit: Int,
    _ body: (_ run: (first: Int, last: Int, count: Int)) -> Void
  ) {
    let top = before + limit * spread
    let taps = (0..<kernel).map { tap -> (rest: Int, shift: Int) in
      let (shift, rest) = (tap * dilation).quotientAndRemainder(dividingBy: stride)
      return (rest, shift)
    }.sorted { $0 < $1 }
    var (rest, free) = (-1, 0)
    for tap in taps {
      if tap.rest != rest { (rest, free) = (tap.rest, first) }
      let low = max(first + tap.shift, free, (max(0, before - rest) + stride - 1) / stride)
      let high = min(last + tap.shift, top < rest ? -1 : (top - rest) / stride)
      free = last + tap.shift + 1
      guard high >= low else { continue }
      let start = (low * stride + rest - before + spread - 1) / spread
      let end = (high * stride + rest - before) / spread
      guard end >= start else { continue }
      body((start, end, spread == 1 ? high - low + 1 : end - start + 1))
    }
  }
}
