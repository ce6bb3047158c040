public import Units

/// What a run measured, in memory independent of the number of queries.
public struct ServingMetrics: Sendable {
  /// Queries that arrived after the warm-up.
  public internal(set) var arrivals = 0
  /// Of these, queries that were served.
  public internal(set) var completed = 0
  /// Of these, queries that were given up.
  public internal(set) var dropped = 0
  /// Of these, queries that were still in the system, past their deadline, when the run was stopped.
  public internal(set) var overdue = 0
  /// Queries that were served by their deadline.
  public internal(set) var onTime = 0
  /// Queries that were served with at least the accuracy they ask for.
  public internal(set) var accurateEnough = 0
  /// From arrival to completion.
  public internal(set) var latency = LatencyDistribution()
  /// From arrival to the start of the first segment.
  public internal(set) var wait = LatencyDistribution()
  /// Sum of the accuracies of the queries served by their deadline.
  var onTimeAccuracy = 0.0
  /// Sum of the accuracies of all queries served.
  var servedAccuracy = 0.0
  /// Energy of all work: batches, finished or not, loads and actuations; nil where the table has none.
  public internal(set) var energy: Picojoules? = .zero
  /// Off-chip bytes of all work, in 128 bits; nil where the table has none.
  public internal(set) var dramBytes: Int128? = 0
  /// Sum over completed queries of the share of their weights that was cached; nil where unknown.
  var hits: Double? = 0
  /// Sum over completed queries of the cached share of their encoding; nil where unknown.
  var similarities: Double? = 0
  /// Batches and segments that were started.
  public internal(set) var services = 0
  /// Sum of the sizes of finished batches.
  var batchedQueries = 0
  var batches = 0
  /// Time that devices were serving, loading or actuating, in ps, summed over devices.
  public internal(set) var busy: Int128 = 0
  /// Services on another sub-network than the service before on the same device.
  public internal(set) var subnetSwitches = 0
  /// Sub-graphs loaded.
  public internal(set) var subgraphLoads = 0
  /// Bytes of loads and actuations, whose energy only a price per byte gives.
  public internal(set) var loadedBytes: Int128 = 0
  /// Integral of the number of queries in the system over time, in queries x ps.
  public internal(set) var population: Int128 = 0
  /// The first time that is measured.
  public internal(set) var start = SimulationTime(0)
  /// When the last event happened.
  public internal(set) var end = SimulationTime(0)
  /// Both variants of the fluidity index, when a frame period was given.
  public internal(set) var fluidity: [FluidityIndex.Variant: FluidityIndex] = [:]
  /// The network-calculus bound, when the service allows one.
  public internal(set) var bound: NetworkCalculusBound?
  /// Failures of devices.
  public internal(set) var failures = 0
  /// Queries whose service a failure interrupted, counted each time.
  public internal(set) var interrupted = 0
  /// Queries, counted in `dropped`, that were given up because their device failed.
  public internal(set) var lost = 0
  /// Queries, counted in `dropped`, that were given up because the battery was used up.
  public internal(set) var unpowered = 0
  /// Queries, counted in `dropped`, that were given up because as many waited as may.
  public internal(set) var refused = 0
  /// Time that devices were idle, in ps, summed over devices; nil unless power between services counts.
  public internal(set) var idleTime: Int128?
  /// What idle devices drew, part of `energy`; nil where nothing is known of it.
  public internal(set) var idleEnergy: Picojoules?
  /// When the battery was used up; nil where there is none, or it lasted.
  public internal(set) var emptied: SimulationTime?
  /// By class, the last of queries of no class; none where there are no classes or too many.
  public internal(set) var classes: [ClassMetrics] = []
  /// Models that came into memories of devices and left them.
  public internal(set) var memory = MemoryTraffic()
  /// By device; none unless the kinds of devices are listed.
  public internal(set) var perDevice: [DeviceMetrics] = []
  /// Number of devices.
  public internal(set) var devices = 1

  /// Time measured.
  public var span: SimulationTime { end - start }
  /// Queries in the system at the end, in no figure but, past their deadline, in `attainment`.
  public var inFlight: Int { arrivals - completed - dropped }

  /// Share of queries that met their deadline; nil when the fate of none is known.
  ///
  /// Of the queries that were served, given up, or past their deadline when the run was stopped. Those
  /// that could still have met it then do not count.
  public var attainment: Double? { ratio(Double(onTime), completed + dropped + overdue) }
  /// Mean accuracy of the queries that met their deadline; nil when none did.
  ///
  /// Source: SuperServe (NSDI 2025), section 6.1.
  public var meanAccuracy: Double? { ratio(onTimeAccuracy, onTime) }
  /// Mean accuracy of all queries served, late ones too; nil when none was.
  public var meanServedAccuracy: Double? { ratio(servedAccuracy, completed) }
  /// Energy of all work, finished or not, over completed queries; nil when unknown or none was.
  public var energyPerQuery: Picojoules? {
    energy.flatMap { ratio($0.value, completed) }.map { Picojoules($0) }
  }
  /// Energy of idle devices over completed queries; nil when unknown or none was.
  public var idleEnergyPerQuery: Picojoules? {
    idleEnergy.flatMap { ratio($0.value, completed) }.map { Picojoules($0) }
  }
  /// Off-chip bytes of all work, finished or not, over completed queries; nil when unknown or none was.
  public var dramBytesPerQuery: Double? {
    dramBytes.flatMap { ratio(Double($0), completed) }
  }
  /// Mean over completed queries of the share of the sub-network's weight bytes that was cached.
  public var cacheHitRatio: Double? { hits.flatMap { ratio($0, completed) } }
  /// Mean over completed queries of `||SN and G||_2 / ||SN||_2` of their encodings.
  ///
  /// Source: SUSHI (Behnam et al., MLSys 2023).
  public var encodingHitRatio: Double? { similarities.flatMap { ratio($0, completed) } }
  /// Mean size of a batch; nil when none finished.
  public var meanBatch: Double? { ratio(Double(batchedQueries), batches) }
  /// Busy time over devices x time; nil when no time passed.
  public var utilization: Double? {
    span.count == 0 ? nil : Double(busy) / (Double(devices) * Double(span.count))
  }
  /// Mean number of queries in the system; nil when no time passed.
  public var meanPopulation: Double? {
    span.count == 0 ? nil : Double(population) / Double(span.count)
  }
  /// Completed queries per second; nil when no time passed.
  public var throughput: Double? { span.count == 0 ? nil : Double(completed) / span.seconds }
  /// Queries that met their deadline per second; nil when no time passed.
  public var goodput: Double? { span.count == 0 ? nil : Double(onTime) / span.seconds }

  private func ratio(_ sum: Double, _ count: Int) -> Double? {
    count == 0 ? nil : sum / Double(count)
  }
}
