internal import Components
internal import Units

/// Where queries are graphs: how far they have got, what waits for each kind of device, and transfers.
struct GraphState {
  /// Nil where queries are no graphs.
  var progress: GraphProgress?
  /// What waits, by kind of device; a policy sees that of the device that it is asked for.
  var queues: [QueryQueue]
  /// Transfers under way, by number.
  var transfers: [(edge: Int, query: Query)] = []
  /// Numbers of transfers that can be used again.
  var free: [Int] = []
  /// When each link is free.
  var linkFree: [SimulationTime]
  /// What the end of one node leads to, kept to allocate nothing.
  var steps: [GraphProgress.Step] = []

  init(_ graph: TaskGraph?, seed: Int, kinds: Int) {
    progress = graph.map { GraphProgress($0, seed: seed) }
    queues = graph == nil ? [] : Array(repeating: QueryQueue(), count: kinds)
    linkFree = Array(repeating: SimulationTime(0), count: graph?.links ?? 0)
  }

  /// Whether anything waits.
  var isWaiting: Bool { queues.contains { !$0.isEmpty } }
  /// Pieces that wait.
  var waiting: Int { queues.reduce(0) { $0 + $1.count } }
  /// The first queue in which something waits.
  var firstWaiting: QueryQueue? { queues.first { !$0.isEmpty } }
}

extension ServingExecution {
  /// A query that has arrived waits at the nodes that it starts with.
  mutating func begin(_ query: Query) {
    for node in graph.progress?.begin(query.id) ?? [] { enqueue(query, at: node) }
  }

  /// A query waits for the device of a node.
  private mutating func enqueue(_ query: Query, at node: Int) {
    guard let step = simulation.graph?.nodes[node] else { return }
    var piece = query
    piece.completedPieces = node
    piece.demand = query.demand.on(step.row)
    graph.queues[step.kind].insert(piece, key: policy.key(of: piece))
  }

  /// What follows the node that a query has run; gives whether the query is over and was served.
  mutating func goOn(_ query: Query) throws(ServingError) -> Bool {
    var steps: [GraphProgress.Step] = []
    swap(&steps, &graph.steps)
    graph.progress?.finish(query.completedPieces, of: query.id, into: &steps)
    return try take(&steps, query)
  }

  /// Bytes are there.
  mutating func deliver(_ number: Int) throws(ServingError) {
    let transfer = graph.transfers[number]
    graph.free.append(number)
    var steps: [GraphProgress.Step] = []
    graph.progress?.arrive(transfer.edge, of: transfer.query.id, into: &steps)
    _ = try take(&steps, transfer.query)
  }

  /// Carries out what follows, and ends a query of which nothing is left.
  private mutating func take(
    _ steps: inout [GraphProgress.Step], _ query: Query
  ) throws(ServingError) -> Bool {
    for step in steps {
      switch step {
      case .start(let node): enqueue(query, at: node)
      case .move(let edge): try send(query, over: edge)
      }
    }
    steps.removeAll(keepingCapacity: true)
    graph.steps = steps
    return try end(query)
  }

  /// Ends a query of which nothing is under way; gives whether it was served.
  private mutating func end(_ query: Query) throws(ServingError) -> Bool {
    guard let over = graph.progress?.isOver(query.id), over.isOver else { return false }
    guard let reason = over.reason else { return true }
    try drop(query, because: reason)
    return false
  }

  /// Gives up a piece, and its query once nothing else of it is under way.
  mutating func giveUp(_ query: Query, because reason: DropReason) throws(ServingError) {
    graph.progress?.giveUp(query.id, because: reason)
    _ = try end(query)
  }

  /// Sends the bytes of an edge when its link is free, one edge after the other.
  private mutating func send(_ query: Query, over number: Int) throws(ServingError) {
    guard let edge = simulation.graph?.edges[number], let link = edge.link else { return }
    let over = max(now, graph.linkFree[link]) + edge.delay
    graph.linkFree[link] = over
    let end = over + edge.latency
    guard end < .limit else { throw .serviceBeyondClock(start: now) }
    let slot = graph.free.popLast() ?? graph.transfers.count
    if slot == graph.transfers.count {
      graph.transfers.append((number, query))
    } else {
      graph.transfers[slot] = (number, query)
    }
    events.schedule(.delivered, at: end, device: slot)
  }

  /// Lets the policy decide for every idle device, from what waits for its kind.
  mutating func dispatchByKind() throws(ServingError) {
    for device in devices.indices where snapshot.devices[device].isIdle {
      let kind = snapshot.devices[device].kind
      guard !graph.queues[kind].isEmpty else { continue }
      show(kind)
      defer { show(kind) }
      while !snapshot.queue.isEmpty, snapshot.devices[device].isIdle {
        guard try decide(for: device) else { break }
      }
    }
  }

  /// Puts the queue of a kind where policies look, or back.
  private mutating func show(_ kind: Int) {
    swap(&snapshot.queue, &graph.queues[kind])
  }
}

extension ServingSimulation {
  /// Refuses a graph with what it does not go together with.
  static func check(
    _ graph: TaskGraph?, _ fleet: DeviceFleet, _ demands: DemandMix, _ options: ServingOptions,
    _ policy: any SchedulerPolicy
  ) throws(SpecError) {
    guard let graph else { return }
    for (index, node) in graph.nodes.enumerated() {
      guard fleet.table.subnets.indices.contains(node.row), fleet.kinds.indices.contains(node.kind)
      else { throw SpecError("graph.nodes[\(index)]", "expected a row of the table and a kind") }
    }
    guard policy.servesNamed else {
      throw SpecError(
        "policy.kind",
        "\(type(of: policy).kind) chooses sub-networks itself, but nodes of a graph name theirs: expected "
          + "fcfs, edf, lrs, lars, exact-admission or process")
    }
    guard !demands.hasPieces, demands.subnetWeights == nil else {
      throw SpecError("demands", "queries are a graph: expected no `pieces` and `subnet_weights`")
    }
    for (key, isGiven) in [
      ("until", options.until != nil), ("segments", options.segments != nil),
      ("failures", options.failures != nil), ("power.battery", options.power?.battery != nil),
      ("bound_service_time", options.boundServiceTime != nil),
      ("frame_period", options.framePeriod != nil),
    ] where isGiven {
      throw SpecError("options.\(key)", "does not go together with `graph`, leave it out")
    }
  }
}
