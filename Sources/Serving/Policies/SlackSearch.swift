internal import Architectures
internal import Components
internal import Networks

/// Searches by slack over the sub-networks and batch sizes of every cached sub-graph.
public struct SlackSearch: Sendable {
  let table: ProfileTable
  let comparison: Comparison
  /// By column and batch number: the most accurate sub-network below a latency.
  private let accurate: [[RankedChoice]]
  /// By column and row: the largest batch below a latency.
  private let largest: [[LargestBatch]]
  /// By column: the fastest sub-network at the smallest and at the largest batch.
  let fastest: [(first: Int, last: Int)]
  /// The least accurate sub-network.
  let smallest: Int

  init(_ table: ProfileTable, _ comparison: Comparison) {
    self.table = table
    self.comparison = comparison
    let rows = table.subnets.indices
    accurate = table.subgraphs.indices.map { column in
      table.batches.indices.map { batch in
        RankedChoice(
          count: rows.count, key: { table.latency($0, column, batch: batch) },
          isBetter: { table.subnets[$0].accuracy > table.subnets[$1].accuracy })
      }
    }
    largest = table.subgraphs.indices.map { column in
      rows.map { LargestBatch(table, subnet: $0, subgraph: column) }
    }
    fastest = table.subgraphs.indices.map { column in
      func fastest(_ batch: Int) -> Int {
        rows.min {
          (table.latency($0, column, batch: batch), $0)
            < (table.latency($1, column, batch: batch), $1)
        } ?? 0
      }
      return (fastest(0), fastest(table.batches.count - 1))
    }
    smallest = rows.min { (table.subnets[$0].accuracy, $0) < (table.subnets[$1].accuracy, $1) } ?? 0
  }

  /// The most accurate sub-network whose latency fits.
  func mostAccurate(slack: Int, subgraph: Int, batch: Int) -> Int? {
    accurate[subgraph][batch].best(comparison, slack)
  }

  /// The largest batch of a sub-network whose latency fits, at most `limit`.
  func largestBatch(slack: Int, subgraph: Int, subnet: Int, limit: Int) -> Int? {
    largest[subgraph][subnet].best(comparison, slack: slack, limit: limit)
  }

  /// The largest batch number worth planning for the queue.
  func limit(_ rule: BatchLimit, _ queue: QueryQueue) -> Int {
    switch rule {
    case .none: table.batches.count - 1
    case .queueLength: table.batchIndex(holding: min(queue.count, table.largestBatch))
    }
  }
}
