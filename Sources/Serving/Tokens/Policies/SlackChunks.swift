public import Components
internal import DequeModule

/// Decodes first, then the parts of prompts that fit into a target for the time of an iteration, the least
/// relative slack first.
///
/// Source: Agrawal et al., "Medha", arXiv 2409.17264, 4.1 to 4.3 and appendix A. The relative slack of a
/// prompt is `(arrival + deadline - now - work left) / all its work`, work as the time of the prompt alone in
/// steps of `granularity` tokens. A long prompt uses `1 - slack` of the target, at least `1 - cap` of it, and
/// an iteration works on one long prompt at most. A prompt that finds no time leaves its turn to the next; one
/// that finds no room in the cache lets nobody pass it.
public struct SlackChunks: IterationPolicy {
  /// The parameters.
  public struct Spec: Codable, Hashable, Sendable {
    /// The longest time of an iteration.
    public let target: SimulationTime
    /// From arrival to the first token; what the request should keep unless given.
    public let deadline: SimulationTime?
    /// The same for every token of the prompt more.
    public let perToken: SimulationTime?
    /// Tokens of the prompt from which on a request is long; none is unless given.
    public let long: Int?
    /// The largest relative slack that counts.
    public let cap: Double?
    /// The most tokens of a part.
    public let chunk: Int?
    /// Steps in which work is counted.
    public let granularity: Int?
  }

  /// `medha`.
  public static let kind = "medha"
  /// One sentence.
  public static let summary =
    "All decodes, then the largest parts of prompts that keep an iteration short, least relative slack first."
  private let spec: Spec
  private let cap: Double
  private let granularity: Int
  /// Time that whole steps of a prompt take alone.
  private var works: [Int: SimulationTime] = [0: SimulationTime(0)]

  private struct Candidate {
    let slot: Int
    let slack: Double
    let id: Int
  }

  /// Checks the parameters.
  public init(_ spec: Spec) throws(SpecError) {
    let day = 86_400_000_000_000_000
    for (key, time) in [("target", spec.target), ("deadline", spec.deadline ?? spec.target)] {
      guard (1...day).contains(time.count) else {
        throw SpecError(key, "expected more than 0 s, at most a day, found \(time)")
      }
    }
    if let time = spec.perToken, !(0...1_000_000_000_000).contains(time.count) {
      throw SpecError("per_token", "expected 0 s to 1 s, found \(time)")
    }
    cap = spec.cap ?? 0.4
    granularity = spec.granularity ?? 1024
    for (key, tokens) in [("long", spec.long), ("chunk", spec.chunk)] {
      if let tokens { try IterationRules.check(tokens: tokens, key) }
    }
    guard (1...4096).contains(granularity) else {
      throw SpecError("granularity", "expected 1 to 4096 tokens, found \(granularity)")
    }
    guard cap >= 0, cap < 1 else {
      throw SpecError("cap", "expected a share from 0 to less than 1, found \(cap)")
    }
    guard spec.cap == nil || spec.long != nil else {
      throw SpecError("cap", "is of long prompts, expected `long` as well")
    }
    self.spec = spec
  }

  /// Where it has no deadline of its own.
  public var needsFirstTargets: Bool { spec.deadline == nil }

  /// Decodes, then prompts by relative slack.
  public mutating func plan(
    _ state: inout IterationState, costs: inout any IterationCosts
  ) throws(ServiceModelError) {
    state.decodeAll()
    var load = IterationLoad(decodeTokens: state.decodeTokens)
    for piece in state.pieces { load.add(piece) }
    let all = try candidates(state, &costs)
    var (hasLong, admits) = (false, true)
    for candidate in all {
      guard let (rest, done) = left(candidate, state, &admits) else { continue }
      let isLong = spec.long.map { state.sequences[candidate.slot].prompt >= $0 } ?? false
      if isLong, hasLong { continue }
      let share = isLong ? 1 - min(max(candidate.slack, 0), cap) : 1
      let size = try largest(
        min(rest, spec.chunk ?? rest), of: rest, after: done, on: load,
        within: Double(spec.target.count) * share, &costs)
      guard size > 0 else { continue }
      add(size, of: candidate.slot, &state, &load)
      hasLong = hasLong || isLong
    }
    guard state.pieces.isEmpty else { return }
    // Something goes on where nothing fits.
    admits = true
    for candidate in all where left(candidate, state, &admits) != nil {
      add(1, of: candidate.slot, &state, &load)
      return
    }
  }

