internal import Architectures
internal import Components
internal import Networks
internal import Units

extension ServingExecution {
  /// Lets the policy decide for every idle device.
  mutating func dispatch() throws(ServingError) {
    for device in devices.indices {
      while !queue.isEmpty, !devices[device].isBusy {
        guard try decide(for: device) else { break }
      }
    }
  }

  /// Carries out one decision; gives whether the policy may be asked again.
  private mutating func decide(for device: Int) throws(ServingError) -> Bool {
    switch policy.decide(at: now, queue, devices[device].state) {
    case .serve(let subnet, let positions):
      try check(subnet, positions)
      try start(subnet, positions, device)
      return true
    case .drop(let positions):
      guard !positions.isEmpty, positions.lowerBound >= 0, positions.upperBound <= queue.count
      else { throw refusal("drops positions \(positions) of a queue of \(queue.count)") }
      try drop(positions)
      return true
    case .wait(let until):
      guard let until else { return false }
      guard until > now else { throw refusal("waits until \(until), which is not in the future") }
      if devices[device].wake.map({ $0 > until || $0 <= now }) ?? true {
        devices[device].wake = until
        events.schedule(.wake, at: until, device: device)
      }
      return false
    }
  }

  private func refusal(_ reason: String) -> ServingError {
    .invalidDecision(policy: type(of: policy).kind, time: now, reason: reason)
  }

  private func check(_ subnet: Int, _ positions: Range<Int>) throws(ServingError) {
    guard table.subnets.indices.contains(subnet) else {
      throw refusal("sub-network \(subnet) of \(table.subnets.count)")
    }
    guard !positions.isEmpty, positions.lowerBound >= 0, positions.upperBound <= queue.count else {
      throw refusal("serves positions \(positions) of a queue of \(queue.count)")
    }
    guard positions.count <= table.largestBatch else {
      throw refusal("a batch of \(positions.count), the largest is \(table.largestBatch)")
    }
    guard simulation.boundaries != nil else { return }
    guard positions.count == 1 else {
      throw refusal("a batch of \(positions.count), but service by segments is for one query")
    }
    if let started = queue[positions.lowerBound].startedSubnet, started != subnet {
      throw refusal("sub-network \(subnet) for a query that has begun on \(started)")
    }
  }

  /// Starts a batch or a segment on an idle device.
  private mutating func start(
    _ subnet: Int, _ positions: Range<Int>, _ device: Int
  ) throws(ServingError) {
    queue.take(positions, into: &devices[device].batch)
    let state = devices[device].state
    let size = positions.count
    var time = table.latency(
      subnet, state.subgraph, batch: size == 1 ? 0 : table.batchIndex(holding: size))
    var elapsed = 0
    if let boundaries = simulation.boundaries {
      let segment = devices[device].batch[0].completedSegments
      elapsed = boundaries.elapsed(subnet, segments: segment, of: time)
      time = boundaries.elapsed(subnet, segments: segment + 1, of: time) - elapsed
    }
    var actuation = ProfileTable.Load()
    if state.subnet != subnet {
      actuation = simulation.actuations[subnet * table.subgraphs.count + state.subgraph]
      time += actuation.time.count
      if isMeasuring {
        if state.subnet != nil { metrics.subnetSwitches += 1 }
        charge(loading: actuation.bytes)
      }
    }
    if isMeasuring { metrics.services += 1 }
    for index in devices[device].batch.indices
    where devices[device].batch[index].firstStart.count < 0 {
      devices[device].batch[index].firstStart = now
    }
    devices[device].state.subnet = subnet
    devices[device].subnet = subnet
    devices[device].start = now
    devices[device].work = now + actuation.time
    devices[device].isBusy = true
    let end = now + SimulationTime(time)
    devices[device].end = end
    guard end < .limit else { throw .serviceBeyondClock(start: now) }
    observer.started(
      devices[device].batch, subnet: subnet, device: devices[device].state, at: now, end: end,
      actuation: actuation, elapsed: SimulationTime(elapsed))
    events.schedule(.finished, at: end, device: device)
  }

  /// Ends a batch or a segment.
  mutating func finish(_ device: Int) throws(ServingError) {
    if isMeasuring { addBusy(since: devices[device].start) }
    devices[device].isBusy = false
    let subnet = devices[device].subnet
    if isMeasuring { charge(device, from: doneShare(device, 0), to: doneShare(device, 1)) }
    if let boundaries = simulation.boundaries {
      devices[device].batch[0].completedSegments += 1
      devices[device].batch[0].startedSubnet = subnet
      let query = devices[device].batch[0]
      if query.completedSegments < boundaries.shares[subnet].count {
        devices[device].batch.removeAll(keepingCapacity: true)
        queue.insert(query, key: policy.key(of: query))
        return
      }
    }
    let held = devices[device].state.subgraph
    if isMeasuring {
      metrics.batches += 1
      metrics.batchedQueries += devices[device].batch.count
    }
    var wanted = held
    for index in devices[device].batch.indices {
      let query = devices[device].batch[index]
      completed += 1
      measure(query, subnet, held)
      observer.completed(query, subnet: subnet, device: device, at: now)
      wanted = devices[device].caching.served(subnet, holding: wanted)
      if population != nil { try issue(after: now) }
    }
    devices[device].batch.removeAll(keepingCapacity: true)
    if wanted != held { try load(wanted, from: held, device: device) }
  }

