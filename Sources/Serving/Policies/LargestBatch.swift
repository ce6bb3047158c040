/// Finds the largest batch that fits a latency, for one sub-network with one sub-graph cached.
struct LargestBatch: Sendable {
  private let latencies: [Int]
  private let ranked: RankedChoice
  private let isRising: Bool

  init(_ table: ProfileTable, subnet: Int, subgraph: Int) {
    let all = table.batches.indices.map { table.latency(subnet, subgraph, batch: $0) }
    latencies = all
    ranked = RankedChoice(count: all.count, key: { all[$0] }, isBetter: { $0 > $1 })
    isRising = zip(all, all.dropFirst()).allSatisfy { $0 <= $1 }
  }

  /// The number of the largest batch whose latency fits, at most `limit`.
  func best(_ comparison: Comparison, slack: Int, limit: Int) -> Int? {
    guard let best = ranked.best(comparison, slack) else { return nil }
    if best <= limit { return best }
    // A smaller batch fits as well where latency rises with the batch; elsewhere each is tried.
    if isRising { return limit }
    let bound = comparison == .inclusive ? slack : slack - 1
    return latencies[...limit].lastIndex { $0 <= bound }
  }
}
