/// Finds the best of all items whose key is below a limit, in logarithmic time.
struct RankedChoice: Sendable {
  private let keys: [Int]
  private let best: [Int32]

  /// Ranks items `0..<count` by `key`.
  ///
  /// `isBetter(a, b)` orders items of which either may be chosen; equal items go to the lower key,
  /// then to the lower index.
  init(count: Int, key: (Int) -> Int, isBetter: (Int, Int) -> Bool) {
    let order = (0..<count).sorted { (key($0), $0) < (key($1), $1) }
    keys = order.map(key)
    var champion = order.first ?? 0
    best = order.map { item in
      if isBetter(item, champion) { champion = item }
      return Int32(champion)
    }
  }

  /// The best item with a key below `limit`, or equal to it if `comparison` is inclusive.
  @inline(__always)
  func best(_ comparison: Comparison, _ limit: Int) -> Int? {
    let bound = comparison == .inclusive ? limit : limit - 1
    var (low, high) = (0, keys.count)
    while low < high {
      let middle = (low + high) / 2
      if keys[middle] <= bound { low = middle + 1 } else { high = middle }
    }
    return low == 0 ? nil : Int(best[low - 1])
  }
}
