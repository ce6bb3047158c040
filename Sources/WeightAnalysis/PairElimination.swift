/// Greedy elimination of common pairs of columns.
///
/// Again and again the pair of columns that the most rows have together, at least two, becomes a
/// column of its own; the cost is one addition for each new column and each row's remaining
/// columns less one (C. Paar, "Optimized Arithmetic for Reed-Solomon Encoders", ISIT 1997). Of
/// equal pairs the first in column order is taken.
public struct PairElimination: Sendable {
  /// The rows of each column.
  private var columns: [[UInt64]] = []
  /// The rows that each column shares with each column before it.
  private var counts: [[Int]] = []
  /// The best partner of each column among those before it.
  private var best: [(count: Int, column: Int)] = []

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
    counts = (0..<width).map { left in (0..<left).map { shared(left, $0) } }
    best = counts.map(Self.best)
    var merges = 0
    while let (left, right) = mostShared() {
      let both = zip(columns[left], columns[right]).map { $0 & $1 }
      for word in 0..<words {
        columns[left][word] &= ~both[word]
        columns[right][word] &= ~both[word]
      }
      recount(left)
      recount(right)
      columns.append(both)
      merges += 1
      let new = columns.count - 1
      counts.append((0..<new).map { shared(new, $0) })
      best.append(Self.best(counts[new]))
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

  /// Counts afresh what a column, of which rows were taken away, shares with the others.
  private mutating func recount(_ column: Int) {
    for other in 0..<column where counts[column][other] > 0 {
      counts[column][other] = shared(column, other)
    }
    best[column] = Self.best(counts[column])
    for other in (column + 1)..<max(column + 1, columns.count) where counts[other][column] > 0 {
      counts[other][column] = shared(other, column)
      if best[other].column == column { best[other] = Self.best(counts[other]) }
    }
  }

  /// The pair that the most rows share, if two do.
  private func mostShared() -> (Int, Int)? {
    var most = 1
    var pair: (Int, Int)?
    for (left, candidate) in best.enumerated() where candidate.count > most {
      most = candidate.count
      pair = (left, candidate.column)
    }
    return pair
  }

  /// The first of the columns with the highest count.
  private static func best(_ counts: [Int]) -> (count: Int, column: Int) {
    var best = (count: 0, column: -1)
    for (column, count) in counts.enumerated() where count > best.count { best = (count, column) }
    return best
  }
}
