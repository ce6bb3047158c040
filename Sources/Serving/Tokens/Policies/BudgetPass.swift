public import Components
internal import DequeModule

/// One pass over those that run, decoding or not, out of a budget of tokens, then those that wait.
///
/// As vLLM 1.x does; its rules are taken from descriptions and agree with runs of it that were measured. A
/// chunk takes only the blocks that it needs, and whoever needs some takes them from the last that runs.
public struct BudgetPass: IterationPolicy {
  /// The parameters.
  public struct Spec: Codable, Hashable, Sendable {
    /// Tokens of an iteration.
    public let budget: Int

    /// Makes the parameters.
    public init(budget: Int) { self.budget = budget }
  }

  /// `vllm-v1`.
  public static let kind = "vllm-v1"
  /// One sentence.
  public static let summary =
    "Those that run in the order of arrival, decoding or not, out of a budget; then those that wait."
  private let spec: Spec

  /// Checks the parameters.
  public init(_ spec: Spec) throws(SpecError) {
    try IterationRules.check(tokens: spec.budget, "budget")
    self.spec = spec
  }

  /// One pass; nobody is admitted into an iteration for which somebody lost the cache.
  public mutating func plan(
    _ state: inout IterationState, costs: inout any IterationCosts
  ) throws(ServiceModelError) {
    let lost = state.preempted.count
    var index = 0
    while index < state.running.count, state.tokens < spec.budget {
      let slot = state.running[index]
      let sequence = state.sequences[slot]
      guard !sequence.isUnderWay else {
        index += 1
        continue
      }
      let isThere =
        sequence.isDecoding
        ? state.decode(slot, at: index)
        : state.chunk(
          slot, at: index,
          tokens: min(sequence.remainingPrompt, spec.budget - state.tokens))
      if isThere { index += 1 }
    }
    guard state.preempted.count == lost else { return }
    state.bringBack(budget: spec.budget)
    while state.tokens < spec.budget, let slot = state.waiting.first,
      !state.sequences[slot].isDecoding,
      state.admits(slot, tokens: state.sequences[slot].prompt)
    {
      state.admit(at: 0, tokens: state.blocks.cachedTokens(of: state.sequences[slot].request))
      state.chunk(
        slot,
        tokens: min(state.sequences[slot].remainingPrompt, spec.budget - state.tokens))
    }
  }
}

extension BudgetPass.Spec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("budget", "Tokens of an iteration, of decodes and of prompts", source: "vLLM 1.x")
  ]
}
