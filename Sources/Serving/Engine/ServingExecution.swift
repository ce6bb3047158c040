internal import Architectures
internal import Components
internal import Networks

/// The state of one run.
struct ServingExecution<Observer: SimulationObserver> {
  struct Device {
    var state: DeviceState
    var caching: any CachingPolicy
    var batch: [Query] = []
    var subnet = 0
    var start = SimulationTime(0)
    /// When the change of sub-network is over and the service itself starts.
    var work = SimulationTime(0)
    var end = SimulationTime(0)
    var isBusy = false
    var wake: SimulationTime?
    /// The sub-graph being loaded.
    var loading: Int?
  }

  let simulation: ServingSimulation
  let table: ProfileTable
  let options: ServingOptions
  let population: Int?
  var observer: Observer
  var policy: any SchedulerPolicy
  var arrivals: any ArrivalProcess
  var demands: DemandSource
  var events = EventQueue()
  var queue = QueryQueue()
  var devices: [Device]
  var metrics = ServingMetrics()
  var now = SimulationTime(0)
  var issued = 0
  var arrived = 0
  var completed = 0
  var dropped = 0
  var isMeasuring: Bool
  var lastCompletion: SimulationTime?
  var idleWakes = 0

  init(_ simulation: ServingSimulation, _ observer: Observer) {
    self.simulation = simulation
    self.observer = observer
    table = simulation.table
    options = simulation.options
    policy = simulation.policy
    arrivals = simulation.arrivals
    population = simulation.arrivals.population
    demands = DemandSource(
      simulation.demands, seed: UInt64(simulation.options.seed), trace: simulation.arrivals.demands,
      rows: simulation.modelRows)
    isMeasuring = simulation.options.warmUp == 0
    devices = (0..<simulation.options.devices).map {
      Device(
        state: DeviceState(index: $0, subgraph: simulation.initialSubgraph),
        caching: simulation.caching)
    }
    metrics.devices = devices.count
    if !table.hasEnergy { metrics.energy = nil }
    if !table.hasTraffic { metrics.dramBytes = nil }
    if simulation.hitRatios.isEmpty { metrics.hits = nil }
    if simulation.similarities.isEmpty { metrics.similarities = nil }
    if let period = options.framePeriod {
      for variant in FluidityIndex.Variant.allCases {
        metrics.fluidity[variant] = FluidityIndex(variant, first: period, next: period)
      }
    }
    metrics.bound = options.boundServiceTime.map { NetworkCalculusBound(serviceTime: $0) }
  }

  mutating func run() throws(ServingError) -> ServingRun {
    arrivals.start(seed: UInt64(options.seed), name: "arrivals")
    for _ in 0..<(population ?? 1) { try issue(after: now) }
    if options.chargesInitialLoad {
      for device in devices.indices {
        try load(devices[device].state.subgraph, from: nil, device: device)
      }
    }
    var isStopped = false
    while let time = events.nextTime {
      if let until = options.until, time > until {
        advance(to: until)
        isStopped = true
        break
      }
      advance(to: time)
      while events.nextTime == time, let event = events.popFirst() {
        try handle(event)
      }
      try dispatch()
    }
    if !isStopped, !queue.isEmpty { throw stalled() }
    metrics.end = now
    guard arrived > options.warmUp || options.warmUp == 0 else { throw nothingMeasured }
    if isStopped, isMeasuring { settle() }
    return ServingRun(
      policy: type(of: policy).kind, cachingPolicy: type(of: simulation.caching).kind,
      metrics: metrics, arrivals: arrived, completions: completed, drops: dropped,
      inFlight: arrived - completed - dropped)
  }

  private var nothingMeasured: ServingError {
    .nothingMeasured(arrivals: arrived, warmUp: options.warmUp)
  }

  /// Counts what is under way when a run is stopped: busy time, work done, deadlines that have passed.
  private mutating func settle() {
    for device in devices.indices where devices[device].isBusy {
      addBusy(since: devices[device].start)
      if devices[device].loading == nil { chargeUnfinished(device) }
      for query in devices[device].batch { settle(query) }
    }
    for position in 0..<queue.count { settle(queue[position]) }
  }

  /// Completions of this instant have happened: a query whose deadline is now has missed it.
  private mutating func settle(_ query: Query) {
    if query.id >= options.warmUp, query.deadline <= now { metrics.overdue += 1 }
  }

  /// Moves the clock and adds up the queries in the system.
  private mutating func advance(to time: SimulationTime) {
    if isMeasuring {
      let product = (time - now).count.multipliedFullWidth(by: arrived - completed - dropped)
      metrics.population += Int128(product.high) << 64 | Int128(product.low)
    }
    now = time
  }

  private mutating func handle(_ event: EventQueue.Event) throws(ServingError) {
    switch event.kind {
    case .finished:
      idleWakes = 0
      try finish(event.device)
    case .loaded:
      idleWakes = 0
      finishLoad(event.device)
    case .arrival:
      idleWakes = 0
      try arrive()
    case .wake:
      idleWakes += 1
      // Assumption: a policy that is woken a million times in a row without starting or dropping
      // anything, while nothing else happens, never will.
      if idleWakes > 1_000_000 { throw stalled() }
      if devices[event.device].wake == now { devices[event.device].wake = nil }
    }
  }

  private func stalled() -> ServingError {
    .stalled(
      policy: type(of: policy).kind, time: now,
      waiting: (0..<min(queue.count, 5)).map { queue[$0].id }, count: queue.count)
  }

  /// Schedules the next arrival.
  mutating func issue(after previous: SimulationTime) throws(ServingError) {
    guard issued < options.queries, let time = arrivals.next(after: previous) else { return }
    guard time < .limit else { throw .arrivalBeyondClock(query: issued) }
    issued += 1
    events.schedule(.arrival, at: time)
  }

  private mutating func arrive() throws(ServingError) {
    let query = Query(id: arrived, arrival: now, demand: demands.next())
    arrived += 1
    if query.id == options.warmUp {
      isMeasuring = true
      metrics.start = now
    }
    if query.id >= options.warmUp { metrics.arrivals += 1 }
    metrics.bound?.record(arrival: now)
    observer.arrived(query)
    queue.insert(query, key: policy.key(of: query))
    if population == nil { try issue(after: now) }
  }

  /// Adds the time since `start`, as far as it was measured.
  mutating func addBusy(since start: SimulationTime) {
    metrics.busy += Int128((now - max(start, metrics.start)).count)
  }
}
