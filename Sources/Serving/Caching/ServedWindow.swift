/// The sub-networks of the last queries, counted.
struct ServedWindow: Sendable {
  private var ring: [Int32] = []
  private var position = 0
  private var sinceDecision = 0
  private(set) var counts: [Int]
  private let size: Int
  private let interval: Int

  init(_ window: CachingWindow, subnets: Int) {
    size = window.window
    interval = window.interval
    counts = Array(repeating: 0, count: subnets)
    ring.reserveCapacity(size)
  }

  /// Number of queries in the window.
  var total: Int { ring.count }

  /// Adds a query; gives whether a decision is due.
  mutating func add(_ subnet: Int) -> Bool {
    counts[subnet] += 1
    if ring.count < size {
      ring.append(Int32(subnet))
    } else {
      counts[Int(ring[position])] -= 1
      ring[position] = Int32(subnet)
      position = position + 1 == size ? 0 : position + 1
    }
    sinceDecision += 1
    guard sinceDecision >= interval else { return false }
    sinceDecision = 0
    return true
  }
}