  /// Puts a sub-graph into the persistent buffer, for which the device is busy.
  mutating func load(_ subgraph: Int, from old: Int?, device: Int) throws(ServingError) {
    guard table.subgraphs.indices.contains(subgraph) else {
      throw .invalidSubgraph(policy: type(of: simulation.caching).kind, index: subgraph)
    }
    let cost = table.load(from: old, to: subgraph)
    let end = now + cost.time
    guard end < .limit else { throw .serviceBeyondClock(start: now) }
    if isMeasuring {
      metrics.subgraphLoads += 1
      charge(loading: cost.bytes)
    }
    observer.loading(subgraph, device: device, at: now, cost: cost)
    if cost.time.count == 0 {
      devices[device].state.subgraph = subgraph
    } else {
      devices[device].loading = subgraph
      devices[device].start = now
      devices[device].isBusy = true
      events.schedule(.loaded, at: end, device: device)
    }
  }

  mutating func finishLoad(_ device: Int) {
    if isMeasuring { addBusy(since: devices[device].start) }
    devices[device].isBusy = false
    if let subgraph = devices[device].loading { devices[device].state.subgraph = subgraph }
    devices[device].loading = nil
  }

  private mutating func drop(_ positions: Range<Int>) throws(ServingError) {
    var given: [Query] = []
    queue.take(positions, into: &given)
    for query in given {
      dropped += 1
      if query.id >= options.warmUp { metrics.dropped += 1 }
      observer.dropped(query, at: now)
      if population != nil { try issue(after: now) }
    }
  }

  /// Bytes of a load or an actuation, and their energy.
  private mutating func charge(loading bytes: Bytes) {
    metrics.loadedBytes += Int128(bytes.count)
    metrics.dramBytes? += Int128(bytes.count)
    let energy = Double(bytes.count) * simulation.energyPerLoadedByte
    metrics.energy?.value += energy
  }

  /// The share of its service that the batch of a device has had when so many of its segments from now
  /// on are through.
  private func doneShare(_ device: Int, _ segments: Int) -> Double {
    guard let boundaries = simulation.boundaries else { return Double(segments) }
    let done = devices[device].batch[0].completedSegments + segments
    return done == 0 ? 0 : boundaries.shares[devices[device].subnet][done - 1]
  }

  /// Energy and bytes of the part of a service between two shares of it.
  ///
  /// As the difference of two running sums, so that the parts of a service add up to the whole.
  private mutating func charge(_ device: Int, from: Double, to: Double) {
    let cell = table.cell(
      devices[device].subnet, devices[device].state.subgraph,
      batch: table.batchIndex(holding: devices[device].batch.count))
    metrics.energy?.value += cell.energy.value * to - cell.energy.value * from
    func bytes(_ share: Double) -> Int {
      share == 1 ? cell.dramBytes.count : Int((Double(cell.dramBytes.count) * share).rounded())
    }
    metrics.dramBytes? += Int128(bytes(to) - bytes(from))
  }

  /// The work that a service has done when the run is stopped in the middle of it, by its time.
  mutating func chargeUnfinished(_ device: Int) {
    let (work, end) = (devices[device].work, devices[device].end)
    guard now > work, end > work else { return }
    let (first, last) = (doneShare(device, 0), doneShare(device, 1))
    let part = Double((now - work).count) / Double((end - work).count)
    charge(device, from: first, to: first + (last - first) * part)
  }

  private mutating func measure(_ query: Query, _ subnet: Int, _ subgraph: Int) {
    guard query.id >= options.warmUp else { return }
    let accuracy = table.subnets[subnet].accuracy
    metrics.completed += 1
    metrics.latency.record(now - query.arrival)
    metrics.wait.record(query.firstStart - query.arrival)
    metrics.servedAccuracy += accuracy
    if now <= query.deadline {
      metrics.onTime += 1
      metrics.onTimeAccuracy += accuracy
    }
    if accuracy >= query.demand.accuracy { metrics.accurateEnough += 1 }
    let place = subnet * table.subgraphs.count + subgraph
    if let hits = metrics.hits { metrics.hits = hits + simulation.hitRatios[place] }
    if let similarities = metrics.similarities {
      metrics.similarities = similarities + simulation.similarities[place]
    }
    guard options.framePeriod != nil else { return }
    let gap = now - (lastCompletion ?? query.arrival)
    lastCompletion = now
    for variant in FluidityIndex.Variant.allCases {
      metrics.fluidity[variant]?.record(gap: gap)
    }
  }
}
