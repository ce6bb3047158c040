/// The rows of a map that one row of something behind it is made of.
public struct RowReach: Hashable, Sendable {
  /// Windows between the map and what is made of it, those next to the map first; with none, row for row.
  public var axes: [WindowAxis]
  /// Whether every row is made of the whole map.
  public var isWhole: Bool

  /// Row for row.
  static let same = RowReach(axes: [], isWhole: false)
  /// All rows.
  static let whole = RowReach(axes: [], isWhole: true)

  /// The same with more windows behind it; nil stands for whatever needs all rows.
  func behind(_ outer: WindowAxis?) -> RowReach {
    guard let outer, !isWhole else { return .whole }
    return RowReach(axes: axes + [outer], isWhole: false)
  }

  /// The same with more windows behind it.
  public func behind(_ outer: ArraySlice<WindowAxis>) -> RowReach {
    isWhole || outer.isEmpty ? self : RowReach(axes: axes + outer, isWhole: false)
  }

  /// The rows that `row` is made of, of a map of so many; nil where it reads zeros only.
  public func rows(for row: Int, of count: Int) -> ClosedRange<Int>? {
    guard count > 0 else { return nil }
    guard !isWhole else { return 0...count - 1 }
    guard !axes.isEmpty else {
      let place = min(row, count - 1)
      return place...place
    }
    var (low, high) = (row, row)
    for axis in axes.reversed() {
      guard let first = axis.firstElement(ofWindow: low),
        let last = axis.lastElement(ofWindow: high)
      else { return nil }
      (low, high) = (min(first, last), last)
    }
    return min(low, count - 1)...min(high, count - 1)
  }
}

extension WindowAxis {
  /// The first element that a window reads; nil where it reads zeros only.
  fileprivate func firstElement(ofWindow window: Int) -> Int? {
    if isPlain {
      let start = window * stride - before
      let first = max(start, 0)
      return first < min(extent, start + kernel) ? first : nil
    }
    for tap in 0..<kernel { if let found = element(window: window, tap: tap) { return found } }
    return nil
  }

  /// The last element that a window reads; nil where it reads zeros only.
  fileprivate func lastElement(ofWindow window: Int) -> Int? {
    if isPlain {
      let start = window * stride - before
      let end = min(extent, start + kernel)
      return max(start, 0) < end ? end - 1 : nil
    }
    for tap in (0..<kernel).reversed() {
      if let found = element(window: window, tap: tap) { return found }
    }
    return nil
  }
}
