extension QueryQueue {
  /// The head and the next queries that suit it, neighbours or not, up to `size` of the first `reach`.
  ///
  /// Neighbours are given as a range, for which nothing is allocated.
  func batch(of size: Int, reach: Int, suits: (Query) -> Bool) -> QueuePositions {
    let reach = min(count, reach)
    var next = 1
    while next < min(size, reach), suits(self[next]) { next += 1 }
    if next >= min(size, reach) { return .range(0..<next) }
    var positions = Array(0..<next)
    while positions.count < size, next < reach {
      if suits(self[next]) { positions.append(next) }
      next += 1
    }
    return .list(positions)
  }
}
