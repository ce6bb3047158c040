/// A request that is being served, and how far it has got.
///
/// The iteration that ends a prompt makes the first token of the answer too, so that a request that is never
/// preempted takes `prompt + output - 1` tokens of work.
public struct TokenSequence: Sendable {
  /// The request's number, in the order of arrival.
  public let id: Int
  /// When it arrived.
  public let arrival: SimulationTime
  /// What was asked.
  public let request: TokenRequest
  /// Tokens to work on before the next one can be made: the prompt, and after a preemption what had been
  /// made of the answer as well.
  public internal(set) var prompt: Int
  /// Tokens in the cache.
  public internal(set) var cached = 0
  /// Tokens of the answer so far.
  public internal(set) var generated = 0
  /// Blocks of the cache that it has for itself.
  public internal(set) var blocks = 0
  /// Tokens at its beginning that lie in blocks of its group.
  public internal(set) var sharedTokens = 0
  /// Whether an iteration that has not ended works on it.
  public internal(set) var isUnderWay = false
  /// When an iteration first worked on it; nil before.
  public internal(set) var firstStart: SimulationTime?
  /// When its first token was there; nil before.
  public internal(set) var firstToken: SimulationTime?
  /// When its last token so far was there; its arrival before the first.
  public internal(set) var lastToken: SimulationTime
  /// How often it lost its cache.
  public internal(set) var preemptions = 0
  /// Cached tokens that it lost so.
  public internal(set) var recomputed = 0
  /// How often its cache went to the host, among `preemptions`.
  public internal(set) var swaps = 0
  /// Blocks that the host has of it.
  public internal(set) var hostBlocks = 0
  /// The longest time between two of its tokens.
  public internal(set) var longestGap = SimulationTime(0)
  var fluidity: (paper: FluidityIndex, code: FluidityIndex)?
  /// What it should keep.
  public let targets: TokenTargets
  /// The place of its class among those of the options; nil where there are none.
  public let promptClass: Int?

  init(
    id: Int, arrival: SimulationTime, request: TokenRequest, targets: TokenTargets = .init(),
    promptClass: Int? = nil
  ) {
    self.targets = targets
    self.promptClass = promptClass
    self.id = id
    self.arrival = arrival
    self.request = request
    prompt = request.prompt
    lastToken = arrival
  }

  /// Tokens of the prompt that no iteration has worked on.
  @inline(__always)
  public var remainingPrompt: Int { prompt - cached }
  /// Whether the next piece is one token of the answer.
  @inline(__always)
  public var isDecoding: Bool { cached >= prompt }
  /// Tokens of the answer that are missing.
  @inline(__always)
  public var remainingOutput: Int { request.output - generated }
}
