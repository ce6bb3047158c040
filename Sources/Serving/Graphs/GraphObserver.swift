internal import Units

/// Measures what queries that are graphs do, in memory of the queries in the system alone.
public struct GraphObserver: SimulationObserver {
  /// What became of one query.
  public struct Record: Sendable {
    /// Its number.
    public let query: Int
    /// The sample that it is; nil without tensors.
    public let sample: Int?
    /// When it came.
    public let arrival: SimulationTime
    /// When its first node started; nil where none did.
    public internal(set) var start: SimulationTime?
    /// When its last node ended, or it was given up.
    public internal(set) var end: SimulationTime
    /// Whether it was served by its deadline; nil where it was given up.
    public internal(set) var isMet: Bool?
    /// The nodes that it ran, in the order of their ends.
    public internal(set) var nodes: [Int] = []
    /// The nodes whose answers stand.
    public internal(set) var answers: [Int] = []
    /// The share that its answer is right; nil where unknown, or where several nodes answer.
    public internal(set) var accuracy: Double?
    /// Its share of the energy of services.
    public internal(set) var energy = 0.0
    /// Its share of the off-chip bytes of services.
    public internal(set) var dramBytes = 0.0
    /// The time of its services, in all.
    public internal(set) var work = SimulationTime(0)
  }

  private let graph: TaskGraph
  private let draws: GateDraws
  private let warmUp: Int
  private let weights: [Double?]
  private let sink: ((Record) -> Void)?
  private var live: [Int: Record] = [:]
  /// By node, how many measured queries ran it.
  public private(set) var runs: [Int]
  /// By node, how many batches it ran in, and the sum of their sizes.
  public private(set) var batches: [Int]
  /// By node, the sum of the sizes of its batches.
  public private(set) var batched: [Int]
  /// Measured queries that were served.
  public private(set) var completed = 0
  /// Measured queries that came.
  public private(set) var arrived = 0
  /// From arrival to the end.
  public private(set) var latency = LatencyDistribution()
  /// The sum of the accuracies of measured queries; nil where one is unknown.
  public private(set) var accuracy: Double? = 0
  /// Resident bytes times seconds of all services; nil where bytes are unknown.
  public private(set) var byteSeconds: Double? = 0
  /// The work of measured queries, in seconds.
  public private(set) var workSeconds = 0.0

  /// Follows a run of a simulation whose queries are `graph`; `sink` takes what became of each.
  public init(
    _ graph: TaskGraph, table: ProfileTable, options: ServingOptions,
    sink: ((Record) -> Void)? = nil
  ) {
    self.graph = graph
    self.sink = sink
    draws = GateDraws(graph, seed: options.seed)
    warmUp = options.warmUp
    weights = graph.nodes.map { table.subnets[$0.row].weightBytes.map { Double($0.count) } }
    runs = graph.nodes.map { _ in 0 }
    batches = runs
    batched = runs
  }

  /// Begins to follow a query.
  public mutating func arrived(_ query: Query) {
    if query.id >= warmUp { arrived += 1 }
    live[query.id] = Record(
      query: query.id, sample: graph.samples.map { query.id % $0 }, arrival: query.arrival,
      start: nil, end: query.arrival)
  }

  /// Notes when a query's first node starts.
  public mutating func started(_ batch: [Query], _ service: Service) {
    for query in batch where live[query.id]?.start == nil {
      live[query.id]?.start = service.start
    }
  }

  /// Shares the work of a batch among its queries.
  public mutating func finished(_ batch: [Query], _ service: Service) {
    guard let first = batch.first else { return }
    let share = 1 / Double(batch.count)
    let energy = service.cell.energy.value * share
    let bytes = Double(service.cell.dramBytes.count) * share
    // Queries of one sub-network may be at different nodes.
    let weight = weights[first.completedPieces]
    if batch.contains(where: { $0.id >= warmUp }) {
      batches[first.completedPieces] += 1
      batched[first.completedPieces] += batch.count
    }
    for query in batch {
      let node = query.completedPieces
      if query.id >= warmUp {
        runs[node] += 1
        byteSeconds = byteSeconds.flatMap { sum in
          weight.map { sum + $0 * (service.end - service.start).seconds * share }
        }
      }
      guard let index = live.index(forKey: query.id) else { continue }
      live.values[index].energy += energy
      live.values[index].dramBytes += bytes
      live.values[index].work = live.values[index].work + (service.end - service.start)
      live.values[index].nodes.append(node)
      let outcome = draws.outcome(of: node, query: query.id)
      if !graph.goesOn(node, outcome) { live.values[index].answers.append(node) }
    }
  }

  /// Ends a query that was served.
  public mutating func completed(_ query: Query, _ service: Service, batch: Int) {
    guard var record = live.removeValue(forKey: query.id) else { return }
    record.end = service.end
    record.isMet = service.end <= query.deadline
    record.accuracy = accuracy(of: record)
    if query.id >= warmUp {
      completed += 1
      latency.record(service.end - query.arrival)
      workSeconds += record.work.seconds
      accuracy = accuracy.flatMap { sum in record.accuracy.map { sum + $0 } }
    }
    sink?(record)
  }

  /// Ends a query that was given up.
  public mutating func dropped(
    _ query: Query, at time: SimulationTime, because reason: DropReason
  ) {
    guard var record = live.removeValue(forKey: query.id) else { return }
    record.end = time
    sink?(record)
  }

  private func accuracy(of record: Record) -> Double? {
    guard record.answers.count == 1 else { return nil }
    let node = graph.nodes[record.answers[0]]
    guard !node.correct.isEmpty else { return node.accuracy }
    return node.correct[graph.sample(of: record.query)] ? 1 : 0
  }
}

extension ServingSimulation {
  /// Serves queries that are graphs; the same as with any observer, compiled for this one, which is
  /// several times as fast.
  public func run(observing observer: inout GraphObserver) throws(ServingError) -> ServingRun {
    var execution = ServingExecution(self, observer)
    defer { observer = execution.observer }
    return try execution.run()
  }
}
