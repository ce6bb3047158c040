internal import DequeModule
internal import Units

/// A device, or several that serve as one, with its requests.
struct TokenReplica: Sendable {
  var state: IterationState
  var policy: any IterationPolicy
  var costs: any IterationCosts
  /// Of the draft model.
  var draft: (any IterationCosts)?
  /// Iterations that are not through, the first one first.
  var underWay: [ObservedIteration] = []
  /// When each stage is free.
  var stageEnds: [SimulationTime]
  /// When the link for caches is free.
  var linkEnd = SimulationTime(0)
  let isForPrompts: Bool
  private var load: IterationLoad

  init(
    _ options: TokenServingOptions, _ policy: any IterationPolicy, _ costs: any IterationCosts,
    draft: (any IterationCosts)?, isForPrompts: Bool
  ) {
    let width = (options.speculation?.tokens ?? 0) + 1
    state = IterationState(
      blocks: options.blocks, mostSequences: options.mostSequences,
      preemption: options.preemption, decodeTokens: width, host: options.host)
    load = IterationLoad(decodeTokens: width)
    self.policy = policy
    self.costs = costs
    self.draft = draft
    self.isForPrompts = isForPrompts
    stageEnds = Array(repeating: SimulationTime(0), count: options.stages)
  }

  /// Requests that wait or run.
  var requests: Int { state.waiting.count + state.running.count + state.swapped.count }

  /// Whether the first stage is free and an iteration more may be under way.
  func isReady(at now: SimulationTime) -> Bool {
    underWay.count < stageEnds.count && stageEnds[0] <= now
  }

  /// Puts the next iteration together and sends it off; nil where there is nothing that can be done.
  mutating func next(
    _ index: Int, at now: SimulationTime, _ options: TokenServingOptions
  ) throws(ServiceModelError) -> ObservedIteration? {
    state.begin(at: now)
    state.admitTransferred()
    var lost = -1
    // Where every request lost its cache there is room for some of them at once; who came back from the host within
    // a prompt may go on at once.
    while state.pieces.isEmpty, state.preempted.count + state.moves.back.count > lost {
      lost = state.preempted.count + state.moves.back.count
      try policy.plan(&state, costs: &costs)
    }
    guard !state.pieces.isEmpty else { return nil }
    var cost = try price(options.speculation)
    let moves = state.moves
    state.moves = CacheMoves()
    if let host = state.host, !moves.isEmpty {
      cost = cost + ServiceCost(latency: host.time(of: moves))
    }
    return ObservedIteration(
      replica: index, start: now, end: pass(cost, tokens: state.tokens, at: now, options),
      cost: cost, pieces: state.pieces, tokens: state.tokens, moves: moves)
  }

  /// What the iteration that has been put together costs on all stages together.
  private mutating func price(
    _ speculation: Speculation?
  ) throws(ServiceModelError) -> ServiceCost {
    load.removeAll()
    for piece in state.pieces { load.add(piece) }
    var cost = try costs.cost(of: load)
    guard let speculation, draft != nil else { return cost }
    // The draft reads prompts too, and makes one token of each request after the other.
    var drafted = IterationLoad()
    var first = IterationLoad()
    for piece in state.pieces {
      let one = IterationPiece(
        slot: piece.slot, tokens: piece.isPrompt ? piece.tokens : 1, context: piece.context,
        isPrompt: piece.isPrompt, makesToken: piece.makesToken)
      first.add(one)
      if !piece.isPrompt { drafted.add(one) }
    }
    cost = cost + (try draft?.cost(of: first) ?? cost)
    if drafted.tokens > 0, speculation.tokens > 1, let more = try draft?.cost(of: drafted) {
      for _ in 1..<speculation.tokens { cost = cost + more }
    }
    return cost
  }

  /// Sends an iteration through the stages, each of which takes an equal share; gives when it is through.
  private mutating func pass(
    _ cost: ServiceCost, tokens: Int, at now: SimulationTime, _ options: TokenServingOptions
  ) -> SimulationTime {
    let count = stageEnds.count
    guard count > 1 else {
      stageEnds[0] = now + cost.latency
      return stageEnds[0]
    }
    let hop = options.hop.latency + options.hop.time(of: tokens * options.hopBytes)
    let (share, rest) = (cost.latency.count / count, cost.latency.count % count)
    var time = now
    for stage in 0..<count {
      if stage > 0 { time = time + hop }
      time = max(time, stageEnds[stage]) + SimulationTime(share + (stage < rest ? 1 : 0))
      stageEnds[stage] = time
    }
    return time
  }
}

extension ServiceCost {
  /// One behind the other.
  static func + (left: ServiceCost, right: ServiceCost) -> ServiceCost {
    ServiceCost(
      latency: left.latency + right.latency, energy: left.energy + right.energy,
      dramBytes: left.dramBytes + right.dramBytes)
  }
}
