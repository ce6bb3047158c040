internal import DequeModule

/// Waiting queries, sorted by the policy's key and, where keys are equal, by arrival.
public struct QueryQueue: Sendable {
  private struct Entry: Sendable {
    let key: Int
    let query: Query
  }
  private var entries = Deque<Entry>()

  /// An empty queue.
  public init() {}

  /// Number of waiting queries.
  @inline(__always)
  public var count: Int { entries.count }
  /// Whether nothing waits.
  @inline(__always)
  public var isEmpty: Bool { entries.isEmpty }
  /// The query at a position, 0 for the one with the smallest key.
  @inline(__always)
  public subscript(position: Int) -> Query { entries[position].query }

  /// Inserts after every entry that goes before it; at the back in the common case.
  mutating func insert(_ query: Query, key: Int) {
    let entry = Entry(key: key, query: query)
    guard let last = entries.last, Self.precedes(entry, last) else {
      entries.append(entry)
      return
    }
    var (low, high) = (0, entries.count)
    while low < high {
      let middle = (low + high) / 2
      if Self.precedes(entry, entries[middle]) { high = middle } else { low = middle + 1 }
    }
    entries.insert(entry, at: low)
  }

  /// Removes the queries at `positions` and appends them to `batch`.
  mutating func take(_ positions: Range<Int>, into batch: inout [Query]) {
    if positions.lowerBound == 0 {
      for _ in positions {
        if let entry = entries.popFirst() { batch.append(entry.query) }
      }
    } else {
      for position in positions { batch.append(entries[position].query) }
      entries.removeSubrange(positions)
    }
  }

  @inline(__always)
  private static func precedes(_ left: Entry, _ right: Entry) -> Bool {
    left.key != right.key ? left.key < right.key : left.query.id < right.query.id
  }
}
