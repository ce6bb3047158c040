import Components
import Inputs
import Testing
import Units

@testable import Serving

// Do queues, caches, stages and drafts of a language model behave as theory says?
@Suite struct TokenServingTests {
  private static let second = SimulationTime(1_000_000_000_000)

  private func options(_ requests: Int, blocks: Int = 100_000) -> TokenServingOptions {
    TokenServingOptions(
      requests: requests, blocks: CacheBlocks(size: 16, count: blocks, watermark: 0),
      mostTokens: 100_000)
  }

  private func run(
    _ options: TokenServingOptions, _ policy: any IterationPolicy, rate: Double, prompt: Int = 64,
    output: Int = 1, start: SimulationTime = second, token: SimulationTime = SimulationTime(0),
    shared: SharedBeginnings? = nil, draft: (any IterationCosts)? = nil
  ) throws -> TokenMetrics {
    try TokenSimulation(
      options: options, policy: policy, costs: FormulaCosts(.init(start: start, token: token)),
      draft: draft, arrivals: PoissonArrivals(.init(rate: ArrivalRate(perSecond: rate))),
      lengths: FixedLengths(.init(prompt: prompt, output: output)), shared: shared
    ).run()
  }

  /// A device for prompts of one length is an M/D/1 queue: the mean time to the first token is
  /// `D + R D^2 / (2 (1 - R D))`.
  @Test(arguments: [0.3, 0.6, 0.8])
  func promptsAreAnMD1Queue(rate: Double) throws {
    let metrics = try run(options(40_000), PrefillFirst(.init(limit: 64)), rate: rate)
    let theory = 1 + rate / (2 * (1 - rate))
    let mean = try #require(metrics.firstToken.meanSeconds)
    // Four standard errors of such queues with 40,000 requests are below 5 %.
    #expect(abs(mean / theory - 1) < 0.05, "\(mean) s, theory \(theory) s")
  }

  /// With room for everybody and a budget for all, chunks are whole prompts: what Orca does.
  @Test func withoutLimitsChunksAreOrca() throws {
    let all = try [
      StallFreeChunks(.init(budget: 1 << 20)), OrcaBatching(.init(reserve: 128)),
      BudgetPass(.init(budget: 1 << 20)),
    ].map { (policy: any IterationPolicy) in
      try run(options(500), policy, rate: 2, prompt: 50, output: 20)
    }
    for metrics in all.dropFirst() {
      #expect(metrics.iterationCount == all[0].iterationCount)
      #expect(metrics.end == all[0].end)
      #expect(metrics.betweenTokens.sum == all[0].betweenTokens.sum)
    }
    #expect(all[0].preemptions == 0)
  }

  @Test func speculationMakesTheExpectedTokens() throws {
    // Leviathan et al.: (1 - a^(m + 1)) / (1 - a).
    for (share, tokens, expected) in [
      (0.8, 4, 3.3616), (0.6, 4, 2.3056), (0.9, 8, 6.12579511), (0.7, 2, 2.19),
    ] {
      let speculation = Speculation(tokens: tokens, acceptance: share)
      #expect(abs(speculation.expectedTokens - expected) < 1e-8)
    }
    var options = options(1)
    options.speculation = Speculation(tokens: 4, acceptance: 0.8)
    let metrics = try run(
      options, StallFreeChunks(.init(budget: 512)), rate: 1, output: 30_001,
      draft: FormulaCosts(.init(start: SimulationTime(1), token: SimulationTime(0))))
    let each = Double(metrics.outputTokens - 1) / Double(metrics.iterationCount - 1)
    // 9,000 iterations of a number of tokens with a deviation of 1.6: four standard errors are 2 %.
    #expect(abs(each / 3.3616 - 1) < 0.02, "\(each) tokens an iteration")
    #expect(metrics.outputTokens == 30_001)
  }

  @Test func sharedBeginningsAreWorkedOnOnce() throws {
    let beginnings = SharedBeginnings(count: 1, tokens: 160)
    let metrics = try run(
      options(100), StallFreeChunks(.init(budget: 4096)), rate: 0.1, prompt: 10, output: 5,
      shared: beginnings)
    // Every request but the first finds the ten blocks.
    #expect(metrics.sharedTokens == 99 * 160)
    #expect(metrics.tokens == 100 * (170 + 4) - metrics.sharedTokens)
  }

  /// Beginnings leave when room is needed, the one first that was read longest ago.
  @Test func beginningsMakeRoom() throws {
    let metrics = try run(
      options(400, blocks: 40), StallFreeChunks(.init(budget: 4096)), rate: 0.05, prompt: 10,
      output: 5, shared: SharedBeginnings(count: 8, tokens: 160, skew: 1))
    #expect(metrics.completed == 400)
    #expect(metrics.sharedTokens > 0)
    #expect(metrics.sharedTokens < 400 * 160)
    #expect(metrics.mostBlocks <= 40)
  }

  /// Two stages of half the time each let two iterations be under way.
  @Test func stagesOverlap() throws {
    let alone = try run(options(64), PrefillFirst(.init(limit: 64)), rate: 1000)
    var staged = options(64)
    staged.stages = 2
    let metrics = try run(staged, PrefillFirst(.init(limit: 64)), rate: 1000)
    #expect(alone.end.seconds > 64)
    // 65 halves of a second, and the first arrival.
    #expect(abs(metrics.end.seconds - 32.5) < 0.1, "\(metrics.end.seconds)")
  }

