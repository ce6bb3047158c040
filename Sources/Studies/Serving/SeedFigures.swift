package import Architectures
package import Serving
internal import Units

/// What one run of one seed gave, without its distributions: the same memory for any number of queries.
package struct SeedFigures: Hashable {
  package let seed: Int
  /// All queries that arrived, the warm-up included.
  package let arrivals: Int
  /// Queries after the warm-up, as all figures below.
  package let queries: Int
  package let completed: Int
  package let dropped: Int
  package let inFlight: Int
  package let overdue: Int
  package let onTime: Int
  package let accurateEnough: Int
  package let subnetSwitches: Int
  package let subgraphLoads: Int
  /// Failures of devices, queries whose service they interrupted, and those of them given up.
  package let failures: Int
  package let interrupted: Int
  package let lost: Int
  /// Queries given up because the battery was used up.
  package let unpowered: Int
  /// Queries given up because as many waited as may.
  package let refused: Int
  /// Models that came into memories of devices, their bytes, and models that left for them.
  package let modelLoads: Int
  package let modelBytes: Int
  package let modelEvictions: Int
  /// Whether loads or actuations moved bytes.
  package let hasLoads: Bool
  /// Whether any query waited for its first service.
  package let hasWaits: Bool
  package let attainment: Double?
  package let accuracy: Double?
  package let servedAccuracy: Double?
  /// In joules, or in the relative unit of the table.
  package let energy: Double?
  /// What idle devices drew, in joules over served queries; part of `energy`.
  package let idleEnergy: Double?
  /// In seconds of simulated time.
  package let emptied: Double?
  package let dramBytes: Double?
  package let hits: Double?
  package let encodingHits: Double?
  package let utilization: Double?
  /// Queries that met their deadline per second.
  package let goodput: Double?
  /// In seconds.
  package let latencyMean: Double?
  package let latencyMax: Double?
  package let bound: Double?
  package let fluidity: [FluidityIndex.Variant: Double]
  package let p50: Double?
  package let p90: Double?
  package let p99: Double?
  package let p999: Double?

  /// Takes what `run` measured, `curve` being its percentiles.
  package init(seed: Int, _ run: ServingRun, energyUnit: EnergyUnit, curve: [Double]) {
    let metrics = run.metrics
    self.seed = seed
    arrivals = run.arrivals
    queries = metrics.arrivals
    completed = metrics.completed
    dropped = metrics.dropped
    inFlight = metrics.inFlight
    overdue = metrics.overdue
    onTime = metrics.onTime
    accurateEnough = metrics.accurateEnough
    subnetSwitches = metrics.subnetSwitches
    subgraphLoads = metrics.subgraphLoads
    failures = metrics.failures
    interrupted = metrics.interrupted
    lost = metrics.lost
    unpowered = metrics.unpowered
    refused = metrics.refused
    emptied = metrics.emptied?.seconds
    idleEnergy = metrics.idleEnergyPerQuery.map { energyUnit.amount($0) }
    modelLoads = metrics.memory.loads
    modelBytes = Int(clamping: metrics.memory.bytes)
    modelEvictions = metrics.memory.evictions
    hasLoads = metrics.loadedBytes > 0
    hasWaits = metrics.wait.largest.count > 0
    attainment = metrics.attainment
    accuracy = metrics.meanAccuracy
    servedAccuracy = metrics.meanServedAccuracy
    energy = metrics.energyPerQuery.map { energyUnit.amount($0) }
    dramBytes = metrics.dramBytesPerQuery
    hits = metrics.cacheHitRatio
    encodingHits = metrics.encodingHitRatio
    utilization = metrics.utilization
    goodput = metrics.goodput
    latencyMean = metrics.latency.meanSeconds
    latencyMax = metrics.completed > 0 ? metrics.latency.largest.seconds : nil
    bound = metrics.bound?.seconds
    fluidity = metrics.fluidity.mapValues(\.value)
    p50 = ServingOutcome.value(of: curve, at: 50)
    p90 = ServingOutcome.value(of: curve, at: 90)
    p99 = ServingOutcome.value(of: curve, at: 99)
    p999 = ServingOutcome.value(of: curve, at: 99.9)
  }
}
