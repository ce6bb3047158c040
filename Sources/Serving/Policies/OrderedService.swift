internal import Components
internal import Units

/// Predicts how long a query takes and serves the one that a policy puts first.
public struct OrderedService: Sendable {
  private let spec: OrderSpec
  private var table: ProfileTable?
  private var row: Int?
  /// Where service can be interrupted, nil when it runs through.
  var boundaries: LayerBoundaries?
  private var fallback = StrictAccuracy(StrictAccuracy.Spec())

  init(_ spec: OrderSpec) { self.spec = spec }

  mutating func prepare(for table: ProfileTable) throws(SpecError) {
    self.table = table
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
    return .serve(subnet: subnet(of: query, holding: subgraph), positions: positions)
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
