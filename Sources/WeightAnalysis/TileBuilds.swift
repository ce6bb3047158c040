/// What one tile's patterns repeat and what building their partial sums takes.
struct TileBuilds: Hashable, Sendable {
  /// The rows whose pattern is not zero.
  var nonZero = 0
  /// The distinct patterns that are not zero.
  var unique = 0
  /// Whether some row's pattern is zero.
  var hasZero = false
  /// Distinct patterns, zero too, where a pattern and its complement are one.
  var mirrored = 0
  /// Additions that build each distinct pattern by itself.
  var direct = 0
  /// Nodes of two columns or more in the closure under dropping the highest column.
  var highest = 0
  /// Nodes of two columns or more in the closure under dropping the lowest column.
  var lowest = 0
  /// Additions that build each distinct pattern from its largest subset.
  var subset = 0
}
