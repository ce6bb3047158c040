/// Counts the distinct signed patterns of ternary tiles in a table that it keeps.
///
/// Up to eight columns the two masks are the index; patterns of more columns are hashed.
struct SignedPatternCounter {
  /// Non-zero signed patterns of all tiles so far.
  private(set) var nonZero = 0
  /// Additions that build the distinct signed patterns, a pattern and its negation being one.
  private(set) var build = 0
  private var keys: [UInt32]
  private var flags: [UInt8]
  private var touched: [Int] = []
  private let filters: Int
  private let indexShift: UInt32?

  init(filters: Int, tileWidth: Int) {
    self.filters = filters
    indexShift = tileWidth <= 8 ? UInt32(tileWidth) : nil
    var capacity = 4
    if tileWidth <= 8 {
      capacity = filters == 0 ? 0 : 1 << (2 * tileWidth)
    } else {
      while capacity < 4 * filters { capacity *= 2 }
    }
    keys = Array(repeating: 0, count: capacity)
    flags = Array(repeating: 0, count: capacity)
  }

  /// The distinct patterns of a tile, as they are and up to negation, with the zero pattern.
  mutating func count(
    _ patterns: UnsafeBufferPointer<UInt16>
  ) -> (distinct: Int, mirrored: Int) {
    touched.removeAll(keepingCapacity: true)
    var distinct = 0
    for filter in 0..<filters {
      let plus = UInt32(patterns[filter])
      let minus = UInt32(patterns[filters + filter])
      let key = max(plus, minus) << 16 | min(plus, minus)
      let flag: UInt8 = plus >= minus ? 1 : 2
      nonZero += key == 0 ? 0 : 1
      let slot = slot(of: key)
      if flags[slot] == 0 {
        keys[slot] = key
        touched.append(slot)
        build += max(0, key.nonzeroBitCount - 1)
      }
      distinct += flags[slot] & flag == 0 ? 1 : 0
      flags[slot] |= flag
    }
    for slot in touched { flags[slot] = 0 }
    return (distinct, touched.count)
  }

  /// The slot that holds a key, or a free one for it.
  @inline(__always)
  private func slot(of key: UInt32) -> Int {
    if let indexShift { return Int((key >> 16) << indexShift | key & 0xffff) }
    let mask = keys.count - 1
    var slot = Int((key &* 0x9e37_79b1) >> 7) & mask
    while flags[slot] != 0 && keys[slot] != key { slot = (slot + 1) & mask }
    return slot
  }
}
