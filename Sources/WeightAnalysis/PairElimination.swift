/// Greedy elimination of common pairs of columns.
///
/// Again and again the pair of columns that the most rows have together, at least two, becomes a
/// column of its own; the cost is one addition for each new column and each row's remaining
/// columns less one (C. Paar, "Optimized Arithmetic for Reed-Solomon Encoders", ISIT 1997). Of
/// equal pairs the first in column order is taken.
public struct PairElimination: Sendable {
  private var columns: [[UInt64]] = []

  /// Makes an elimination.
  ///
  /// One can serve many tiles.
  public init() {}

  /// The additions for the partial sums of every row of a tile.
  ///
  /// Merging the tiles of a filter is not included.
  public mutating func additions(
    _ patterns: some RandomAccessCollection<UInt16>, width: Int
  ) -> Int {
    let words = (patterns.count + 63) / 64
    columns = Array(repeating: Array(repeating: 0, count: words), count: width)
    var used = 0
    for (row, pattern) in patterns.enumerated() {
      used += pattern == 0 ? 0 : 1
      for column in 0..<width where pattern >> UInt16(column) & 1 != 0 {
        columns[column][row >> 6] |= 1 << UInt64(row & 63)
      }
    }
    var counts = (0..<width).map { left in (0..<left).map { shared(left, $0) } }
    var merges = 0
    while let (left, right) = best(counts) {
      let both = zip(columns[left], columns[right]).map { $0 & $1 }
      for word in 0..<words {
        columns[left][word] &= ~both[word]
        columns[right][word] &= ~both[word]
      }
      columns.append(both)
      merges += 1
      let new = columns.count - 1
      counts.append((0..<new).map { shared(new, $0) })
      for other in 0..<new {
        if other != left { update(&counts, left, other) }
        if other != right { update(&counts, right, other) }
      }
    }
    let remaining = columns.reduce(0) { $0 + $1.reduce(0) { $0 + $1.nonzeroBitCount } }
    return merges + remaining - used
  }

  private func shared(_ left: Int, _ right: Int) -> Int {
    var count = 0
    for word in columns[left].indices {
      count += (columns[left][word] & columns[right][word]).nonzeroBitCount
    }
    return count
  }

  private func update(_ counts: inout [[Int]], _ one: Int, _ other: Int) {
    counts[max(one, other)][min(one, other)] = shared(one, other)
  }

  /// The pair that the most rows share, if two do.
  private func best(_ counts: [[Int]]) -> (Int, Int)? {
    var most = 1
    var pair: (Int, Int)?
    for (left, row) in counts.enumerated() {
      for (right, count) in row.enumerated() where count > most {
        most = count
        pair = (left, right)
      }
    }
    return pair
  }
}
