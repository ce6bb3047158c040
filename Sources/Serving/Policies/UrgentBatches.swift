internal import Components

/// How policies batch that take the most urgent query with others that suit its sub-network, and keep its
/// deadline: the parameters and the tables that `cheapest-variant` and `exact-admission` share.
struct UrgentBatches: Sendable {
  private let table: ProfileTable
  /// By column and row.
  private let largest: [[LargestBatch]]
  /// The largest batch.
  let most: Int

  /// Looks every largest batch up once.
  init(_ table: ProfileTable, maxBatch: Int?) {
    self.table = table
    most = min(maxBatch ?? table.largestBatch, table.largestBatch)
    largest = table.subgraphs.indices.map { column in
      table.subnets.indices.map { LargestBatch(table, subnet: $0, subgraph: column) }
    }
  }

  /// Refuses what is no number of queries.
  static func check(maxBatch: Int?, reach: Int) throws(SpecError) {
    for (key, value) in [("max_batch", maxBatch ?? 1), ("reach", reach)]
    where !(1...65536).contains(value) {
      throw SpecError(key, "expected 1 to 65536, found \(value)")
    }
  }

  /// The largest batch of the first query of a queue and others that ends by its deadline; nil where it
  /// does not end by then alone.
  func size(_ snapshot: Snapshot, on row: Int) -> Int? {
    let queue = snapshot.queue
    let bound = min(most, queue.count)
    return largest[snapshot.device.subgraph][row].best(
      .inclusive, slack: (queue[0].deadline - snapshot.now).count,
      limit: table.batchIndex(holding: bound)
    ).map { min(bound, table.batches[$0]) }
  }
}

extension KeyNote {
  /// What `reach` does.
  static let reach = KeyNote(
    "reach", "How many waiting queries, from the first on, are looked at for a batch",
    default: "64", source: "assumed")
}
