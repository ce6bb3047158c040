import Components
import Inputs
import Testing
import Units

@testable import Serving

// Do caches that make room move to the host and back as vLLM moves them, and is nothing lost on the way?
@Suite struct SwapTests {
  private static let second = SimulationTime(1_000_000_000_000)

  private func simulation(
    _ requests: [(Int, Int, Int)], _ policy: any IterationPolicy, blocks: Int, host: HostCache,
    rule: PreemptionRule = .exact, size: Int = 4, watermark: Int = 0, most: Int = 128,
    stages: Int = 1, shared: SharedBeginnings? = nil
  ) throws -> TokenSimulation {
    var arrivals = try TraceReplay(.init(file: "t.csv", format: .queries))
    let lines = requests.map { "\($0.0),\($0.1),\($0.2)" }
    try arrivals.load { _ throws(InputError) in
      "arrival_s,prompt_tokens,output_tokens\n" + lines.joined(separator: "\n")
    }
    var options = TokenServingOptions(
      requests: requests.count,
      blocks: CacheBlocks(size: size, count: blocks, watermark: watermark), mostTokens: 1000)
    options.host = host
    options.preemption = rule
    options.mostSequences = most
    options.stages = stages
    return try TokenSimulation(
      options: options, policy: policy,
      costs: FormulaCosts(.init(start: Self.second, token: SimulationTime(0))), arrivals: arrivals,
      lengths: TraceLengths(.init(file: nil, format: nil, columns: nil, longest: nil, cut: nil)),
      shared: shared)
  }

  /// Four blocks a second, a tenth of a second for every cache.
  private func host(_ blocks: Int, _ full: HostCache.Full = .stop) -> HostCache {
    HostCache(
      blocks: blocks, bytesPerBlock: 1,
      link: TokenLink(latency: SimulationTime(Self.second.count / 10), bytesPerSecond: 4),
      full: full)
  }

  /// Checks blocks, order and moves of every iteration, and writes down what happened.
  private struct Auditor: IterationObserver {
    var rows: [String] = []
    var problems: [String] = []
    private(set) var out = 0
    private(set) var back = 0
    private var inHost: Set<Int> = []
    private static let names = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ").map(String.init)

    mutating func started(_ iteration: ObservedIteration, _ state: IterationState) {
      func list(_ ids: [Int]) -> String {
        ids.isEmpty ? "-" : ids.map { Self.names[$0 % 26] }.joined(separator: " ")
      }
      let pieces = iteration.pieces.map { piece in
        let name = Self.names[state.sequences[piece.slot].id % 26]
        return piece.isPrompt ? "\(name)p\(piece.tokens)" : "\(name)d"
      }
      rows.append(
        "\(pieces.joined(separator: " ")) | \(state.blocks.used) + \(state.host?.used ?? 0) | "
          + "\(list(iteration.moves.out)) | \(list(iteration.moves.back))")
      out += iteration.moves.out.count
      back += iteration.moves.back.count
      for id in iteration.moves.out { inHost.insert(id) }
      for id in iteration.moves.back where inHost.remove(id) == nil {
        problems.append("\(id) comes back and was not there")
      }
      let swapped = state.swapped.map { state.sequences[$0] }
      if Set(swapped.map(\.id)) != inHost { problems.append("the host has \(swapped.map(\.id))") }
      if swapped.map(\.id) != swapped.map(\.id).sorted() { problems.append("out of order") }
      if swapped.reduce(0, { $0 + $1.hostBlocks }) != state.host?.used {
        problems.append("\(state.host?.used ?? 0) blocks of the host are in use")
      }
      for sequence in swapped
      where sequence.blocks != 0 || sequence.sharedTokens != 0 || sequence.cached == 0
        || state.blocks.blocks(for: sequence.cached) > sequence.hostBlocks
      {
        problems.append("\(sequence.id) is in two places, or has lost something")
      }
      if let host = state.host, host.used > host.blocks || host.used < 0 {
        problems.append("more than the host holds")
      }
      let own = state.running.reduce(0) { $0 + state.sequences[$1].blocks }
      if own > state.blocks.used { problems.append("\(own) blocks of \(state.blocks.used)") }
      if state.blocks.used > state.blocks.count { problems.append("more than there are") }
      for piece in iteration.pieces
      where state.blocks.blocks(for: piece.context + piece.tokens) * state.blocks.size
        > state.sequences[piece.slot].blocks * state.blocks.size
        + state.sequences[piece.slot].sharedTokens
      {
        problems.append("a piece without blocks")
      }
    }

