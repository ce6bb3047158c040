/// Everything about serving a language model that is neither a request, a policy nor a cost.
public struct TokenServingOptions: Hashable, Sendable {
  /// Requests in all.
  public var requests: Int
  /// The first ones, which no figure of requests is about.
  public var warmUp = 0
  /// The most requests that run on a device at once.
  public var mostSequences = 128
  /// The cache of a device.
  public var blocks: CacheBlocks
  /// When a decode takes the cache of another request.
  public var preemption = PreemptionRule.exact
  /// The host's memory, of each device, for caches that make room; nil where they are lost.
  public var host: HostCache?
  /// The most tokens that a request may have in the cache; longer ones are refused.
  public var mostTokens: Int
  /// Devices, or groups of devices that serve as one.
  public var replicas = 1
  /// Which of them a request goes to.
  public var route = TokenRoute.roundRobin
  /// Parts of the layers, each on devices of its own, through which iterations go one behind the other.
  public var stages = 1
  /// The time from one stage to the next, beside that of the bytes of the tokens.
  public var hop = TokenLink(latency: SimulationTime(0), bytesPerSecond: nil)
  /// Bytes of a token between two stages.
  public var hopBytes = 0
  /// Devices for prompts alone, which hand the cache over; nil where all do all.
  public var prompts: PromptDevices?
  /// What a draft proposes; nil without one.
  public var speculation: Speculation?
  /// What a request should keep where there are no classes.
  public var targets = TokenTargets()
  /// Classes of prompts by length, the shortest first, the last without a longest; empty where all requests are alike.
  public var classes: [PromptClass] = []
  /// The seed of everything that is drawn.
  public var seed = 1

  /// Makes the options of one device.
  public init(requests: Int, blocks: CacheBlocks, mostTokens: Int) {
    self.requests = requests
    self.blocks = blocks
    self.mostTokens = mostTokens
  }
}

/// Which replica a request goes to.
public enum TokenRoute: String, Codable, CaseIterable, Sendable {
  /// One after the other.
  case roundRobin = "round-robin"
  /// The one with the fewest requests that wait or run, the first of these.
  case leastRequests = "least-requests"
}

/// A way between devices.
public struct TokenLink: Hashable, Sendable {
  /// From the first byte sent to its arrival.
  public let latency: SimulationTime
  /// Nil where bytes take no time.
  public let bytesPerSecond: Double?

  /// Makes a link.
  public init(latency: SimulationTime, bytesPerSecond: Double?) {
    self.latency = latency
    self.bytesPerSecond = bytesPerSecond
  }

  /// The time that `bytes` take beside the latency.
  func time(of bytes: Int) -> SimulationTime {
    guard let bytesPerSecond else { return SimulationTime(0) }
    return SimulationTime(seconds: Double(bytes) / bytesPerSecond)
  }
}

/// Devices that work on prompts alone.
public struct PromptDevices: Hashable, Sendable {
  /// How many.
  public let count: Int
  /// Over which each of them hands caches over, one behind the other.
  public let link: TokenLink
  /// Bytes of a token in the cache.
  public let bytesPerToken: Int

  /// Makes the devices.
  public init(count: Int, link: TokenLink, bytesPerToken: Int) {
    self.count = count
    self.link = link
    self.bytesPerToken = bytesPerToken
  }
}

/// What a draft model proposes.
///
/// Each of its tokens is taken with the same chance, independently of the others, until the first that is not
/// (Leviathan et al., ICML 2023).
public struct Speculation: Hashable, Sendable {
  /// Tokens that the draft proposes for each request and iteration.
  public let tokens: Int
  /// The chance that one of them is taken.
  public let acceptance: Double

  /// Makes a speculation.
  public init(tokens: Int, acceptance: Double) {
    self.tokens = tokens
    self.acceptance = acceptance
  }

  /// Tokens of the answer that an iteration is expected to make: `(1 - a^(m + 1)) / (1 - a)`.
  public var expectedTokens: Double {
    guard acceptance < 1 else { return Double(tokens + 1) }
    var power = 1.0
    for _ in 0...tokens { power *= acceptance }
    return (1 - power) / (1 - acceptance)
  }
}

/// What a request should keep, each nil where nothing is asked.
public struct TokenTargets: Hashable, Sendable {
  /// From arrival to the first token.
  public var firstToken: SimulationTime?
  /// Between two tokens.
  public var betweenTokens: SimulationTime?

  /// Asks for nothing.
  public init(firstToken: SimulationTime? = nil, betweenTokens: SimulationTime? = nil) {
    self.firstToken = firstToken
    self.betweenTokens = betweenTokens
  }
}
