internal import Units

/// Measures a run: the observer that every simulation has.
///
/// Its events are those of `SimulationObserver`, without the batches that it does not look at.
struct MetricsObserver {
  private(set) var metrics = ServingMetrics()
  private let table: ProfileTable
  private let hitRatios: [Double]
  private let similarities: [Double]
  private let energiesPerLoadedByte: [Double]
  /// The kind of each device.
  private let kinds: [Int]
  private let warmUp: Int
  private let hasFrames: Bool
  private var isMeasuring: Bool
  private var lastCompletion: SimulationTime?
  /// Queries in the system, the warm-up included, since `lastChange`.
  private var inSystem = 0
  private var lastChange = SimulationTime(0)

  init(_ simulation: ServingSimulation) {
    let options = simulation.options
    table = simulation.table
    hitRatios = simulation.hitRatios
    similarities = simulation.similarities
    energiesPerLoadedByte = simulation.energiesPerLoadedByte
    kinds = simulation.fleet.kindOfDevice
    warmUp = options.warmUp
    hasFrames = options.framePeriod != nil
    isMeasuring = options.warmUp == 0
    metrics.devices = options.devices
    if !table.hasEnergy { metrics.energy = nil }
    if !table.hasTraffic { metrics.dramBytes = nil }
    if hitRatios.isEmpty { metrics.hits = nil }
    if similarities.isEmpty { metrics.similarities = nil }
    if let period = options.framePeriod {
      for variant in FluidityIndex.Variant.allCases {
        metrics.fluidity[variant] = FluidityIndex(variant, first: period, next: period)
      }
    }
    if simulation.fleet.isListed {
      let table = simulation.table
      metrics.perDevice = kinds.enumerated().map { DeviceMetrics(index: $0, kind: $1, table) }
    }
    if !simulation.classes.isEmpty {
      metrics.classes = (simulation.classes + [nil]).map { ClassMetrics(name: $0) }
    }
    metrics.bound = options.boundServiceTime.map { NetworkCalculusBound(serviceTime: $0) }
  }

  /// When measuring began; nil before.
  var measuredSince: SimulationTime? { isMeasuring ? metrics.start : nil }

  /// Adds what devices drew between services.
  mutating func ended(_ meter: EnergyMeter) {
    metrics.idleTime = meter.idleTime
    metrics.emptied = meter.emptied
    guard meter.countsIdle else { return }
    metrics.idleEnergy = Picojoules(meter.idleEnergy)
    metrics.energy?.value += meter.idleEnergy
  }

  /// Adds up the queries in the system until now, then changes their number.
  @inline(__always)
  private mutating func change(_ queries: Int, at time: SimulationTime) {
    if isMeasuring {
      let product = (time - lastChange).count.multipliedFullWidth(by: inSystem)
      metrics.population += Int128(product.high) << 64 | Int128(product.low)
    }
    lastChange = time
    inSystem += queries
  }

  mutating func arrived(_ query: Query) {
    change(1, at: query.arrival)
    if query.id == warmUp {
      isMeasuring = true
      metrics.start = query.arrival
    }
    if query.id >= warmUp {
      metrics.arrivals += 1
      if !metrics.classes.isEmpty { metrics.classes[place(of: query)].arrivals += 1 }
    }
    metrics.bound?.record(arrival: query.arrival)
  }

  /// The place of a query's class in `metrics.classes`.
  @inline(__always)
  private func place(of query: Query) -> Int { query.demand.group ?? metrics.classes.count - 1 }

  mutating func started(_ service: Service) {
    guard isMeasuring else { return }
    metrics.services += 1
    let device = service.device.index
    let isSwitch = service.device.subnet.map { $0 != service.subnet } ?? false
    if isSwitch { metrics.subnetSwitches += 1 }
    if !metrics.perDevice.isEmpty {
      metrics.perDevice[device].services += 1
      if isSwitch { metrics.perDevice[device].subnetSwitches += 1 }
    }
    if service.device.subnet != service.subnet {
      charge(loading: service.actuation.bytes, device)
    }
  }

  /// `batch` is the size of a batch that is through, nil for a segment that is not its last.
  mutating func finished(_ service: Service, batch: Int?) {
    guard isMeasuring else { return }
    addBusy(service.device.index, since: service.start, at: service.end)
    charge(service, to: service.share)
    guard let batch else { return }
    metrics.batches += 1
    metrics.batchedQueries += batch
  }

  mutating func interrupted(_ service: Service, at time: SimulationTime) {
    guard isMeasuring else { return }
    addBusy(service.device.index, since: service.start, at: time)
    charge(service, to: service.share(at: time))
  }

  mutating func failed(_ device: Int, lost queries: Int) {
    guard isMeasuring else { return }
    if !metrics.perDevice.isEmpty { metrics.perDevice[device].failures += 1 }
    metrics.failures += 1
    metrics.interrupted += queries
  }

