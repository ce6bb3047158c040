/// Counts the distinct signed patterns of ternary tiles in a hash table that it keeps.
struct SignedPatternCounter {
  /// Non-zero signed patterns of all tiles so far.
  private(set) var nonZero = 0
  /// Additions that build the distinct signed patterns, a pattern and its negation being one.
  private(set) var build = 0
  private var keys: [UInt32]
  private var flags: [UInt8]
  private var touched: [Int] = []
  private let filters: Int

  init(filters: Int) {
    self.filters = filters
    var capacity = 4
    while capacity < 4 * filters { capacity *= 2 }
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
      let mask = keys.count - 1
      var slot = Int((key &* 0x9e37_79b1) >> 7) & mask
      while flags[slot] != 0 && keys[slot] != key { slot = (slot + 1) & mask }
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
}
