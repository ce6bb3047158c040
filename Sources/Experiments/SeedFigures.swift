internal import Serving
internal import Specs
internal import Units

/// What one run of one seed gave, without its distributions: the same memory for any number of queries.
struct SeedFigures: Hashable {
  let seed: Int
  /// All queries that arrived, the warm-up included.
  let arrivals: Int
  /// Queries after the warm-up, as all figures below.
  let queries: Int
  let completed: Int
  let dropped: Int
  let inFlight: Int
  let overdue: Int
  let onTime: Int
  let accurateEnough: Int
  let subnetSwitches: Int
  let subgraphLoads: Int
  /// Whether loads or actuations moved bytes.
  let hasLoads: Bool
  /// Whether any query waited for its first service.
  let hasWaits: Bool
  let attainment: Double?
  let accuracy: Double?
  let servedAccuracy: Double?
  /// In joules, or in the relative unit of the table.
  let energy: Double?
  let dramBytes: Double?
  let hits: Double?
  let encodingHits: Double?
  let utilization: Double?
  /// In seconds.
  let latencyMean: Double?
  let latencyMax: Double?
  let bound: Double?
  let fluidity: [FluidityIndex.Variant: Double]
  let p50: Double?
  let p90: Double?
  let p99: Double?
  let p999: Double?

  /// Takes what `run` measured, `curve` being its percentiles.
  init(seed: Int, _ run: ServingRun, energyUnit: EnergyUnit, curve: [Double]) {
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
