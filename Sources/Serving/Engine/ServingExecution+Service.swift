internal import Architectures
internal import Components
internal import Networks
internal import Units

extension ServingExecution {
  /// The low bits of an event's device; above them is how often it has failed.
  static var deviceMask: Int { 0xffff }

  /// Whether the device has not failed since the event was scheduled.
  @inline(__always)
  mutating func isCurrent(_ event: EventQueue.Event) -> Bool {
    if event.device >> 16 == devices[event.device & Self.deviceMask].failures { return true }
    background -= 1
    return false
  }

  @inline(__always)
  private func tag(_ device: Int) -> Int { device | devices[device].failures << 16 }

  /// Starts the batch of an idle device, or a segment of it.
  mutating func start(_ subnet: Int, _ device: Int) throws(ServingError) {
    let state = snapshot.devices[device]
    let cell = try cost(of: subnet, on: state)
    var time = cell.latency.count
    var elapsed = 0
    var (done, share) = (0.0, 1.0)
    if let boundaries = simulation.boundaries {
      let segment = devices[device].batch[0].completedSegments
      elapsed = boundaries.elapsed(subnet, segments: segment, of: time)
      time = boundaries.elapsed(subnet, segments: segment + 1, of: time) - elapsed
      done = segment == 0 ? 0 : boundaries.shares[subnet][segment - 1]
      share = boundaries.shares[subnet][segment]
    }
    let swap =
      snapshot.memories.isEmpty ? ProfileTable.Load() : try admit(subnet, device)
    time = (SimulationTime(time) + swap.time).count
    var actuation = ProfileTable.Load()
    if state.subnet != subnet {
      actuation = try change(to: subnet, on: state)
      time = (SimulationTime(time) + actuation.time).count
    }
    let end = now + SimulationTime(time)
    guard end < .limit else { throw .serviceBeyondClock(start: now) }
    devices[device].noteStart(at: now)
    let piece = Service(
      subnet: subnet, device: state, start: now, work: now + swap.time + actuation.time, end: end,
      swap: swap, actuation: actuation, elapsed: SimulationTime(elapsed), done: done, share: share,
      cell: cell)
    devices[device].service = piece
    devices[device].start = now
    snapshot.devices[device].subnet = subnet
    snapshot.devices[device].activity = .serving
    snapshot.devices[device].until = end
    if state.subnet != subnet { useLoad(actuation.bytes, device) }
    metrics.started(piece)
    observer.started(devices[device].batch, piece)
    events.schedule(.finished, at: end, device: tag(device))
  }

  /// Ends a batch or a segment.
  mutating func finish(_ device: Int) throws(ServingError) {
    guard let service = devices[device].service else { return }
    devices[device].service = nil
    snapshot.devices[device].activity = .idle
    let subnet = service.subnet
    let size = devices[device].batch.count
    var isOver = true
    if let boundaries = simulation.boundaries {
      devices[device].batch[0].completedSegments += 1
      devices[device].batch[0].startedSubnet = subnet
      isOver = devices[device].batch[0].completedSegments == boundaries.shares[subnet].count
    }
    meter?.use(service, to: service.share)
    metrics.finished(service, batch: isOver ? size : nil)
    observer.finished(devices[device].batch, service)
    if tellsPolicy { try tellPolicy(device, service) }
    guard isOver else {
      let query = devices[device].batch[0]
      devices[device].batch.removeAll(keepingCapacity: true)
      snapshot.queue.insert(query, key: policy.key(of: query))
      return
    }
    let held = service.device.subgraph
    var wanted = held
    // Taken out for the walk: nothing else looks at the batch of an idle device.
    var batch: [Query] = []
    swap(&batch, &devices[device].batch)
    for query in batch {
      if hasGraph, try !goOn(query) {
        wanted = try wantedSubgraph(subnet, holding: wanted, device)
        continue
      }
      if simulation.hasChains, let next = simulation.next(after: query) {
        wanted = try wantedSubgraph(subnet, holding: wanted, device)
        snapshot.queue.insert(next, key: policy.key(of: next))
        continue
      }
      completed += 1
      let asked = original(query)
      noise?.forget(query)
      metrics.completed(asked, service, batch: size)
      observer.completed(asked, service, batch: size)
      wanted = try wantedSubgraph(subnet, holding: wanted, device)
      if population != nil { try issue(after: now) }
    }
    batch.removeAll(keepingCapacity: true)
    swap(&batch, &devices[device].batch)
    if wanted != held { try load(wanted, from: held, device: device) }
  }

  /// Puts a sub-graph into the persistent buffer, for which the device is busy.
  mutating func load(_ subgraph: Int, from old: Int?, device: Int) throws(ServingError) {
    let kind = snapshot.devices[device].kind
    guard simulation.fleet.columns(of: kind).contains(subgraph) else {
      throw .invalidSubgraph(
        policy: type(of: devices[device].caching).kind,
        index: subgraph - simulation.fleet.firstColumns[kind])
    }
    let cost = try cost(ofLoading: subgraph, replacing: old, on: snapshot.devices[device])
    let end = now + cost.time
    guard end < .limit else { throw .serviceBeyondClock(start: now) }
    useLoad(cost.bytes, device)
    metrics.loading(cost, device)
    observer.loading(subgraph, snapshot.devices[device], at: now, cost: cost)
    devices[device].loading = subgraph
    devices[device].start = now
    if cost.time.count == 0 {
      try endLoad(device)
    } else {
      snapshot.devices[device].activity = .loading
      snapshot.devices[device].until = end
      events.schedule(.loaded, at: end, device: tag(device))
    }
  }

  /// Meters the energy of bytes that a load or a change of sub-network moves.
  @inline(__always)
  private mutating func useLoad(_ bytes: Bytes, _ device: Int) {
    guard meter != nil else { return }
    let kind = snapshot.devices[device].kind
    let energy = Double(bytes.count) * simulation.energiesPerLoadedByte[kind]
    meter?.use(energy)
  }

  mutating func finishLoad(_ device: Int) throws(ServingError) {
    metrics.loaded(device, since: devices[device].start, at: now)
    observer.loaded(snapshot.devices[device], since: devices[device].start, at: now)
    try endLoad(device)
  }

  /// The device holds what it loaded, and starts the batch that waited for it.
  private mutating func endLoad(_ device: Int) throws(ServingError) {
    snapshot.devices[device].activity = .idle
    if let subgraph = devices[device].loading { snapshot.devices[device].subgraph = subgraph }
    devices[device].loading = nil
    if let subnet = devices[device].pending {
      devices[device].pending = nil
      try start(subnet, device)
    }
  }

  mutating func drop(_ query: Query, because reason: DropReason) throws(ServingError) {
    dropped += 1
    let asked = original(query)
    noise?.forget(query)
    metrics.dropped(asked, at: now, because: reason)
    observer.dropped(asked, at: now, because: reason)
    if population != nil { try issue(after: now) }
  }
}
