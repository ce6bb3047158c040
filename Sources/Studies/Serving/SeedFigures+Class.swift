internal import Serving

extension SeedFigures {
  /// Takes what a run measured of one class, which has no energy, bytes, devices or loads of its own.
  init(seed: Int, _ metrics: ClassMetrics, curve: [Double]) {
    self.seed = seed
    (unpowered, refused) = (0, 0)
    (goodput, idleEnergy, emptied) = (nil, nil, nil)
    arrivals = metrics.arrivals
    queries = metrics.arrivals
    completed = metrics.completed
    dropped = metrics.dropped
    inFlight = metrics.inFlight
    overdue = metrics.overdue
    onTime = metrics.onTime
    accurateEnough = metrics.accurateEnough
    (subnetSwitches, subgraphLoads) = (0, 0)
    (failures, interrupted, lost) = (0, 0, 0)
    (modelLoads, modelBytes, modelEvictions) = (0, 0, 0)
    (hasLoads, hasWaits) = (false, false)
    attainment = metrics.attainment
    accuracy = metrics.meanAccuracy
    servedAccuracy = metrics.meanServedAccuracy
    (energy, dramBytes, hits, encodingHits, utilization, bound) = (nil, nil, nil, nil, nil, nil)
    latencyMean = metrics.latency.meanSeconds
    latencyMax = metrics.completed > 0 ? metrics.latency.largest.seconds : nil
    fluidity = [:]
    p50 = ServingOutcome.value(of: curve, at: 50)
    p90 = ServingOutcome.value(of: curve, at: 90)
    p99 = ServingOutcome.value(of: curve, at: 99)
    p999 = ServingOutcome.value(of: curve, at: 99.9)
  }
}
