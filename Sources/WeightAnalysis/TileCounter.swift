/// Counts the builds of tiles one after the other, in tables that it keeps.
struct TileCounter {
  /// One byte for each pattern: bit 0 seen, bit 1 and 2 in the closures.
  private var marks: [UInt8]
  /// The patterns with a mark.
  private var touched: [UInt16] = []
  /// The distinct non-zero patterns, the most columns first.
  private var ordered: [UInt16] = []
  private let countsSubsets: Bool
  private let countsMirrors: Bool
  private let usesWords: Bool

  init(
    tileWidth: Int, countsSubsets: Bool, countsMirrors: Bool, allowsWords: Bool = true
  ) {
    usesWords = allowsWords && tileWidth <= 6
    marks = Array(repeating: 0, count: usesWords ? 0 : 1 << tileWidth)
    self.countsSubsets = countsSubsets
    self.countsMirrors = countsMirrors
  }

  /// The builds of one tile.
  mutating func count(_ patterns: UnsafeBufferPointer<UInt16>, width: Int) -> TileBuilds {
    usesWords ? countWord(patterns, width: width) : countMarks(patterns, width: width)
  }

  // MARK: Up to six columns: the set of patterns is one word.

  /// The patterns with bit j set, for each j.
  private static let withColumn: [UInt64] = [
    0xaaaa_aaaa_aaaa_aaaa, 0xcccc_cccc_cccc_cccc, 0xf0f0_f0f0_f0f0_f0f0,
    0xff00_ff00_ff00_ff00, 0xffff_0000_ffff_0000, 0xffff_ffff_0000_0000,
  ]

  /// The patterns with bit j set and none below it, for each j.
  private static let withLowestColumn: [UInt64] = [
    0xaaaa_aaaa_aaaa_aaaa, 0x4444_4444_4444_4444, 0x1010_1010_1010_1010,
    0x0100_0100_0100_0100, 0x0001_0000_0001_0000, 0x0000_0001_0000_0000,
  ]

  private mutating func countWord(
    _ patterns: UnsafeBufferPointer<UInt16>, width: Int
  ) -> TileBuilds {
    var set: UInt64 = 0
    var nonZero = 0
    for pattern in patterns {
      set |= 1 &<< UInt64(truncatingIfNeeded: pattern)
      nonZero &+= pattern == 0 ? 0 : 1
    }
    var result = TileBuilds()
    result.nonZero = nonZero
    result.hasZero = set & 1 != 0
    let nodes = set & ~1
    result.unique = nodes.nonzeroBitCount
    let small: UInt64 = 0x1_0001_0117
    var columnSum = 0
    for column in Self.withColumn { columnSum &+= (nodes & column).nonzeroBitCount }
    result.direct = columnSum - result.unique
    var highest = nodes
    var lowest = nodes
    for bit in 0..<6 {
      let size: UInt64 = 1 &<< UInt64(bit)
      lowest |= (lowest & Self.withLowestColumn[bit]) &>> size
      let top = 5 - bit
      let topSize: UInt64 = 1 &<< UInt64(top)
      let range: UInt64 = ((1 &<< topSize) &- 1) &<< topSize
      highest |= (highest & range) &>> topSize
    }
    result.highest = (highest & ~small).nonzeroBitCount
    result.lowest = (lowest & ~small).nonzeroBitCount
    if countsMirrors || countsSubsets { ordered.removeAll(keepingCapacity: true) }
    if countsMirrors {
      var rest = set
      let full = UInt64(1 << width - 1)
      while rest != 0 {
        let pattern = UInt64(rest.trailingZeroBitCount)
        let other = full - pattern
        result.mirrored += pattern < other || set >> other & 1 == 0 ? 1 : 0
        rest &= rest &- 1
      }
    }
    if countsSubsets {
      var rest = nodes
      while rest != 0 {
        ordered.append(UInt16(rest.trailingZeroBitCount))
        rest &= rest &- 1
      }
      result.subset = subsetBuild()
    }
    return result
  }

  // MARK: More columns: a table of marks, cleared where it was touched.

  private mutating func countMarks(
    _ patterns: UnsafeBufferPointer<UInt16>, width: Int
  ) -> TileBuilds {
    var result = TileBuilds()
    touched.removeAll(keepingCapacity: true)
    for pattern in patterns {
      result.nonZero &+= pattern == 0 ? 0 : 1
      guard marks[Int(pattern)] == 0 else { continue }
      marks[Int(pattern)] = 1
      touched.append(pattern)
    }
    let distinct = touched.count
    result.hasZero = marks[0] != 0
    result.unique = distinct - (result.hasZero ? 1 : 0)
    if countsMirrors {
      let full = UInt16(truncatingIfNeeded: 1 << width - 1)
      for pattern in touched {
        let other = full ^ pattern
        result.mirrored += pattern < other || marks[Int(other)] == 0 ? 1 : 0
      }
    }
    if countsSubsets {
      ordered.removeAll(keepingCapacity: true)
      for pattern in touched where pattern != 0 { ordered.append(pattern) }
      result.subset = subsetBuild()
    }
    for index in 0..<distinct {
      let pattern = touched[index]
      guard pattern & (pattern &- 1) != 0 else { continue }
      result.direct += pattern.nonzeroBitCount - 1
      result.highest += close(from: pattern, mark: 2) { node in
        node & ~(0x8000 &>> UInt16(node.leadingZeroBitCount))
      }
      result.lowest += close(from: pattern, mark: 4) { $0 & ($0 &- 1) }
    }
    for pattern in touched { marks[Int(pattern)] = 0 }
    return result
  }

  /// Marks a pattern and its parents up to the first marked or single-column one; counts them.
  @inline(__always)
  private mutating func close(
    from pattern: UInt16, mark: UInt8, parent: (UInt16) -> UInt16
  ) -> Int {
    var node = pattern
    var count = 0
    while node & (node &- 1) != 0 {
      let marked = marks[Int(node)]
      guard marked & mark == 0 else { break }
      if marked == 0 { touched.append(node) }
      marks[Int(node)] = marked | mark
      count += 1
      node = parent(node)
    }
    return count
  }

  // MARK: Largest subsets.

  /// Additions that build every pattern of `ordered`, which it sorts by falling column count.
  private mutating func subsetBuild() -> Int {
    ordered.sort { ($1.nonzeroBitCount, $1) < ($0.nonzeroBitCount, $0) }
    var additions = 0
    for index in 0..<ordered.count {
      let pattern = ordered[index]
      let columns = pattern.nonzeroBitCount
      guard columns > 1 else { break }
      additions += columns - 1
      var other = index + 1
      while other < ordered.count {
        let candidate = ordered[other]
        if candidate & ~pattern == 0 {
          additions -= candidate.nonzeroBitCount - 1
          break
        }
        other += 1
      }
    }
    return additions
  }
}
