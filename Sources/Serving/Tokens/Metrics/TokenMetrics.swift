public import Units

/// What became of the requests of a simulation of tokens, and of its devices.
///
/// Figures of requests leave out those of the warm-up; figures of devices are about the whole run.
public struct TokenMetrics: Sendable {
  let warmUp: Int
  /// Replicas, those for prompts among them.
  public let devices: Int
  /// Requests that are through.
  public private(set) var completed = 0
  /// Requests that could never have been served.
  public internal(set) var refused = 0
  /// Requests that are measured.
  public private(set) var measured = 0
  /// From arrival to the first iteration.
  public private(set) var queueing = LatencyDistribution()
  /// From arrival to the first token.
  public private(set) var firstToken = LatencyDistribution()
  /// From a token to the next of the same request.
  public private(set) var betweenTokens = LatencyDistribution()
  /// Of each request, the mean time between its tokens; of those of one token nothing.
  public private(set) var perToken = LatencyDistribution()
  /// From arrival to the last token.
  public private(set) var latency = LatencyDistribution()
  /// The same over the tokens of the answer.
  public private(set) var normalized = LatencyDistribution()
  /// Requests that kept each target, and all that are asked for.
  public private(set) var keptFirst = 0
  /// Requests none of whose gaps is longer than the target.
  public private(set) var keptBetween = 0
  /// Requests that kept all that is asked for.
  public private(set) var kept = 0
  /// Of each class of prompts; empty where there are none.
  public private(set) var classes: [PromptClassMetrics]
  /// Tokens in time, of all, by the two definitions of fluidity; and requests with 0.9 or more.
  public private(set) var fluidity: (paper: FluiditySum, code: FluiditySum) = (.init(), .init())
  /// Tokens of prompts and of answers of requests that are through, all of them.
  public private(set) var promptTokens = 0
  /// Tokens of answers that were made.
  public private(set) var outputTokens = 0
  /// How often a request lost its cache, and the tokens that it lost.
  public private(set) var preemptions = 0
  /// How often a cache went to the host, among `preemptions`.
  public private(set) var swaps = 0
  /// Bytes of caches that went to the host and came back.
  public private(set) var swappedBytes = 0.0
  /// The most blocks of a host in use.
  public private(set) var mostHostBlocks = 0
  /// Tokens that were worked on again.
  public private(set) var recomputed = 0
  /// Tokens of prompts that were in the cache already.
  public private(set) var sharedTokens = 0
  /// Iterations with decodes alone, with prompts alone, with both.
  public private(set) var iterations: (decodes: Int, prompts: Int, mixed: Int) = (0, 0, 0)
  /// New tokens of all iterations.
  public private(set) var tokens = 0
  /// Sums over iterations of time times requests, tokens and used blocks, in picoseconds.
  public private(set) var weighted:
    (time: Int128, requests: Int128, tokens: Int128, blocks: Int128) =
      (0, 0, 0, 0)
  /// The most blocks in use.
  public private(set) var mostBlocks = 0
  /// Energy of all iterations, in the unit of the costs.
  public private(set) var energy = Picojoules.zero
  /// Off-chip bytes of all iterations.
  public private(set) var dramBytes = Bytes.zero
  /// Bytes of caches that went from device to device.
  public internal(set) var movedBytes = 0
  /// What the model needed of devices; nil where costs are of no design.
  public private(set) var utilization: ModelUtilization?
  /// When the last iteration was through.
  public internal(set) var end = SimulationTime(0)

  /// A sum of one definition of fluidity.
  public struct FluiditySum: Hashable, Sendable {
    /// Tokens in time.
    public fileprivate(set) var onTime = 0
    /// Deadlines in all.
    public fileprivate(set) var total = 0
    /// Requests of which 0.9 of the deadlines or more are kept.
    public fileprivate(set) var fluid = 0

    fileprivate mutating func add(_ index: FluidityIndex) {
      onTime += index.onTime
      total += index.total
      if index.value >= 0.9 { fluid += 1 }
    }
  }

  init(_ options: TokenServingOptions, _ utilization: ModelUtilization? = nil) {
    self.utilization = utilization
    warmUp = options.warmUp
    classes = Array(repeating: PromptClassMetrics(), count: options.classes.count)
    devices = options.replicas + (options.prompts?.count ?? 0)
  }

  // MARK: Events

  mutating func arrived(_ sequence: inout TokenSequence) {
    guard let first = sequence.targets.firstToken, let next = sequence.targets.betweenTokens else {
      return
    }
    sequence.fluidity = (
      FluidityIndex(.paper, first: first, next: next),
      FluidityIndex(.etalonCode, first: first, next: next)
    )
  }

  mutating func began(_ sequence: TokenSequence, at now: SimulationTime) {
    sharedTokens += sequence.sharedTokens
    utilization?.began(sequence.request, shared: sequence.sharedTokens)
    if sequence.id >= warmUp { queueing.record(now - sequence.arrival) }
  }

