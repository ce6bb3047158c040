/// A set of keys of some 64-bit words, without an allocation for each.
struct DistinctKeys {
  private(set) var count = 0
  private let width: Int
  private var words: [UInt64] = []
  private var slots: [Int32]
  private var used: [Int] = []

  /// A set for up to `capacity` keys of `width` words.
  init(width: Int, capacity: Int) {
    self.width = width
    var size = 8
    while size < 2 * capacity { size *= 2 }
    slots = Array(repeating: -1, count: size)
  }

  /// Empties the set.
  mutating func removeAll() {
    for slot in used { slots[slot] = -1 }
    used.removeAll(keepingCapacity: true)
    words.removeAll(keepingCapacity: true)
    count = 0
  }

  /// Adds a key; says whether it is new.
  @discardableResult
  mutating func insert(_ key: [UInt64]) -> Bool {
    var hash: UInt64 = 0
    for word in key { hash = (hash ^ word) &* 0x9e37_79b9_7f4a_7c15 ^ hash >> 29 }
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: hash >> 20) & mask
    while slots[slot] >= 0 {
      if holds(key, at: Int(slots[slot])) { return false }
      slot = (slot + 1) & mask
    }
    slots[slot] = Int32(count)
    used.append(slot)
    words.append(contentsOf: key)
    count += 1
    return true
  }

  private func holds(_ key: [UInt64], at index: Int) -> Bool {
    for word in 0..<width where words[index * width + word] != key[word] { return false }
    return true
  }
}
