/// Requests whose prompts are about as long, and what they should keep.
public struct PromptClass: Hashable, Sendable {
  /// Name in reports.
  public let name: String
  /// Tokens of its longest prompt; nil where every longer one than those of the classes before belongs to it.
  public let longest: Int?
  /// What its requests should keep.
  public let targets: TokenTargets

  /// Makes a class.
  public init(name: String, longest: Int?, targets: TokenTargets) {
    self.name = name
    self.longest = longest
    self.targets = targets
  }
}

extension TokenServingOptions {
  /// The place of the class of a prompt of so many tokens, shared ones included; nil where there are no classes.
  public func promptClass(of tokens: Int) -> Int? {
    classes.firstIndex { $0.longest.map { tokens <= $0 } ?? true }
  }

  /// What a request with a prompt of so many tokens should keep.
  public func targets(of tokens: Int) -> TokenTargets {
    promptClass(of: tokens).map { classes[$0].targets } ?? targets
  }

  /// Whether every request has a target for its first token.
  var allHaveFirstTargets: Bool {
    classes.isEmpty
      ? targets.firstToken != nil : classes.allSatisfy { $0.targets.firstToken != nil }
  }
}

/// What became of the requests of a class.
public struct PromptClassMetrics: Sendable {
  /// Requests that are measured.
  public internal(set) var measured = 0
  /// Those that kept all that is asked of the class.
  public internal(set) var kept = 0
  /// From arrival to the first token.
  public internal(set) var firstToken = LatencyDistribution()
  /// From a token to the next of the same request.
  public internal(set) var betweenTokens = LatencyDistribution()

  /// The share of requests that kept what is asked; nil where none is measured.
  public var share: Double? { measured == 0 ? nil : Double(kept) / Double(measured) }
}
