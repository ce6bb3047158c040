/// Serves every query on one sub-network, in batches that `BatchSpec` describes.
struct BatchService: Sendable {
  private let spec: BatchSpec
  private var row = 0
  private var sizes: [Int] = []
  /// By column.
  private var largest: [LargestBatch] = []
  private var table: ProfileTable?
  /// The largest batch.
  private(set) var maxBatch = 1

  init(_ spec: BatchSpec) { self.spec = spec }

  mutating func prepare(for table: ProfileTable, subnet row: Int) {
    self.table = table
    self.row = row
    maxBatch = min(spec.maxBatch ?? table.largestBatch, table.largestBatch)
    sizes = table.batches
    largest = table.subgraphs.indices.map { LargestBatch(table, subnet: row, subgraph: $0) }
  }

  /// The deadline where batches keep it, else the arrival.
  func key(of query: Query) -> Int {
    spec.batching == .deadline ? query.deadline.count : query.arrival.count
  }

  /// The largest batch that the earliest deadline allows, or that waits.
  func decide(_ snapshot: Snapshot) -> Decision {
    let queue = snapshot.queue
    if let decision = queue.continuation { return decision }
    let most = min(maxBatch, queue.count)
    guard spec.batching == .deadline, let table else {
      return .serve(subnet: row, positions: 0..<most)
    }
    let slack = (queue[0].deadline - snapshot.now).count
    if let batch = largest[snapshot.device.subgraph].best(
      .inclusive, slack: slack, limit: table.batchIndex(holding: most))
    {
      return .serve(subnet: row, positions: 0..<min(most, sizes[batch]))
    }
    let bounds = [min(sizes[0], maxBatch), maxBatch]
    return SlackFit.late(spec.late ?? .fastest, queue, bounds, row, row)
  }

  /// Whether a query gets the same with every queue: alone, and in the order of arrival.
  var ignoresQueue: Bool { maxBatch == 1 && spec.batching == .full }
  /// The batch that is filled whatever the deadlines.
  var fullBatch: (subnet: Int, size: Int)? {
    spec.batching == .full ? (row, maxBatch) : nil
  }
  /// The sub-network.
  var subnet: Int { row }
}
