/// The latency buckets of one cached sub-graph, with the choice of each.
struct SlackBuckets: Sendable {
  /// Upper ends, rising.
  private let tops: [Int]
  /// By largest batch number, then by bucket; empty buckets hold the pick of the next lower one.
  private let picks: [[SlackFit.Pick?]]
  private let comparison: Comparison
  /// The fastest sub-network at the smallest batch.
  let fastest: Int
  /// The fastest sub-network at the largest batch.
  let fastestAtMaxBatch: Int

  init(_ table: ProfileTable, subgraph: Int, _ spec: SlackFit.Spec) {
    let rows = table.subnets.indices
    let last = table.batches.count - 1
    func fastest(_ batch: Int) -> Int {
      rows.min {
        (table.latency($0, subgraph, batch: batch), $0)
          < (table.latency($1, subgraph, batch: batch), $1)
      } ?? 0
    }
    self.fastest = fastest(0)
    fastestAtMaxBatch = fastest(last)
    comparison = spec.comparison
    let low = table.latency(self.fastest, subgraph)
    let high = rows.map { table.latency($0, subgraph, batch: last) }.max() ?? low
    let width = max(high - low, 0)
    let edges = (1...spec.buckets).map { number in
      // width * number / buckets without overflow, rounded down.
      let product = width.multipliedFullWidth(by: number)
      return low + spec.buckets.dividingFullWidth(product).quotient
    }
    tops = edges
    picks = (0...last).map { limit in
      Self.fill(table, subgraph, spec, edges, limit: limit)
    }
  }

  private static func fill(
    _ table: ProfileTable, _ subgraph: Int, _ spec: SlackFit.Spec, _ tops: [Int], limit: Int
  ) -> [SlackFit.Pick?] {
    var picks = [SlackFit.Pick?](repeating: nil, count: tops.count)
    for row in table.subnets.indices {
      for batch in 0...limit {
        let latency = table.latency(row, subgraph, batch: batch)
        guard let bucket = lowest(tops, reaching: latency) else { continue }
        let pick = SlackFit.Pick(subnet: row, batch: batch)
        guard let old = picks[bucket] else {
          picks[bucket] = pick
          continue
        }
        if isBetter(pick, old, table, subgraph, spec.tieBreak) { picks[bucket] = pick }
      }
    }
    for bucket in picks.indices.dropFirst() {
      guard let lower = picks[bucket - 1] else { continue }
      guard let own = picks[bucket] else {
        picks[bucket] = lower
        continue
      }
      if spec.reading == .belowTop, isBetter(lower, own, table, subgraph, spec.tieBreak) {
        picks[bucket] = lower
      }
    }
    return picks
  }

  private static func isBetter(
    _ pick: SlackFit.Pick, _ old: SlackFit.Pick, _ table: ProfileTable, _ subgraph: Int,
    _ tieBreak: SlackFit.TieBreak
  ) -> Bool {
    if pick.batch != old.batch { return pick.batch > old.batch }
    let accuracies = (table.subnets[pick.subnet].accuracy, table.subnets[old.subnet].accuracy)
    let latencies = (
      table.latency(pick.subnet, subgraph, batch: pick.batch),
      table.latency(old.subnet, subgraph, batch: old.batch)
    )
    switch tieBreak {
    case .accuracy:
      return (-accuracies.0, latencies.0, pick.subnet) < (-accuracies.1, latencies.1, old.subnet)
    case .fastest:
      return (latencies.0, -accuracies.0, pick.subnet) < (latencies.1, -accuracies.1, old.subnet)
    }
  }

  /// The first bucket whose top is at least `latency`.
  private static func lowest(_ tops: [Int], reaching latency: Int) -> Int? {
    var (low, high) = (0, tops.count)
    while low < high {
      let middle = (low + high) / 2
      if tops[middle] < latency { low = middle + 1 } else { high = middle }
    }
    return low < tops.count ? low : nil
  }

  /// The pick of the highest bucket whose top fits the slack; nil when none does.
  @inline(__always)
  func pick(slack: Int, limit: Int) -> SlackFit.Pick? {
    let bound = comparison == .inclusive ? slack : slack - 1
    var (low, high) = (0, tops.count)
    while low < high {
      let middle = (low + high) / 2
      if tops[middle] <= bound { low = middle + 1 } else { high = middle }
    }
    return low == 0 ? nil : picks[limit][low - 1]
  }
}
