internal import Architectures
internal import Components
internal import Networks

/// The state of one run.
///
/// The engine checks what a policy decides and carries it out; what is measured, observers do.
struct ServingExecution<Observer: SimulationObserver> {
  struct Device {
    var caching: any CachingPolicy
    var batch: [Query] = []
    /// What it runs; nil while it loads or is idle.
    var service: Service?
    /// The sub-network that `batch` runs on once a load that it waits for is over.
    var pending: Int?
    /// When its service or its load started.
    var start = SimulationTime(0)
    var wake: SimulationTime?
    /// The sub-graph being loaded.
    var loading: Int?
    /// How often it has failed: events of the time before are void.
    var failures = 0

    /// Queries that were never served before are from now on.
    @inline(__always)
    mutating func noteStart(at now: SimulationTime) {
      for index in batch.indices where batch[index].firstStart.count < 0 {
        batch[index].firstStart = now
      }
    }
  }

  let simulation: ServingSimulation
  let table: ProfileTable
  let service: any ServiceModel
  let options: ServingOptions
  let population: Int?
  var observer: Observer
  var metrics: MetricsObserver
  /// What devices use; nil where that is not limited and nothing is drawn between services.
  var meter: EnergyMeter?
  var policy: any SchedulerPolicy
  /// Whether the policy is told of finished batches.
  var tellsPolicy = false
  var arrivals: any ArrivalProcess
  var demands: DemandSource
  /// What is added to constraints; nil where policies see them as they are.
  var noise: DemandNoiseSource?
  var events = EventQueue()
  /// Time, queue and device states: what policies see.
  var snapshot: Snapshot
  var devices: [Device]
  var issued = 0
  var arrived = 0
  var completed = 0
  var dropped = 0
  var idleWakes = 0
  /// Failures among them.
  var idleFailures = 0
  /// Events in the heap that do not keep the run going: failures, returns, and what a failure made void.
  var background = 0
  /// The number of the outage that is scheduled next.
  var nextFailure = 0
  /// Where queries are graphs: how far they have got, and what waits by kind of device.
  var graph: GraphState
  let hasGraph: Bool

  @inline(__always)
  var now: SimulationTime { snapshot.now }

  init(_ simulation: ServingSimulation, _ observer: Observer) {
    self.simulation = simulation
    self.observer = observer
    table = simulation.table
    service = simulation.service
    options = simulation.options
    policy = simulation.policy
    arrivals = simulation.arrivals
    population = simulation.arrivals.population
    demands = DemandSource(
      simulation.demands, seed: UInt64(simulation.options.seed), trace: simulation.arrivals.demands,
      rows: simulation.modelRows, chains: simulation.chains)
    noise = simulation.noise.map {
      DemandNoiseSource($0, seed: UInt64(simulation.options.seed))
    }
    let kinds = simulation.fleet.kindOfDevice
    devices = kinds.map { Device(caching: simulation.cachings[$0]) }
    snapshot = Snapshot(
      devices: kinds.enumerated().map { index, kind in
        DeviceState(index: index, subgraph: simulation.initialSubgraphs[kind], kind: kind)
      })
    snapshot.memories = Self.memories(simulation)
    hasGraph = simulation.graph != nil
    graph = GraphState(
      simulation.graph, seed: simulation.options.seed, kinds: simulation.fleet.kinds.count)
    metrics = MetricsObserver(simulation)
    meter = EnergyMeter(simulation.fleet, simulation.options.power)
  }

