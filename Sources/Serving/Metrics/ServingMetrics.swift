public import Units

/// What a run measured, in memory independent of the number of queries.
public struct ServingMetrics: Sendable {
  /// Queries that arrived after the warm-up.
  public internal(set) var arrivals = 0
  /// Queries that were served.
  public internal(set) var completed = 0
  /// Queries that were given up.
  public internal(set) var dropped = 0
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
  /// Energy of all batches and loads.
  public internal(set) var energy = Picojoules.zero
  /// Off-chip bytes of all batches, loads and actuations.
  public internal(set) var dramBytes = Bytes.zero
  var hits = 0.0
  /// Batches and segments that were started.
  public internal(set) var services = 0
  /// Sum of the sizes of finished batches.
  var batchedQueries = 0
  var batches = 0
  /// Time that devices were serving, loading or actuating, summed over devices.
  public internal(set) var busy: Int128 = 0
  /// Services on another sub-network than the service before on the same device.
  public internal(set) var subnetSwitches = 0
  /// Sub-graphs loaded.
  public internal(set) var subgraphLoads = 0
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
  /// Number of devices.
  public internal(set) var devices = 1

  /// Time measured.
  public var span: SimulationTime { end - start }

  /// Share of finished queries that met their deadline; a drop is a miss.
  public var attainment: Double { ratio(Double(onTime), completed + dropped) }
  /// Mean accuracy of the queries that met their deadline.
  ///
  /// Source: SuperServe (NSDI 2025), section 6.1.
  public var meanAccuracy: Double { ratio(onTimeAccuracy, onTime) }
  /// Mean accuracy of all queries served.
  public var meanServedAccuracy: Double { ratio(servedAccuracy, completed) }
  /// Energy over completed queries.
  public var energyPerQuery: Picojoules { Picojoules(ratio(energy.value, completed)) }
  /// Off-chip bytes over completed queries.
  public var dramBytesPerQuery: Double { ratio(Double(dramBytes.count), completed) }
  /// Mean over completed queries of the share of the sub-network that was cached.
  public var cacheHitRatio: Double { ratio(hits, completed) }
  /// Mean size of a batch.
  public var meanBatch: Double { ratio(Double(batchedQueries), batches) }
  /// Busy time over devices x time.
  public var utilization: Double {
    span.count == 0 ? 0 : Double(busy) / (Double(devices) * Double(span.count))
  }
  /// Mean number of queries in the system.
  public var meanPopulation: Double {
    span.count == 0 ? 0 : Double(population) / Double(span.count)
  }
  /// Completed queries per second.
  public var throughput: Double { span.count == 0 ? 0 : Double(completed) / span.seconds }
  /// Queries that met their deadline per second.
  public var goodput: Double { span.count == 0 ? 0 : Double(onTime) / span.seconds }

  private func ratio(_ sum: Double, _ count: Int) -> Double {
    count == 0 ? 0 : sum / Double(count)
  }
}