  @Test func cachesMoveToWhereAnswersAreMade() throws {
    var options = options(50)
    options.prompts = PromptDevices(
      count: 1, link: TokenLink(latency: Self.second, bytesPerSecond: 6400), bytesPerToken: 100)
    let metrics = try run(
      options, PrefillFirst(.init(limit: 128)), rate: 0.01, prompt: 64, output: 3)
    #expect(metrics.movedBytes == 50 * 6400)
    // A second for the bytes, one for the link and one for the token.
    #expect(metrics.betweenTokens.largest >= SimulationTime(3 * Self.second.count))
    #expect(metrics.firstToken.largest < SimulationTime(3 * Self.second.count))
  }

  @Test func whatCannotBeServedIsRefused() throws {
    let trace =
      "arrival_s,prompt_tokens,output_tokens\n0,10,2\n1,0,4\n2,10,0\n3,500,4\n4,20,200\n5,16,1\n"
    var arrivals = try TraceReplay(.init(file: "t.csv", format: .queries))
    try arrivals.load { _ throws(InputError) in trace }
    var options = options(6, blocks: 10)
    options.mostTokens = 400
    let metrics = try TokenSimulation(
      options: options, policy: StallFreeChunks(.init(budget: 512)),
      costs: FormulaCosts(.init(start: Self.second, token: SimulationTime(0))), arrivals: arrivals,
      lengths: TraceLengths(.init(file: nil, format: nil, columns: nil, longest: nil, cut: nil))
    ).run()
    // Nothing to read, nothing to say, too long for the model, too long for the cache.
    #expect(metrics.refused == 4)
    #expect(metrics.completed == 2)
  }

  /// Iterations of prompts and of decodes take turns, and nobody starves.
  @Test func chunksApartTakeTurns() throws {
    let metrics = try run(
      options(50), StallFreeChunks(.init(budget: 32, apart: true)), rate: 2, prompt: 100,
      output: 10)
    #expect(metrics.iterations.mixed == 0)
    #expect(metrics.iterations.prompts > 0 && metrics.iterations.decodes > 0)
    #expect(metrics.completed == 50)
    // Between two tokens is at most one iteration of prompts.
    #expect(metrics.betweenTokens.largest <= SimulationTime(2 * Self.second.count))
  }

  @Test func tracesSayTokens() throws {
    for (format, text) in [
      (
        ArrivalTrace.Format.azureLLM,
        "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:17:03,48,10\n"
      ),
      (.vidur, "arrived_at,num_prefill_tokens,num_decode_tokens\n0.5,48,10\n"),
      (
        .burstGPT,
        "Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type\n5,m,48,10,58,API log\n"
      ), (.queries, "arrival_s,prompt_tokens,output_tokens\n0,48,10\n"),
    ] {
      let trace = try ArrivalTrace(parsing: text, format: format, file: "t.csv")
      #expect(trace.lengths == [TokenLengths(prompt: 48, output: 10)], "\(format)")
    }
  }

  // MARK: Costs

  @Test func theGridHoldsEveryLength() {
    for length in 0...200_000 {
      let index = LengthGrid.index(length)
      #expect(LengthGrid.length(index) <= length && length < LengthGrid.length(index + 1))
      guard length % 997 == 0 else { continue }
      #expect(LengthGrid.index(LengthGrid.length(index)) == index)
    }
  }

  /// Costs that grow as a straight line with the context are met everywhere.
  private struct Straight: IterationEvaluator {
    func parts(new: Int, cached: Int, count: Int) throws(ServiceModelError) -> IterationParts {
      func cost(_ value: Int) -> ServiceCost {
        ServiceCost(
          latency: SimulationTime(value), energy: Picojoules(Double(value)),
          dramBytes: Bytes(value))
      }
      return IterationParts(
        linear: cost(1000 * new * count + 7), attention: cost(count * new * (512 * cached + 1024)),
        head: cost(100 * count))
    }
  }

  @Test(arguments: [UInt64(1), 2, 3])
  func interpolationMeetsStraightLines(seed: UInt64) throws {
    var costs = TabulatedCosts(Straight(), host: SimulationTime(5), decodeTokens: 1)
    var draw = RandomStream(seed: seed, name: "loads")
    for _ in 0..<200 {
      var load = IterationLoad()
      var expected = 5
      let decodes = draw.index(below: 40)
      for _ in 0..<decodes {
        let context = draw.index(below: 20_000)
        load.add(
          IterationPiece(slot: 0, tokens: 1, context: context, isPrompt: false, makesToken: true))
        expected += 512 * context + 1024
      }
      let (tokens, context) = (1 + draw.index(below: 3000), draw.index(below: 9000))
      load.add(
        IterationPiece(
          slot: 0, tokens: tokens, context: context, isPrompt: true, makesToken: false))
      expected += tokens * (512 * context + 1024) + 1000 * (decodes + tokens) + 7 + 100 * decodes
      let cost = try costs.cost(of: load)
      // Means of integers are rounded down once for each of the two levels of decodes.
      #expect(abs(cost.latency.count - expected) <= 2 * max(decodes, 1), "seed \(seed)")
      #expect(abs(cost.dramBytes.count + 5 - expected) <= 2 * max(decodes, 1), "seed \(seed)")
    }
  }
}