  /// Tokens of a prompt that are left and that are done, were it to go on; nil where it may not.
  private func left(
    _ candidate: Candidate, _ state: IterationState, _ admits: inout Bool
  ) -> (rest: Int, done: Int)? {
    let sequence = state.sequences[candidate.slot]
    guard state.waiting.contains(candidate.slot) else {
      return (sequence.remainingPrompt, sequence.cached)
    }
    admits = admits && state.admits(candidate.slot, tokens: sequence.prompt)
    guard admits else { return nil }
    let shared = state.blocks.cachedTokens(of: sequence.request)
    return (sequence.prompt - shared, shared)
  }

  private func add(
    _ size: Int, of slot: Int, _ state: inout IterationState, _ load: inout IterationLoad
  ) {
    if let position = state.waiting.firstIndex(of: slot) {
      state.admit(at: position, tokens: state.sequences[slot].prompt)
    }
    state.chunk(slot, tokens: size)
    if let piece = state.pieces.last { load.add(piece) }
  }

  /// Requests whose prompts are not done: the least relative slack first, then by arrival.
  private mutating func candidates(
    _ state: IterationState, _ costs: inout any IterationCosts
  ) throws(ServiceModelError) -> [Candidate] {
    var found: [Candidate] = []
    for slot in state.running + Array(state.waiting) {
      let sequence = state.sequences[slot]
      guard !sequence.isUnderWay, !sequence.isDecoding else { continue }
      let steps = sequence.prompt / granularity + (sequence.prompt % granularity == 0 ? 0 : 1)
      let all = try work(steps, &costs)
      let rest = all - (try work(sequence.cached / granularity, &costs))
      let allowed =
        Int128((spec.deadline ?? sequence.targets.firstToken ?? SimulationTime(0)).count)
        + Int128(spec.perToken?.count ?? 0) * Int128(sequence.request.prompt)
      let slack =
        Int128(sequence.arrival.count) + allowed - Int128(state.now.count) - Int128(rest.count)
      found.append(
        Candidate(
          slot: slot, slack: Double(slack) / Double(max(all.count, 1)), id: sequence.id))
    }
    return found.sorted { ($0.slack, $0.id) < ($1.slack, $1.id) }
  }

  /// Time that so many steps of a prompt take alone, as one part.
  private mutating func work(
    _ steps: Int, _ costs: inout any IterationCosts
  ) throws(ServiceModelError) -> SimulationTime {
    if let known = works[steps] { return known }
    var load = IterationLoad()
    load.add(
      IterationPiece(
        slot: 0, tokens: steps * granularity, context: 0, isPrompt: true, makesToken: true))
    let time = try costs.cost(of: load).latency
    works[steps] = time
    return time
  }

  /// The most tokens with which an iteration keeps its target; 0 where there are none.
  private func largest(
    _ most: Int, of rest: Int, after done: Int, on load: IterationLoad, within target: Double,
    _ costs: inout any IterationCosts
  ) throws(ServiceModelError) -> Int {
    func fits(_ tokens: Int) throws(ServiceModelError) -> Bool {
      var with = load
      with.add(
        IterationPiece(
          slot: 0, tokens: tokens, context: done, isPrompt: true, makesToken: tokens == rest))
      return Double(try costs.cost(of: with).latency.count) <= target
    }
    if try fits(most) { return most }
    // The largest that fits lies between one that does and one that does not.
    var (low, high) = (0, most)
    while high - low > 1 {
      let middle = (low + high) / 2
      if try fits(middle) { low = middle } else { high = middle }
    }
    return low
  }
}

extension SlackChunks.Spec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("target", "The longest time of an iteration, where decodes alone do not take longer"),
    KeyNote(
      "deadline", "Time that a first token may take",
      default: "the target of the request, or of its class, for the first token"),
    KeyNote(
      "per_token", "Time that it may take for every token of its prompt more", default: "0 s"),
    KeyNote("long", "Tokens of a prompt from which on it is long", default: "none is"),
    KeyNote(
      "cap", "The largest relative slack that a long prompt gives away of the target",
      default: "0.4", source: "Medha"),
    KeyNote("chunk", "The most tokens of a part of a prompt", default: "what the target allows"),
    KeyNote(
      "granularity", "Tokens in whose steps the work of a prompt is counted", default: "1024",
      source: "Medha"),
  ]
}
