internal import Components
internal import Units

/// Predicts how long a query takes and serves the one that a policy puts first.
public struct OrderedService: Sendable {
  private let spec: OrderSpec
  private var table: ProfileTable?
  private var row: Int?
  /// The largest batch.
  private(set) var most = 1
  /// Where service can be interrupted, nil when it runs through.
  var boundaries: LayerBoundaries?
  private var fallback = StrictAccuracy(StrictAccuracy.Spec())

  init(_ spec: OrderSpec) { self.spec = spec }

  mutating func prepare(for table: ProfileTable) throws(SpecError) {
    self.table = table
    guard (1...65536).contains(spec.maxBatch) else {
      throw SpecError("max_batch", "expected 1 to 65536, found \(spec.maxBatch)")
    }
    most = min(spec.maxBatch, table.largestBatch)
    if let name = spec.subnet { row = try table.subnet(named: name, key: "subnet") }
    try fallback.prepare(for: table)
  }

  /// The sub-network that a query gets.
  func subnet(of query: Query, holding subgraph: Int) -> Int {
    query.startedSubnet ?? query.demand.subnet ?? row
      ?? fallback.preview(query.demand, holding: subgraph) ?? 0
  }

  /// The service time of the whole query.
  func total(of query: Query, holding subgraph: Int) -> Int {
    table?.latency(subnet(of: query, holding: subgraph), subgraph) ?? 0
  }

  /// The service time that is left.
  func remaining(of query: Query, holding subgraph: Int) -> Int {
    let total = total(of: query, holding: subgraph)
    guard let boundaries, query.completedSegments > 0 else { return total }
    let row = subnet(of: query, holding: subgraph)
    return total - boundaries.elapsed(row, segments: query.completedSegments, of: total)
  }

  /// Serves the query at `position`, or gives it up when it is late.
  func decision(_ snapshot: Snapshot, position: Int) -> Decision {
    let query = snapshot.queue[position]
    let (now, subgraph) = (snapshot.now, snapshot.device.subgraph)
    let positions = position..<position + 1
    if spec.late == .drop {
      let left = remaining(of: query, holding: subgraph)
      if (now + SimulationTime(left)) > query.deadline { return .drop(at: positions) }
    }
    let row = subnet(of: query, holding: subgraph)
    guard most > 1, snapshot.queue.count > 1 else {
      return .serve(subnet: row, positions: positions)
    }
    return .run(subnet: row, positions: batch(of: row, with: position, snapshot))
  }

  /// A query with the next ones of its sub-network, in the order of the queue.
  private func batch(of row: Int, with position: Int, _ snapshot: Snapshot) -> [Int] {
    var found = [position]
    let subgraph = snapshot.device.subgraph
    for other in 0..<snapshot.queue.count where other != position && found.count < most {
      if subnet(of: snapshot.queue[other], holding: subgraph) == row { found.append(other) }
    }
    return found
  }

  /// The position with the smallest score, the earliest in the queue where scores are equal.
  func first(_ queue: QueryQueue, score: (Query) -> Double) -> Int {
    var best = (position: 0, score: Double.infinity)
    for position in 0..<queue.count {
      let value = score(queue[position])
      if value < best.score { best = (position, value) }
    }
    return best.position
  }
}