  mutating func started(_ iteration: ObservedIteration, _ state: IterationState) {
    let prompts = iteration.pieces.contains { $0.isPrompt }
    let decodes = iteration.pieces.contains { !$0.isPrompt }
    switch (prompts, decodes) {
    case (true, true): iterations.mixed += 1
    case (true, false): iterations.prompts += 1
    case (false, _): iterations.decodes += 1
    }
    tokens += iteration.tokens
    let time = Int128(iteration.cost.latency.count)
    weighted.time += time
    weighted.requests += time * Int128(iteration.pieces.count)
    weighted.tokens += time * Int128(iteration.tokens)
    weighted.blocks += time * Int128(state.blocks.used)
    mostBlocks = max(mostBlocks, state.blocks.used)
    energy = energy + iteration.cost.energy
    dramBytes = dramBytes + iteration.cost.dramBytes
    utilization?.started(iteration.pieces)
    guard let host = state.host else { return }
    swappedBytes += Double(iteration.moves.blocks) * host.bytesPerBlock
    mostHostBlocks = max(mostHostBlocks, host.used)
  }

  /// A request makes `count` tokens at once.
  mutating func made(_ count: Int, by sequence: inout TokenSequence, at now: SimulationTime) {
    outputTokens += count
    var count = count
    if sequence.generated == 0 {
      sequence.firstToken = now
      sequence.fluidity?.paper.record(gap: now - sequence.arrival)
      sequence.fluidity?.code.record(gap: now - sequence.arrival)
      sequence.generated = 1
      sequence.lastToken = now
      if sequence.id >= warmUp {
        firstToken.record(now - sequence.arrival)
        if let index = sequence.promptClass {
          classes[index].firstToken.record(now - sequence.arrival)
        }
      }
      count -= 1
    }
    for _ in 0..<count {
      let gap = now - sequence.lastToken
      if gap > sequence.longestGap { sequence.longestGap = gap }
      sequence.fluidity?.paper.record(gap: gap)
      sequence.fluidity?.code.record(gap: gap)
      sequence.generated += 1
      sequence.lastToken = now
      if sequence.id >= warmUp {
        betweenTokens.record(gap)
        if let index = sequence.promptClass { classes[index].betweenTokens.record(gap) }
      }
    }
  }

  mutating func completed(_ sequence: TokenSequence) {
    completed += 1
    promptTokens += sequence.request.prompt
    preemptions += sequence.preemptions
    recomputed += sequence.recomputed
    swaps += sequence.swaps
    guard sequence.id >= warmUp, let first = sequence.firstToken else { return }
    measured += 1
    let whole = sequence.lastToken - sequence.arrival
    latency.record(whole)
    normalized.record(SimulationTime(whole.count / sequence.request.output))
    if sequence.request.output > 1 {
      perToken.record(
        SimulationTime((sequence.lastToken - first).count / (sequence.request.output - 1)))
    }
    let targets = sequence.targets
    let isFirstKept = targets.firstToken.map { first - sequence.arrival <= $0 } ?? true
    let isBetweenKept = targets.betweenTokens.map { sequence.longestGap <= $0 } ?? true
    if isFirstKept { keptFirst += 1 }
    if isBetweenKept { keptBetween += 1 }
    if isFirstKept, isBetweenKept { kept += 1 }
    if let index = sequence.promptClass {
      classes[index].measured += 1
      if isFirstKept, isBetweenKept { classes[index].kept += 1 }
    }
    if let index = sequence.fluidity {
      fluidity.paper.add(index.paper)
      fluidity.code.add(index.code)
    }
  }

  // MARK: Figures

  /// Iterations of all kinds.
  public var iterationCount: Int { iterations.decodes + iterations.prompts + iterations.mixed }

  /// Requests in an iteration, in the mean over time.
  public var meanRequests: Double { ratio(weighted.requests) }
  /// New tokens of an iteration, in the mean over time.
  public var meanTokens: Double { ratio(weighted.tokens) }
  /// Blocks in use while iterations run, in the mean over time.
  public var meanBlocks: Double { ratio(weighted.blocks) }

  /// Seconds in which iterations ran, of all devices together.
  public var busySeconds: Double { Double(weighted.time) * 1e-12 }
  /// The share of the arithmetic of these seconds that the model needed; nil where costs are of no design.
  public var flopsUtilization: Double? {
    busySeconds > 0 ? utilization?.ofArithmetic(seconds: busySeconds) : nil
  }
  /// The share of the bandwidth of these seconds that the model needed; nil likewise, or where it is not limited.
  public var bandwidthUtilization: Double? {
    busySeconds > 0 ? utilization?.ofBandwidth(seconds: busySeconds) : nil
  }

  private func ratio(_ sum: Int128) -> Double {
    weighted.time == 0 ? 0 : Double(sum) / Double(weighted.time)
  }
}