    mutating func finished(_ iteration: ObservedIteration, usedBlocks: Int) {}
  }

  /// By hand, three requests in six blocks of four tokens.
  ///
  /// C makes room for B's third block, and when both are done goes on where it was. It has 1 block: each way takes 0.1 s and a quarter of a second.
  @Test func aVictimGoesOnWhereItWas() throws {
    let simulation = try simulation(
      [(0, 6, 6), (0, 7, 5), (0, 4, 4)], StallFreeChunks(.init(budget: 8)), blocks: 6,
      host: host(10))
    var auditor = Auditor()
    let metrics = try simulation.run(observing: &auditor)
    #expect(
      auditor.rows == [
        "Ap6 Bp2 | 4 + 0 | - | -", "Ad Bp5 Cp2 | 5 + 0 | - | -", "Ad Bd Cp2 | 5 + 0 | - | -",
        "Ad Bd | 6 + 1 | C | -", "Ad Bd | 6 + 1 | - | -", "Ad Bd | 6 + 1 | - | -",
        "Cd | 2 + 0 | - | C", "Cd | 2 + 0 | - | -", "Cd | 2 + 0 | - | -",
      ])
    #expect(auditor.problems.isEmpty, "\(auditor.problems)")
    #expect(metrics.preemptions == 1 && metrics.swaps == 1 && metrics.recomputed == 0)
    #expect(metrics.swappedBytes == 2 && metrics.mostHostBlocks == 1)
    #expect(metrics.tokens == 6 + 5 + 7 + 4 + 4 + 3)
    #expect(metrics.end.seconds == 9 + 2 * 0.35)
    // C's first token is there at 3 s; four iterations and both ways later comes the second.
    #expect(metrics.betweenTokens.largest.seconds == 4 + 2 * 0.35)
  }

  /// Where one block of the host is free and B has three, B stops the run, or loses its cache where that is said.
  @Test func aFullHostStopsTheRunOrIsPassedBy() throws {
    let requests = [(0, 6, 6), (0, 7, 5), (0, 4, 4)]
    let policy = try StallFreeChunks(.init(budget: 8))
    let stopping = try simulation(
      requests, policy, blocks: 6, host: host(1), rule: .conservative)
    let error = try #require(throws: ServingError.self) { try stopping.run() }
    #expect(
      error
        == .hostFull(
          request: 1, time: SimulationTime(4_350_000_000_000), blocks: 3, free: 0))
    #expect(
      error.description
        == "at 4350 ms the host has no room for the cache of request 1: it has 3 blocks, 0 are free; "
        + "expected a larger `cache.swap.memory`, or `full: recompute`")
    let passing = try simulation(
      requests, policy, blocks: 6, host: host(1, .recompute), rule: .conservative)
    var auditor = Auditor()
    let metrics = try passing.run(observing: &auditor)
    #expect(auditor.problems.isEmpty, "\(auditor.problems)")
    #expect(metrics.completed == 3 && metrics.swaps >= 1 && metrics.recomputed > 0)
    #expect(metrics.preemptions > metrics.swaps)
  }

  /// Nobody is admitted while a cache waits in the host, however small.
  @Test func nobodyPassesTheHost() throws {
    let simulation = try simulation(
      [(0, 8, 9), (0, 8, 9), (5, 1, 1)], StallFreeChunks(.init(budget: 16)), blocks: 5,
      host: host(10))
    var auditor = Auditor()
    let metrics = try simulation.run(observing: &auditor)
    #expect(auditor.problems.isEmpty, "\(auditor.problems)")
    #expect(metrics.swaps == 1)
    let small = try #require(auditor.rows.firstIndex { $0.contains("Cp1") })
    let returned = try #require(auditor.rows.firstIndex { $0.hasSuffix("| B") })
    #expect(returned <= small, "\(auditor.rows)")
  }

  /// Random requests, policies and memories: whatever goes comes back, every token is made, and with a host large enough
  /// none of them is worked on twice.
  @Test(arguments: 1...40)
  func nothingIsLost(seed: Int) throws {
    var draw = RandomStream(seed: UInt64(seed), name: "swaps")
    var now = 0
    let requests = (0..<12).map { _ in
      now += draw.index(below: 4)
      return (now, 1 + draw.index(below: 30), 1 + draw.index(below: 30))
    }
    let size = [1, 2, 4, 8][draw.index(below: 4)]
    let beginnings =
      seed % 3 == 0
      ? SharedBeginnings(count: 2, tokens: 3 + draw.index(below: 14), skew: 1) : nil
    let longest = requests.map { $0.1 + $0.2 - 1 + (beginnings?.tokens ?? 0) }.max() ?? 1
    let blocks = (longest + size - 1) / size + 1 + draw.index(below: 4)
    let policies: [any IterationPolicy] = try [
      StallFreeChunks(.init(budget: 1 + draw.index(below: 20))),
      StallFreeChunks(.init(budget: 1 + draw.index(below: 20), apart: true)),
      PrefillFirst(.init(limit: 200)), BudgetPass(.init(budget: 1 + draw.index(below: 20))),
      SlackChunks(
        .init(
          target: SimulationTime(2 * Self.second.count), deadline: Self.second, perToken: nil,
          long: nil, cap: nil, chunk: 8, granularity: 4)),
    ]
    for policy in policies {
      for full in [HostCache.Full.recompute, .stop] {
        let room = full == .stop ? 100_000 : 1 + draw.index(below: 2 * blocks)
        let simulation = try simulation(
          requests, policy, blocks: blocks, host: host(room, full),
          rule: seed.isMultiple(of: 2) ? .exact : .conservative, size: size,
          watermark: draw.index(below: 2), most: [2, 128][draw.index(below: 2)],
          stages: seed % 5 == 0 ? 2 : 1, shared: beginnings)
        var auditor = Auditor()
        let metrics = try simulation.run(observing: &auditor)
        let place = "seed \(seed), \(type(of: policy).kind), \(full)"
        #expect(auditor.problems.isEmpty, "\(place): \(auditor.problems.prefix(3))")
        #expect(auditor.out == auditor.back && auditor.out == metrics.swaps, "\(place)")
        let once = requests.reduce(0) { $0 + $1.1 + $1.2 - 1 + (beginnings?.tokens ?? 0) }
        if beginnings == nil {
          #expect(metrics.tokens == once + metrics.recomputed, "\(place)")
        }
        #expect(metrics.outputTokens == requests.reduce(0) { $0 + $1.2 }, "\(place)")
        #expect(metrics.completed == requests.count, "\(place)")
        // What had nothing cached yet had nothing to move.
        if full == .stop { #expect(metrics.recomputed == 0, "\(place)") }
      }
    }
  }

  /// With room for everybody the host is not used, and nothing differs.
  @Test func withRoomTheHostIsIdle() throws {
    let requests = [(0, 6, 6), (0, 7, 5), (0, 4, 4)]
    let metrics = try simulation(
      requests, StallFreeChunks(.init(budget: 8)), blocks: 100, host: host(1)
    ).run()
    #expect(metrics.swaps == 0 && metrics.swappedBytes == 0 && metrics.mostHostBlocks == 0)
  }
}
