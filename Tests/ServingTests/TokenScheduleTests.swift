import Components
import Inputs
import Testing

@testable import Serving

// Do iterations consist of what the policies' definitions say, one by one?
@Suite struct TokenScheduleTests {
  /// An iteration as tables of schedules write it: batch, tokens, blocks during and after, who waits, who lost
  /// the cache.
  private struct Recorder: IterationObserver {
    var rows: [String] = []
    private var open = ""
    private static let names = Array("ABCDE").map(String.init)

    mutating func started(_ iteration: ObservedIteration, _ state: IterationState) {
      let pieces = iteration.pieces.map { piece in
        let name = Self.names[state.sequences[piece.slot].id]
        return piece.isPrompt ? "\(name)p\(piece.tokens)" : "\(name)d"
      }
      func list(_ ids: [Int]) -> String {
        ids.isEmpty ? "-" : ids.map { Self.names[$0] }.joined(separator: " ")
      }
      let waiting = list(state.waiting.map { state.sequences[$0].id })
      open =
        "\(pieces.joined(separator: " ")) | \(iteration.tokens) | \(state.blocks.used) / % | "
        + "\(waiting) | \(list(state.preempted))"
    }

    mutating func finished(_ iteration: ObservedIteration, usedBlocks: Int) {
      rows.append(open.replacing("%", with: "\(usedBlocks)"))
    }
  }

  /// Requests as arrival in seconds, prompt and output, served with a second for each iteration.
  private func rows(
    _ requests: [(Int, Int, Int)], _ policy: any IterationPolicy, blocks: Int, watermark: Int = 0,
    rule: PreemptionRule = .conservative
  ) throws -> [String] {
    var arrivals = try TraceReplay(.init(file: "t.csv", format: .queries))
    let lines = requests.map { "\($0.0),\($0.1),\($0.2)" }
    try arrivals.load { _ throws(InputError) in
      "arrival_s,prompt_tokens,output_tokens\n" + lines.joined(separator: "\n")
    }
    var options = TokenServingOptions(
      requests: requests.count, blocks: CacheBlocks(size: 4, count: blocks, watermark: watermark),
      mostTokens: 100)
    options.mostSequences = 4
    options.preemption = rule
    let second = SimulationTime(1_000_000_000_000)
    let simulation = try TokenSimulation(
      options: options, policy: policy,
      costs: FormulaCosts(.init(start: second, token: SimulationTime(0))), arrivals: arrivals,
      lengths: TraceLengths(.init(file: nil, format: nil, columns: nil, longest: nil, cut: nil)))
    var recorder = Recorder()
    let metrics = try simulation.run(observing: &recorder)
    // Every request takes its prompt and all tokens of its answer but one; what is lost is done again.
    let once = requests.reduce(0) { $0 + $1.1 + $1.2 - 1 }
    #expect(metrics.tokens == once + metrics.recomputed)
    #expect(metrics.completed == requests.count)
    #expect(recorder.rows.last?.contains("/ 0") == true)
    return recorder.rows
  }

  private static let apart = [(0, 6, 3), (0, 10, 2), (1, 3, 4), (2, 5, 2), (5, 12, 1)]
  private static let tight = [(0, 6, 6), (0, 7, 5), (0, 4, 4)]

