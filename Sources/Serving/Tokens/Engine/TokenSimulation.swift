public import Components
internal import Units

/// Serves requests to a language model, iteration by iteration.
///
/// Time is a whole number of picoseconds. What happens at one instant does so in the order: iterations that
/// are through, caches that arrive, requests that arrive; then every device that is free puts an iteration
/// together, the lowest number first.
public struct TokenSimulation: Sendable {
  let options: TokenServingOptions
  let policy: any IterationPolicy
  /// Of devices for prompts; that of the others where there is none.
  let promptPolicy: any IterationPolicy
  let costs: any IterationCosts
  let draft: (any IterationCosts)?
  let arrivals: any ArrivalProcess
  let lengths: any RequestLengths
  let shared: SharedBeginnings?
  let utilization: ModelUtilization?

  /// Checks that everything fits together.
  ///
  /// - Parameters:
  ///   - options: Numbers of devices, blocks and requests.
  ///   - policy: Puts iterations together.
  ///   - promptPolicy: Does so on devices for prompts.
  ///   - costs: What iterations cost.
  ///   - draft: What those of the draft model cost; needed where the options speculate.
  ///   - arrivals: When requests come; files are read.
  ///   - lengths: How long they are.
  ///   - shared: Which prompts begin alike.
  ///   - utilization: Counts what the model needs; nil where nobody asks.
  /// - Throws: `SpecError` at the key of a scenario.
  public init(
    options: TokenServingOptions, policy: any IterationPolicy,
    promptPolicy: (any IterationPolicy)? = nil, costs: any IterationCosts,
    draft: (any IterationCosts)? = nil, arrivals: any ArrivalProcess,
    lengths: any RequestLengths, shared: SharedBeginnings? = nil,
    utilization: ModelUtilization? = nil
  ) throws(SpecError) {
    guard arrivals.population == nil else {
      throw SpecError(
        "requests.arrivals", "a closed loop serves queries of one piece, expected an open stream")
    }
    guard !lengths.needsRows || arrivals.lengths?.isEmpty == false else {
      throw SpecError(
        "requests.lengths",
        "the arrivals say no tokens, expected `file` and `format`, or arrivals of a trace with tokens"
      )
    }
    if let most = lengths.mostCached, most + (shared?.tokens ?? 0) > options.mostTokens {
      throw SpecError(
        "requests.lengths",
        "the longest request has \(most + (shared?.tokens ?? 0)) tokens in the cache, expected at "
          + "most \(options.mostTokens)")
    }
    if let shared {
      guard (1...100_000).contains(shared.count) else {
        throw SpecError(
          "requests.beginnings.count", "expected 1 to 100000, found \(shared.count)")
      }
      guard (1...IterationRules.mostTokens).contains(shared.tokens) else {
        throw SpecError(
          "requests.beginnings.tokens",
          "expected 1 to \(IterationRules.mostTokens), found \(shared.tokens)")
      }
      guard (shared.skew ?? 0) >= 0, (shared.skew ?? 0) <= 10 else {
        throw SpecError("requests.beginnings.skew", "expected 0 to 10, found \(shared.skew ?? 0)")
      }
    }
    for policy in [policy, promptPolicy ?? policy]
    where policy.needsFirstTargets && !options.allHaveFirstTargets {
      throw SpecError(
        "targets",
        "\(type(of: policy).kind) takes its deadlines from `first_token`, which some requests have none of; "
          + "expected one for every class, or a `deadline` of the policy")
    }
    guard options.blocks.count > options.blocks.watermark else {
      throw SpecError(
        "cache.blocks",
        "\(options.blocks.count) blocks, of which \(options.blocks.watermark) stay free, hold no "
          + "request")
    }
    self.options = options
    self.policy = policy
    self.promptPolicy = promptPolicy ?? policy
    self.costs = costs
    self.draft = draft
    self.arrivals = arrivals
    self.lengths = lengths
    self.shared = shared
    self.utilization = utilization
  }

  /// Runs from the start; the same every time.
  public func run() throws(ServingError) -> TokenMetrics {
    var observer = SilentObserver()
    return try run(observing: &observer)
  }

  /// Runs from the start and shows every iteration to `observer`.
  public func run<Observer: IterationObserver>(
    observing observer: inout Observer
  ) throws(ServingError) -> TokenMetrics {
    var execution = TokenExecution(self, observer)
    defer { observer = execution.observer }
    return try execution.run()
  }

  private struct SilentObserver: IterationObserver {}
}
