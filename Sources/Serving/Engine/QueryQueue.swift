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
  mutating func take(_ positions: QueuePositions, into batch: inout [Query]) {
    switch positions {
    case .range(let range) where range.lowerBound == 0:
      for _ in range {
        if let entry = entries.popFirst() { batch.append(entry.query) }
      }
    case .range(let range):
      for position in range { batch.append(entries[position].query) }
      entries.removeSubrange(range)
    case .list(let list):
      for position in list { batch.append(entries[position].query) }
      // From the back, so that the places before stay what they are.
      for position in list.sorted(by: >) { entries.remove(at: position) }
    }
  }

  @inline(__always)
  private static func precedes(_ left: Entry, _ right: Entry) -> Bool {
    left.key != right.key ? left.key < right.key : left.query.id < right.query.id
  }
}
