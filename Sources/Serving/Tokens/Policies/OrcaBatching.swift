public import Components
internal import DequeModule

/// Decodes and whole prompts in one iteration, with blocks reserved for the longest request.
///
/// Source: Yu et al., "Orca", OSDI 2022, as microsoft/vidur reads it.
public struct OrcaBatching: IterationPolicy {
  /// The parameters.
  public struct Spec: Codable, Hashable, Sendable {
    /// Tokens that every request has room for from its admission.
    public let reserve: Int

    /// Makes the parameters.
    public init(reserve: Int) { self.reserve = reserve }
  }

  /// `orca`.
  public static let kind = "orca"
  /// One sentence.
  public static let summary =
    "All decodes and whole prompts together, with room for the longest request reserved: no preemption."
  private let spec: Spec

  /// Checks the parameters.
  public init(_ spec: Spec) throws(SpecError) {
    try IterationRules.check(tokens: spec.reserve, "reserve")
    self.spec = spec
  }

  /// What is reserved.
  public var mostTokens: Int? { spec.reserve }
  /// What is reserved.
  public func reserved(_ tokens: Int) -> Int { spec.reserve }
  /// What is reserved is enough.
  public var keepsWatermark: Bool { false }

  /// Decodes, then prompts.
  public mutating func plan(
    _ state: inout IterationState, costs: inout any IterationCosts
  ) throws(ServiceModelError) {
    state.decodeAll(.exact)
    while let slot = state.waiting.first, !state.sequences[slot].isDecoding,
      state.admits(slot, tokens: spec.reserve, watermark: false)
    {
      state.admit(at: 0, tokens: spec.reserve)
      state.chunk(slot, tokens: state.sequences[slot].remainingPrompt)
    }
  }
}

extension OrcaBatching.Spec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("reserve", "Tokens that every request has room for, the most that one may have")
  ]
}
