public import Components
internal import DequeModule

/// Whole prompts before any decode, as vLLM did before it cut prompts into chunks.
///
/// Sources: the schedulers of microsoft/vidur and microsoft/sarathi-serve of that name; `padded` is Vidur's
/// bound of count times longest prompt.
public struct PrefillFirst: IterationPolicy {
  /// The parameters.
  public struct Spec: Codable, Hashable, Sendable {
    /// The most tokens of prompts in an iteration.
    public let limit: Int
    /// Whether every prompt counts as the longest of the iteration.
    public let padded: Bool?

    /// Makes the parameters.
    public init(limit: Int, padded: Bool? = nil) {
      self.limit = limit
      self.padded = padded
    }
  }

  /// `prefill-first`.
  public static let kind = "prefill-first"
  /// One sentence.
  public static let summary =
    "Whole prompts as long as they fit, else one token of every request; decodes wait for prompts."
  private let spec: Spec

  /// Checks the parameters.
  public init(_ spec: Spec) throws(SpecError) {
    try IterationRules.check(tokens: spec.limit, "limit")
    self.spec = spec
  }

  /// A request that is preempted must fit again with what it has made.
  public var mostTokens: Int? { spec.limit }

  /// Prompts of those that wait; where there is none that fits, decodes.
  public mutating func plan(
    _ state: inout IterationState, costs: inout any IterationCosts
  ) throws(ServiceModelError) {
    var (sum, count, longest) = (0, 0, 0)
    while let slot = state.waiting.first, !state.sequences[slot].isDecoding {
      let prompt = state.sequences[slot].prompt
      guard state.admits(slot, tokens: prompt) else { break }
      let work = prompt - state.blocks.cachedTokens(of: state.sequences[slot].request)
      let bound = spec.padded == true ? (count + 1) * max(longest, work) : sum + work
      guard bound <= spec.limit else { break }
      (sum, count, longest) = (sum + work, count + 1, max(longest, work))
      state.admit(at: 0, tokens: prompt)
      state.chunk(slot, tokens: work)
    }
    if count == 0 { state.decodeAll() }
  }
}

extension PrefillFirst.Spec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote(
      "limit", "The most tokens of prompts in an iteration",
      source: "vLLM, Vidur; 4096 is a common setting"),
    KeyNote(
      "padded", "Whether every prompt counts as the longest of its iteration, as Vidur bounds it",
      default: "false"),
  ]
}