  mutating func loading(_ cost: ProfileTable.Load, _ device: Int) {
    guard isMeasuring else { return }
    metrics.subgraphLoads += 1
    if !metrics.perDevice.isEmpty { metrics.perDevice[device].subgraphLoads += 1 }
    charge(loading: cost.bytes, device)
  }

  mutating func swapped(_ model: ServedModel, evicting count: Int, _ device: Int) {
    guard isMeasuring else { return }
    metrics.memory.add(model.bytes, evicting: count)
    if !metrics.perDevice.isEmpty {
      metrics.perDevice[device].memory.add(model.bytes, evicting: count)
    }
  }

  mutating func loaded(_ device: Int, since start: SimulationTime, at time: SimulationTime) {
    if isMeasuring { addBusy(device, since: start, at: time) }
  }

  mutating func dropped(_ query: Query, at time: SimulationTime, because reason: DropReason) {
    change(-1, at: time)
    guard query.id >= warmUp else { return }
    metrics.dropped += 1
    if !metrics.classes.isEmpty { metrics.classes[place(of: query)].dropped += 1 }
    if reason == .failure { metrics.lost += 1 }
    if reason == .battery { metrics.unpowered += 1 }
    if reason == .full { metrics.refused += 1 }
  }

  mutating func completed(_ query: Query, _ service: Service, batch: Int) {
    let time = service.end
    change(-1, at: time)
    guard query.id >= warmUp else { return }
    let accuracy = table.subnets[service.subnet].accuracy
    metrics.completed += 1
    metrics.latency.record(time - query.arrival)
    metrics.wait.record(query.firstStart - query.arrival)
    metrics.servedAccuracy += accuracy
    if time <= query.deadline {
      metrics.onTime += 1
      metrics.onTimeAccuracy += accuracy
    }
    if accuracy >= query.demand.accuracy { metrics.accurateEnough += 1 }
    if !metrics.perDevice.isEmpty { metrics.perDevice[service.device.index].completed += 1 }
    if !metrics.classes.isEmpty {
      metrics.classes[place(of: query)].complete(query, at: time, accuracy: accuracy)
    }
    let place = service.subnet * table.subgraphs.count + service.device.subgraph
    if let hits = metrics.hits { metrics.hits = hits + hitRatios[place] }
    if let similar = metrics.similarities { metrics.similarities = similar + similarities[place] }
    guard hasFrames else { return }
    let gap = time - (lastCompletion ?? query.arrival)
    lastCompletion = time
    for variant in FluidityIndex.Variant.allCases {
      metrics.fluidity[variant]?.record(gap: gap)
    }
  }

  /// Counts what is under way when a run is stopped: busy time, work done, deadlines that have passed.
  mutating func ended(_ snapshot: Snapshot, _ underWay: [UnderWay]) {
    let now = snapshot.now
    change(0, at: now)
    metrics.end = now
    guard isMeasuring else { return }
    for work in underWay {
      addBusy(work.device.index, since: work.since, at: now)
      if let service = work.service { charge(service, to: service.share(at: now)) }
      for query in work.batch { settle(query, at: now) }
    }
    for position in 0..<snapshot.queue.count { settle(snapshot.queue[position], at: now) }
  }

  /// Completions of this instant have happened: a query whose deadline is now has missed it.
  private mutating func settle(_ query: Query, at time: SimulationTime) {
    guard query.id >= warmUp, query.deadline <= time else { return }
    metrics.overdue += 1
    if !metrics.classes.isEmpty { metrics.classes[place(of: query)].overdue += 1 }
  }

  /// Adds the time since `start`, as far as it was measured.
  @inline(__always)
  private mutating func addBusy(
    _ device: Int, since start: SimulationTime, at time: SimulationTime
  ) {
    let busy = Int128((time - max(start, metrics.start)).count)
    metrics.busy += busy
    if !metrics.perDevice.isEmpty { metrics.perDevice[device].busy += busy }
  }

  /// Bytes of a load or an actuation, and their energy.
  @inline(__always)
  private mutating func charge(loading bytes: Bytes, _ device: Int) {
    metrics.loadedBytes += Int128(bytes.count)
    let energy = Double(bytes.count) * energiesPerLoadedByte[kinds[device]]
    add(energy: energy, bytes: bytes.count, device)
  }

  /// Energy and bytes of a service up to a share of it.
  @inline(__always)
  private mutating func charge(_ service: Service, to share: Double) {
    add(
      energy: service.energy(from: service.done, to: share),
      bytes: service.dramBytes(from: service.done, to: share), service.device.index)
  }

  @inline(__always)
  private mutating func add(energy: Double, bytes: Int, _ device: Int) {
    metrics.energy?.value += energy
    metrics.dramBytes? += Int128(bytes)
    guard !metrics.perDevice.isEmpty else { return }
    metrics.perDevice[device].energy?.value += energy
    metrics.perDevice[device].dramBytes? += Int128(bytes)
  }
}