  @Test func promptsFirst() throws {
    #expect(
      try rows(Self.apart, PrefillFirst(.init(limit: 16)), blocks: 16) == [
        "Ap6 Bp10 | 16 | 5 / 5 | - | -", "Cp3 | 3 | 6 / 6 | - | -", "Dp5 | 5 | 8 / 8 | - | -",
        "Ad Bd Cd Dd | 4 | 8 / 3 | - | -", "Ad Cd | 2 | 4 / 2 | - | -", "Ep12 | 12 | 5 / 2 | - | -",
        "Cd | 1 | 2 / 0 | - | -",
      ])
  }

  @Test func orcaReservesTheLongest() throws {
    #expect(
      try rows(Self.apart, OrcaBatching(.init(reserve: 13)), blocks: 16) == [
        "Ap6 Bp10 | 16 | 8 / 8 | - | -", "Ad Bd Cp3 | 5 | 12 / 8 | - | -",
        "Ad Cd Dp5 | 7 | 12 / 8 | - | -", "Cd Dd | 2 | 8 / 4 | - | -", "Cd | 1 | 4 / 0 | - | -",
        "Ep12 | 12 | 4 / 0 | - | -",
      ])
  }

  @Test func chunksStallNobody() throws {
    #expect(
      try rows(Self.apart, StallFreeChunks(.init(budget: 8)), blocks: 16) == [
        "Ap6 Bp2 | 8 | 5 / 5 | - | -", "Ad Bp7 | 8 | 5 / 5 | C | -",
        "Ad Bp1 Cp3 Dp3 | 8 | 8 / 6 | - | -", "Bd Cd Dp2 | 4 | 6 / 3 | - | -",
        "Cd Dd | 2 | 4 / 2 | - | -", "Cd Ep7 | 8 | 5 / 3 | - | -", "Ep5 | 5 | 3 / 0 | - | -",
      ])
  }

  @Test func tightMemoryThrashes() throws {
    #expect(
      try rows(Self.tight, StallFreeChunks(.init(budget: 8)), blocks: 6) == [
        "Ap6 Bp2 | 8 | 4 / 4 | C | -", "Ad Bp5 Cp2 | 8 | 5 / 5 | - | -",
        "Ad Bd Cp2 | 4 | 5 / 5 | - | -", "Ad Bd | 2 | 6 / 6 | C | C", "Ad Bp7 | 8 | 6 / 6 | C | B",
        "Ad Bp7 | 8 | 6 / 3 | C | B", "Bp3 Cp5 | 8 | 5 / 5 | - | -", "Bd Cd | 2 | 5 / 2 | - | -",
        "Cd | 1 | 2 / 0 | - | -",
      ])
  }

  @Test func onlyNeedPreempts() throws {
    #expect(
      try rows(Self.tight, StallFreeChunks(.init(budget: 8)), blocks: 6, rule: .exact) == [
        "Ap6 Bp2 | 8 | 4 / 4 | C | -", "Ad Bp5 Cp2 | 8 | 5 / 5 | - | -",
        "Ad Bd Cp2 | 4 | 5 / 5 | - | -", "Ad Bd | 2 | 6 / 6 | C | C", "Ad Bd | 2 | 6 / 6 | C | -",
        "Ad Bd | 2 | 6 / 0 | C | -", "Cp5 | 5 | 2 / 2 | - | -", "Cd | 1 | 2 / 2 | - | -",
        "Cd | 1 | 2 / 0 | - | -",
      ])
  }

  @Test func promptsFirstInTightMemory() throws {
    #expect(
      try rows(Self.tight, PrefillFirst(.init(limit: 16)), blocks: 6) == [
        "Ap6 Bp7 | 13 | 4 / 4 | C | -", "Cp4 | 4 | 5 / 5 | - | -", "Ad Bd Cd | 3 | 6 / 6 | - | -",
        "Ad Bd | 2 | 5 / 5 | C | C", "Ad | 1 | 3 / 3 | B C | B", "Bp10 | 10 | 6 / 6 | C | -",
        "Ad | 1 | 3 / 3 | B C | B", "Bp11 | 11 | 6 / 3 | C | -", "Cp6 | 6 | 5 / 5 | - | -",
        "Ad Cd | 2 | 5 / 0 | - | -",
      ])
  }

  @Test func theWatermarkKeepsRoom() throws {
    #expect(
      try rows(Self.tight, StallFreeChunks(.init(budget: 8)), blocks: 6, watermark: 1) == [
        "Ap6 Bp2 | 8 | 4 / 4 | C | -", "Ad Bp5 Cp2 | 8 | 5 / 5 | - | -",
        "Ad Bd Cp2 | 4 | 5 / 5 | - | -", "Ad Bd | 2 | 6 / 6 | C | C", "Ad | 1 | 3 / 3 | B C | B",
        "Ad | 1 | 3 / 0 | B C | -", "Bp8 | 8 | 3 / 3 | C | -", "Bp2 Cp5 | 7 | 5 / 5 | - | -",
        "Bd Cd | 2 | 5 / 2 | - | -", "Cd | 1 | 2 / 0 | - | -",
      ])
  }
}