  mutating func run() throws(ServingError) -> ServingRun {
    try begin()
    arrivals.start(seed: UInt64(options.seed), name: "arrivals")
    for _ in 0..<(population ?? 1) { try issue(after: now) }
    scheduleFailure(0)
    if options.chargesInitialLoad {
      for device in devices.indices {
        try load(snapshot.devices[device].subgraph, from: nil, device: device)
      }
    }
    let isStopped = try loop()
    if !isStopped, !snapshot.queue.isEmpty || graph.isWaiting { throw stalled() }
    let underWay = devices.indices.compactMap { index -> UnderWay? in
      guard [.serving, .loading].contains(snapshot.devices[index].activity) else { return nil }
      return UnderWay(
        device: snapshot.devices[index], since: devices[index].start, batch: devices[index].batch,
        service: devices[index].service)
    }
    guard arrived > options.warmUp || options.warmUp == 0 else { throw nothingMeasured }
    let end = original(snapshot, underWay)
    metrics.ended(end.snapshot, end.underWay)
    if let meter { metrics.ended(meter) }
    observer.ended(end.snapshot, end.underWay)
    try finishPolicies()
    return ServingRun(
      policy: type(of: policy).kind, cachingPolicy: type(of: simulation.cachings[0]).kind,
      metrics: metrics.metrics, arrivals: arrived, completions: completed, drops: dropped,
      inFlight: arrived - completed - dropped, thinking: thinking)
  }

  /// Event by event; gives whether `until` stopped the run.
  private mutating func loop() throws(ServingError) -> Bool {
    while let time = events.nextTime {
      if events.count == background, snapshot.queue.isEmpty { return false }
      if observer.isFinished { return true }
      if let until = options.until, time > until {
        if try pass(to: until) { continue }
        return true
      }
      if try pass(to: time) { continue }
      while events.nextTime == time, let event = events.popFirst() {
        try handle(event)
      }
      try dispatch()
    }
    // Where every device is down, nothing happens until a run is stopped.
    guard let until = options.until, !snapshot.queue.isEmpty, isDead else { return false }
    snapshot.now = until
    return true
  }

  /// Whether every device is down.
  var isDead: Bool { snapshot.devices.allSatisfy { $0.activity == .down } }

  private var nothingMeasured: ServingError {
    .nothingMeasured(arrivals: arrived, warmUp: options.warmUp)
  }

  private mutating func handle(_ event: EventQueue.Event) throws(ServingError) {
    let device = event.device & Self.deviceMask
    switch event.kind {
    case .finished:
      guard isCurrent(event) else { return }
      (idleWakes, idleFailures) = (0, 0)
      try finish(device)
    case .loaded:
      guard isCurrent(event) else { return }
      (idleWakes, idleFailures) = (0, 0)
      try finishLoad(device)
    case .delivered: try deliver(event.device)
    case .arrival:
      idleWakes = 0
      try arrive()
    case .wake:
      try countIdle()
      if devices[device].wake == now { devices[device].wake = nil }
    case .failed:
      background -= 1
      // A device without power stays as it is.
      guard !isWithoutPower else { return }
      try countIdle()
      idleFailures += 1
      try fail(device)
    case .recovered:
      background -= 1
      guard !isWithoutPower else { return }
      try countIdle()
      try recover(device)
    }
  }

  /// Assumption: a policy that is woken a million times in a row without starting or dropping anything,
  /// while nothing but failures happens, never will.
  private mutating func countIdle() throws(ServingError) {
    idleWakes += 1
    if idleWakes > 1_000_000 { throw stalled() }
  }

  private func stalled() -> ServingError {
    if idleFailures > 400_000 {
      return .onlyFailures(time: now, count: arrived - completed - dropped)
    }
    if isDead { return .noDevice(time: now, count: snapshot.queue.count) }
    let queue = graph.firstWaiting ?? snapshot.queue
    return .stalled(
      policy: type(of: policy).kind, time: now,
      waiting: (0..<min(queue.count, 5)).map { queue[$0].id },
      count: snapshot.queue.count + graph.waiting)
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
    metrics.arrived(query)
    observer.arrived(query)
    if isWithoutPower {
      try drop(query, because: .battery)
      if population == nil { try issue(after: now) }
      return
    }
    if let most = options.mostWaiting, snapshot.queue.count + graph.waiting >= most {
      try drop(query, because: .full)
      if population == nil { try issue(after: now) }
      return
    }
    let stated = stated(query)
    if hasGraph {
      begin(stated)
    } else {
      snapshot.queue.insert(stated, key: policy.key(of: stated))
    }
    if population == nil { try issue(after: now) }
  }
}
