public import Components
internal import DequeModule

/// Decodes first, then parts of prompts out of what is left of a budget of tokens.
///
/// Sources: Agrawal et al., "Sarathi-Serve", OSDI 2024, and microsoft/sarathi-serve, from which the shrinking
/// chunks are too.
public struct StallFreeChunks: IterationPolicy {
  /// Chunks that shrink as a prompt gets on.
  public struct Shrinking: Codable, Hashable, Sendable {
    /// Tokens of the first chunks.
    public let high: Int
    /// Tokens of the last ones.
    public let low: Int
    /// How many sizes there are.
    public let stages: Int
    /// Tokens of the longest prompt, over which the stages are spread.
    public let longest: Int

    /// Makes the parameters.
    public init(high: Int, low: Int, stages: Int, longest: Int) {
      self.high = high
      self.low = low
      self.stages = stages
      self.longest = longest
    }

    /// Tokens of an iteration for a request that has worked on `done` tokens of its prompt.
    func budget(after done: Int) -> Int {
      let width = longest / stages + (longest % stages == 0 ? 0 : 1)
      let stage = min(done / width, stages - 1)
      let unit = min(32, low)
      // The exact size over `steps`, to the nearest multiple of the unit, halves up.
      let steps = max(1, stages - 1)
      let exact = high * steps - (high - low) * stage
      return max(unit, (2 * exact + unit * steps) / (2 * unit * steps) * unit)
    }
  }

  /// Which of those that wait comes first.
  public enum Order: String, Codable, CaseIterable, Sendable {
    /// The one that came first.
    case arrival
    /// The one with the fewest tokens of prompt left.
    case shortest
  }

  /// The parameters.
  public struct Spec: Codable, Hashable, Sendable {
    /// Tokens of an iteration; decodes are never refused for it.
    public let budget: Int
    /// Chunks that shrink, in place of the budget.
    public let shrinking: Shrinking?
    /// Which of those that wait comes first.
    public let order: Order?
    /// Whether decodes and parts of prompts have iterations of their own, in turn.
    public let apart: Bool?

    /// Makes the parameters.
    public init(
      budget: Int, shrinking: Shrinking? = nil, order: Order? = nil, apart: Bool? = nil
    ) {
      self.budget = budget
      self.shrinking = shrinking
      self.order = order
      self.apart = apart
    }
  }

  /// `sarathi`.
  public static let kind = "sarathi"
  /// One sentence.
  public static let summary =
    "All decodes, and parts of prompts as far as a budget of tokens goes: prompts stall nobody."
  private let spec: Spec
  /// Whether the last iteration was of prompts alone.
  private var hadPrompts = false

  /// Checks the parameters.
  public init(_ spec: Spec) throws(SpecError) {
    try IterationRules.check(tokens: spec.budget, "budget")
    if let shrinking = spec.shrinking {
      try IterationRules.check(tokens: shrinking.low, "shrinking.low")
      try IterationRules.check(tokens: shrinking.high, "shrinking.high")
      try IterationRules.check(tokens: shrinking.longest, "shrinking.longest")
      guard shrinking.low <= shrinking.high else {
        throw SpecError(
          "shrinking.low", "expected at most `high`, \(shrinking.high), found \(shrinking.low)")
      }
      guard (1...1024).contains(shrinking.stages) else {
        throw SpecError(
          "shrinking.stages", "expected 1 to 1024 stages, found \(shrinking.stages)")
      }
    }
    self.spec = spec
  }

  /// Decodes, prompts that have begun, then prompts of those that wait.
  public mutating func plan(
    _ state: inout IterationState, costs: inout any IterationCosts
  ) throws(ServiceModelError) {
    guard spec.apart == true else {
      state.decodeAll()
      addPrompts(&state)
      return
    }
    if hadPrompts { state.decodeAll() } else { addPrompts(&state) }
    // Where there is nothing of the one kind, the other has its turn again.
    let isTurned = state.pieces.isEmpty
    if isTurned { if hadPrompts { addPrompts(&state) } else { state.decodeAll() } }
    hadPrompts = hadPrompts == isTurned
  }

  /// Parts of prompts that have begun, then of prompts of those that wait.
  private func addPrompts(_ state: inout IterationState) {
    for slot in state.running where isInPrompt(slot, state) {
      let size = chunk(slot, state)
      if size > 0 { state.chunk(slot, tokens: size) }
    }
    while let position = next(state) {
      let slot = state.waiting[position]
      guard !state.sequences[slot].isDecoding,
        state.admits(slot, tokens: state.sequences[slot].prompt),
        room(after: state.sequences[slot].cached, state) > 0
      else { return }
      state.admit(at: position, tokens: state.sequences[slot].prompt)
      let size = chunk(slot, state)
      if size > 0 { state.chunk(slot, tokens: size) }
    }
  }

  private func isInPrompt(_ slot: Int, _ state: IterationState) -> Bool {
    !state.sequences[slot].isUnderWay && !state.sequences[slot].isDecoding
  }

  private func next(_ state: IterationState) -> Int? {
    guard !state.waiting.isEmpty else { return nil }
    guard spec.order == .shortest else { return 0 }
    return state.waiting.indices.min {
      let (left, right) = (state.sequences[state.waiting[$0]], state.sequences[state.waiting[$1]])
      return (left.remainingPrompt, left.id) < (right.remainingPrompt, right.id)
    }
  }

  private func room(after done: Int, _ state: IterationState) -> Int {
    max(0, (spec.shrinking?.budget(after: done) ?? spec.budget) - state.tokens)
  }

  private func chunk(_ slot: Int, _ state: IterationState) -> Int {
    let sequence = state.sequences[slot]
    return min(sequence.remainingPrompt, room(after: sequence.cached, state))
  }
}

extension StallFreeChunks.Spec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote(
      "budget", "Tokens of an iteration; decodes are never refused for it",
      source: "Sarathi-Serve: 512 where gaps must be short, 2048 else"),
    KeyNote(
      "shrinking", "Chunks that get smaller as a prompt gets on, in place of the budget",
      default: "all of the same size", source: "microsoft/sarathi-serve"),
    KeyNote(
      "order",
      "Which of those that wait comes first: `arrival`, or `shortest`, the one with the "
        + "fewest tokens of prompt left", default: "arrival"),
    KeyNote(
      "apart", "Whether decodes and parts of prompts have iterations of their own, in turn",
      default: "false", source: "Sarathi-Serve's chunks without mixed batches"),
  ]
}

extension StallFreeChunks.Shrinking: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("high", "Tokens of an iteration while a prompt begins"),
    KeyNote("low", "Tokens of an iteration while the longest prompt ends"),
    KeyNote("stages", "How many sizes there are, evenly spaced"),
    KeyNote("longest", "Tokens of the longest prompt, over which the stages are spread"),
  ]
}
