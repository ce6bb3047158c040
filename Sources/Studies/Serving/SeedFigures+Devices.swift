internal import Architectures
internal import Serving
internal import Units

extension SeedFigures {
  /// Takes what a run measured of some devices over a time; queries, their latencies and their deadlines are
  /// those of all devices together.
  init(
    seed: Int, _ devices: [DeviceMetrics], span: SimulationTime, energyUnit: EnergyUnit
  ) {
    func sum(_ value: (DeviceMetrics) -> Int) -> Int { devices.map(value).reduce(0, +) }
    self.seed = seed
    (arrivals, queries, dropped, inFlight, overdue) = (0, 0, 0, 0, 0)
    (onTime, accurateEnough, interrupted, lost, unpowered, refused) = (0, 0, 0, 0, 0, 0)
    (goodput, idleEnergy, emptied) = (nil, nil, nil)
    completed = sum(\.completed)
    subnetSwitches = sum(\.subnetSwitches)
    subgraphLoads = sum(\.subgraphLoads)
    failures = sum(\.failures)
    modelLoads = sum(\.memory.loads)
    modelBytes = Int(clamping: devices.reduce(Int128(0)) { $0 + $1.memory.bytes })
    modelEvictions = sum(\.memory.evictions)
    (hasLoads, hasWaits) = (false, false)
    (attainment, accuracy, servedAccuracy) = (nil, nil, nil)
    let served = Double(completed)
    let energies = devices.compactMap(\.energy)
    let bytes = devices.compactMap(\.dramBytes)
    energy =
      energies.isEmpty || completed == 0
      ? nil : energyUnit.amount(Picojoules(energies.map(\.value).reduce(0, +) / served))
    dramBytes = bytes.isEmpty || completed == 0 ? nil : Double(bytes.reduce(0, +)) / served
    (hits, encodingHits, bound) = (nil, nil, nil)
    let shares = devices.compactMap { $0.utilization(over: span) }
    utilization = shares.isEmpty ? nil : shares.reduce(0, +) / Double(shares.count)
    (latencyMean, latencyMax) = (nil, nil)
    (p50, p90, p99, p999) = (nil, nil, nil, nil)
    fluidity = [:]
  }
}
