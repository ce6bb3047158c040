internal import Components
internal import DequeModule
internal import HeapModule
internal import Units

/// The state of one simulation of tokens.
struct TokenExecution<Observer: IterationObserver> {
  let simulation: TokenSimulation
  let options: TokenServingOptions
  var observer: Observer
  var metrics: TokenMetrics
  private var replicas: [TokenReplica]
  private var arrivals: any ArrivalProcess
  private var demands: TokenDemands
  private var acceptance: RandomStream
  private var transfers = Heap<Transfer>()
  private var nextArrival: SimulationTime?
  private var lastArrival = SimulationTime(0)
  private var issued = 0
  private var turn = 0
  private var decodeTurn = 0
  private var now = SimulationTime(0)

  /// A cache on its way.
  private struct Transfer: Comparable {
    let end: SimulationTime
    let sequence: TokenSequence

    static func < (left: Transfer, right: Transfer) -> Bool {
      (left.end, left.sequence.id) < (right.end, right.sequence.id)
    }
    static func == (left: Transfer, right: Transfer) -> Bool {
      left.end == right.end && left.sequence.id == right.sequence.id
    }
  }

  init(_ simulation: TokenSimulation, _ observer: Observer) {
    self.simulation = simulation
    self.observer = observer
    options = simulation.options
    metrics = TokenMetrics(options, simulation.utilization)
    arrivals = simulation.arrivals
    demands = TokenDemands(
      simulation.lengths, trace: simulation.arrivals.lengths ?? [], shared: simulation.shared,
      seed: UInt64(options.seed))
    acceptance = RandomStream(seed: UInt64(options.seed), name: "acceptance")
    let common = TokenReplica(
      options, simulation.policy, simulation.costs, draft: simulation.draft, isForPrompts: false)
    replicas = Array(repeating: common, count: options.replicas)
    if let prompts = options.prompts {
      let first = TokenReplica(
        options, simulation.promptPolicy, simulation.costs, draft: simulation.draft,
        isForPrompts: true)
      replicas += Array(repeating: first, count: prompts.count)
    }
  }

  mutating func run() throws(ServingError) -> TokenMetrics {
    arrivals.start(seed: UInt64(options.seed), name: "arrivals")
    try issue()
    while let time = nextTime() {
      guard time < .limit else { throw .serviceBeyondClock(start: now) }
      now = time
      try finish()
      while let transfer = transfers.min, transfer.end <= now {
        transfers.removeMin()
        let place = route(0..<options.replicas, &decodeTurn)
        replicas[place].state.join(transfer.sequence)
      }
      while let time = nextArrival, time <= now {
        arrive(at: time)
        try issue()
      }
      for index in replicas.indices where replicas[index].isReady(at: now) { try start(index) }
    }
    let left = replicas.flatMap { replica in
      (replica.state.waiting + replica.state.running + replica.state.swapped)
        .map { replica.state.sequences[$0].id }
    }
    guard left.isEmpty else {
      throw .stalled(
        policy: type(of: simulation.policy).kind, time: now, waiting: Array(left.prefix(5)),
        count: left.count)
    }
    guard metrics.measured > 0 else {
      throw .nothingServed(requests: issued, refused: metrics.refused)
    }
    metrics.end = now
    return metrics
  }

  /// When something happens next; nil where nothing will.
  private func nextTime() -> SimulationTime? {
    var next = nextArrival
    func consider(_ time: SimulationTime) {
      if next.map({ time < $0 }) ?? true { next = time }
    }
    if let transfer = transfers.min { consider(transfer.end) }
    for replica in replicas {
      guard let first = replica.underWay.first else { continue }
      consider(first.end)
      // The first stage may be free before that.
      if replica.underWay.count < replica.stageEnds.count, replica.stageEnds[0] > now {
        consider(replica.stageEnds[0])
      }
    }
    return next
  }

  // MARK: Requests

  private mutating func issue() throws(ServingError) {
    nextArrival = nil
    guard issued < options.requests, let time = arrivals.next(after: lastArrival) else { return }
    guard time < .limit else { throw .arrivalBeyondClock(query: issued) }
    lastArrival = time
    nextArrival = time
  }

  private mutating func arrive(at time: SimulationTime) {
    let request = demands.next(issued)
    let id = issued
    issued += 1
    guard canServe(request) else {
      metrics.refused += 1
      observer.refused(request, id: id, arrival: time)
      return
    }
    var sequence = TokenSequence(
      id: id, arrival: time, request: request, targets: options.targets(of: request.prompt),
      promptClass: options.promptClass(of: request.prompt))
    metrics.arrived(&sequence)
    let pool =
      options.prompts == nil
      ? 0..<options.replicas : options.replicas..<replicas.count
    replicas[route(pool, &turn)].state.join(sequence)
  }

