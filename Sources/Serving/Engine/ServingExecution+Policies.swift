internal import Components

extension ServingExecution {
  /// Tells all policies that the run starts.
  mutating func begin() throws(ServingError) {
    do throws(PolicyError) {
      try policy.begin(seed: options.seed, devices: devices.count)
    } catch {
      throw failure(error)
    }
    tellsPolicy = policy.wantsEvents
    for device in devices.indices {
      do throws(PolicyError) {
        try devices[device].caching.begin(seed: options.seed, device: device)
      } catch {
        throw cachingFailure(error)
      }
    }
  }

  /// What the policies took to decide.
  var thinking: ThinkingTime? {
    let all = [policy.thinking] + devices.map(\.caching.thinking)
    return all.compactMap { $0 }.reduce(nil) { sum, next in sum?.adding(next) ?? next }
  }

  /// Tells all policies that the run has ended well.
  mutating func finishPolicies() throws(ServingError) {
    do throws(PolicyError) { try policy.finish() } catch { throw failure(error) }
    for device in devices.indices {
      do throws(PolicyError) {
        try devices[device].caching.finish()
      } catch {
        throw cachingFailure(error)
      }
    }
  }

  private func failure(_ error: PolicyError) -> ServingError {
    .policyFailed(time: now, reason: error.description)
  }

  private func cachingFailure(_ error: PolicyError) -> ServingError {
    .cachingFailed(time: now, reason: error.description)
  }

  /// Tells a policy that asks for it of a batch that is through.
  mutating func tellPolicy(_ device: Int, _ service: Service) throws(ServingError) {
    do throws(PolicyError) {
      try policy.finished(devices[device].batch, service)
    } catch {
      throw failure(error)
    }
  }

  /// The sub-graph that a device shall hold after one more query on `subnet`.
  mutating func wantedSubgraph(
    _ subnet: Int, holding subgraph: Int, _ device: Int
  ) throws(ServingError) -> Int {
    let first = simulation.fleet.firstColumns[snapshot.devices[device].kind]
    do throws(PolicyError) {
      return try first
        + devices[device].caching.served(
          subnet, holding: subgraph - first, on: device, at: now)
    } catch {
      throw cachingFailure(error)
    }
  }

  /// Lets the policy decide for every idle device.
  mutating func dispatch() throws(ServingError) {
    guard !hasGraph else { return try dispatchByKind() }
    for device in devices.indices {
      while !snapshot.queue.isEmpty, snapshot.devices[device].isIdle {
        guard try decide(for: device) else { break }
      }
    }
  }

  /// Carries out one decision; gives whether the policy may be asked again.
  mutating func decide(for device: Int) throws(ServingError) -> Bool {
    snapshot.asking = device
    let decision: Decision
    do throws(PolicyError) {
      decision = try policy.decide(snapshot)
    } catch {
      throw failure(error)
    }
    switch decision {
    case .run(let positions, let subnet, let other, let loading):
      let device = try check(subnet, positions, device: other) ?? device
      if let loading { try check(loading: loading, on: device) }
      snapshot.queue.take(positions, into: &devices[device].batch)
      if let loading, loading != snapshot.devices[device].subgraph {
        devices[device].pending = subnet
        try load(loading, from: snapshot.devices[device].subgraph, device: device)
      } else {
        try start(subnet, device)
      }
      return true
    case .drop(let positions):
      guard positions.fit(snapshot.queue.count) else {
        throw refusal("drops positions \(positions) of a queue of \(snapshot.queue.count)")
      }
      var given: [Query] = []
      snapshot.queue.take(positions, into: &given)
      for query in given {
        if hasGraph {
          try giveUp(query, because: .policy)
        } else {
          try drop(query, because: .policy)
        }
      }
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

  /// Refuses another sub-network than that of a query's next piece.
  private func checkPieces(_ positions: QueuePositions, _ subnet: Int) throws(ServingError) {
    for position in positions.all {
      let query = snapshot.queue[position]
      guard query.demand.chain != nil || hasGraph, let named = query.demand.subnet,
        named != subnet
      else { continue }
      throw refusal(
        "sub-network \(table.subnets[subnet].name) for query \(query.id), whose next piece is of "
          + table.subnets[named].name)
    }
  }

  /// Refuses a sub-graph that is not there, or is one of other devices.
  private func check(loading: Int, on device: Int) throws(ServingError) {
    guard table.subgraphs.indices.contains(loading) else {
      throw refusal("loads sub-graph \(loading) of \(table.subgraphs.count)")
    }
    let kind = snapshot.devices[device].kind
    guard simulation.fleet.columns(of: kind).contains(loading) else {
      throw refusal(
        "loads sub-graph \(table.subgraphs[loading].name) on device \(device), which is one of "
          + "`\(simulation.fleet.kinds[kind].name)`")
    }
  }

  /// Refuses what cannot be run; gives the device that the policy chose.
  private func check(
    _ subnet: Int, _ positions: QueuePositions, device: Int?
  ) throws(ServingError) -> Int? {
    guard table.subnets.indices.contains(subnet) else {
      throw refusal("sub-network \(subnet) of \(table.subnets.count)")
    }
    guard positions.fit(snapshot.queue.count) else {
      throw refusal("serves positions \(positions) of a queue of \(snapshot.queue.count)")
    }
    guard positions.count <= table.largestBatch else {
      throw refusal("a batch of \(positions.count), the largest is \(table.largestBatch)")
    }
    if let device {
      guard devices.indices.contains(device) else {
        throw refusal("device \(device) of \(devices.count)")
      }
      guard snapshot.devices[device].isIdle else {
        throw refusal("device \(device), which is \(snapshot.devices[device].activity)")
      }
    }
    if simulation.hasChains || hasGraph { try checkPieces(positions, subnet) }
    if let device, hasGraph,
      snapshot.devices[device].kind != snapshot.devices[snapshot.asking].kind
    {
      throw refusal("device \(device), which is of another kind than these nodes run on")
    }
    guard simulation.boundaries != nil else { return device }
    guard positions.count == 1, let first = positions.first else {
      throw refusal("a batch of \(positions.count), but service by segments is for one query")
    }
    if let started = snapshot.queue[first].startedSubnet, started != subnet {
      throw refusal("sub-network \(subnet) for a query that has begun on \(started)")
    }
    return device
  }
}
