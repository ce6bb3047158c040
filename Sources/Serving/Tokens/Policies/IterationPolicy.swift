public import Components

/// Puts iterations together: which requests work on how many tokens.
///
/// A policy decides by calling `decodeAll`, `chunk` and `admit` of the state, which do the same to queues
/// and blocks for every policy.
public protocol IterationPolicy: Configurable {
  /// Puts the next iteration of an idle device together.
  ///
  /// - Parameters:
  ///   - state: The requests of the device; what the policy calls goes into the iteration.
  ///   - costs: What an iteration would cost.
  /// - Throws: `ServiceModelError` where that cannot be said.
  mutating func plan(
    _ state: inout IterationState, costs: inout any IterationCosts
  ) throws(ServiceModelError)
  /// The most tokens that a request may have in the cache at its end; nil without a limit.
  var mostTokens: Int? { get }
  /// Blocks of the cache that a request needs at once at least, of those that its tokens fill.
  func reserved(_ tokens: Int) -> Int
  /// Whether blocks stay free above what is admitted.
  var keepsWatermark: Bool { get }
  /// Whether every request has to have a target for its first token.
  var needsFirstTargets: Bool { get }
}

extension IterationPolicy {
  /// No limit.
  public var mostTokens: Int? { nil }
  /// Those that it has.
  public func reserved(_ tokens: Int) -> Int { tokens }
  /// They do.
  public var keepsWatermark: Bool { true }
  /// It need not.
  public var needsFirstTargets: Bool { false }
}

/// The policies that put iterations together.
public enum IterationPolicies {
  /// The list; a new policy is one line here.
  public static let registry = Registry<any IterationPolicy>(
    "iteration policy",
    [
      .init(PrefillFirst.self) { $0 },
      .init(OrcaBatching.self) { $0 },
      .init(StallFreeChunks.self) { $0 },
      .init(BudgetPass.self) { $0 },
      .init(SlackChunks.self) { $0 },
    ])
}

/// Checks that iteration policies share.
enum IterationRules {
  /// The largest number of tokens of an iteration.
  static let mostTokens = 1 << 20

  static func check(tokens: Int, _ key: String) throws(SpecError) {
    guard (1...mostTokens).contains(tokens) else {
      throw SpecError(key, "expected 1 to \(mostTokens) tokens, found \(tokens)")
    }
  }
}