  /// Whether a request can be admitted again once it has grown, which may happen until its last token.
  private func canServe(_ request: TokenRequest) -> Bool {
    let most = request.mostCached
    // Rows of traces may ask for nothing.
    guard request.prompt > request.shared, request.output > 0 else { return false }
    guard most <= options.mostTokens else { return false }
    if let longest = simulation.lengths.longestPrompt, request.prompt - request.shared > longest {
      return false
    }
    let extra = options.speculation?.tokens ?? 0
    for policy in [simulation.policy, simulation.promptPolicy] {
      if let limit = policy.mostTokens, most > limit { return false }
      let need = options.blocks.blocks(for: policy.reserved(most + extra))
      let kept = policy.keepsWatermark ? options.blocks.watermark : 0
      if need > options.blocks.count - kept { return false }
    }
    return true
  }

  private func route(_ pool: Range<Int>, _ turn: inout Int) -> Int {
    guard pool.count > 1 else { return pool.lowerBound }
    switch options.route {
    case .roundRobin:
      turn += 1
      return pool.lowerBound + (turn - 1) % pool.count
    case .leastRequests:
      return pool.min { replicas[$0].requests < replicas[$1].requests } ?? pool.lowerBound
    }
  }

  // MARK: Iterations

  private mutating func start(_ index: Int) throws(ServingError) {
    guard !replicas[index].state.isIdle else { return }
    let made: ObservedIteration?
    do throws(ServiceModelError) {
      made = try replicas[index].next(index, at: now, options)
    } catch {
      throw .costUnknown(start: now, reason: error.description)
    }
    try check(replicas[index].state)
    guard let iteration = made else { return }
    guard iteration.cost.isPossible, iteration.end < .limit else {
      throw .serviceBeyondClock(start: now)
    }
    for piece in iteration.pieces
    where replicas[index].state.begin(piece.slot, at: now) {
      metrics.began(replicas[index].state.sequences[piece.slot], at: now)
    }
    metrics.started(iteration, replicas[index].state)
    observer.started(iteration, replicas[index].state)
    replicas[index].underWay.append(iteration)
  }

  /// A host without room ends the run where the scenario does not say what else to do.
  private func check(_ state: IterationState) throws(ServingError) {
    guard let shortage = state.shortage else { return }
    throw .hostFull(
      request: shortage.request, time: now, blocks: shortage.blocks, free: shortage.free)
  }

  /// Ends the iterations that are through.
  private mutating func finish() throws(ServingError) {
    for index in replicas.indices {
      while let first = replicas[index].underWay.first, first.end <= now {
        replicas[index].underWay.removeFirst()
        for piece in first.pieces { finish(piece, on: index) }
        observer.finished(first, usedBlocks: replicas[index].state.blocks.used)
      }
    }
  }

  private mutating func finish(_ piece: IterationPiece, on index: Int) {
    let slot = piece.slot
    var made = piece.makesToken ? 1 : 0
    if let speculation = options.speculation, !piece.isPrompt {
      // One token more than are taken of those that were proposed.
      while made < piece.tokens, acceptance.uniform() < speculation.acceptance { made += 1 }
    }
    replicas[index].state.sequences[slot].isUnderWay = false
    replicas[index].state.sequences[slot].cached =
      piece.context + (piece.isPrompt ? piece.tokens : made)
    guard made > 0 else { return }
    metrics.made(made, by: &replicas[index].state.sequences[slot], at: now)
    if piece.isPrompt { replicas[index].state.share(slot) }
    let sequence = replicas[index].state.sequences[slot]
    if sequence.generated >= sequence.request.output {
      replicas[index].state.leave(slot)
      metrics.completed(sequence)
      observer.completed(sequence)
    } else if replicas[index].isForPrompts, let prompts = options.prompts {
      handOver(sequence, slot, from: index, prompts)
    }
  }

  /// Sends the cache of a prompt to where its answer is made.
  private mutating func handOver(
    _ sequence: TokenSequence, _ slot: Int, from index: Int, _ prompts: PromptDevices
  ) {
    replicas[index].state.leave(slot)
    var moved = sequence
    moved.blocks = 0
    moved.sharedTokens = 0
    let bytes = sequence.cached * prompts.bytesPerToken
    let start = max(now, replicas[index].linkEnd)
    replicas[index].linkEnd = start + prompts.link.time(of: bytes)
    transfers.insert(
      Transfer(end: replicas[index].linkEnd + prompts.link.latency, sequence: moved))
    metrics.movedBytes += bytes
  }
}
