import Components
import Foundation
import Inputs
import Networks
import TestSupport
import Testing
import Units

@testable import Serving

// Do the shares of arithmetic and of bandwidth count what their definitions say, and nothing else?
@Suite struct UtilizationTests {
  private static let second = SimulationTime(1_000_000_000_000)

  private func model(_ more: String = "", positions: Int = 200) throws -> Transformer {
    let text = """
      name: small
      summary: A model by hand.
      source: made up
      transformer: {layers: 2, width: 8, heads: 2, kv_heads: 1, ffn: 16, vocabulary: 32, positions: \(positions)\(more)}
      """
    let workload = try Workload(
      SpecFile(path: "small.yaml", node: YAMLParser.parse(text, file: "small.yaml")))
    return try #require(workload.transformer?.model)
  }

  private func work(_ model: Transformer) -> ServedWork {
    ServedWork(model, weightBits: 8, cacheBits: 8)
  }

  private func run(
    _ requests: [(Int, Int, Int)], _ policy: any IterationPolicy, _ utilization: ModelUtilization,
    blocks: Int = 100, stages: Int = 1, shared: SharedBeginnings? = nil
  ) throws -> TokenMetrics {
    var arrivals = try TraceReplay(.init(file: "t.csv", format: .queries))
    let lines = requests.map { "\($0.0),\($0.1),\($0.2)" }
    try arrivals.load { _ throws(InputError) in
      "arrival_s,prompt_tokens,output_tokens\n" + lines.joined(separator: "\n")
    }
    var options = TokenServingOptions(
      requests: requests.count, blocks: CacheBlocks(size: 4, count: blocks, watermark: 0),
      mostTokens: 200)
    options.stages = stages
    return try TokenSimulation(
      options: options, policy: policy,
      costs: FormulaCosts(.init(start: Self.second, token: SimulationTime(0))), arrivals: arrivals,
      lengths: TraceLengths(.init(file: nil, format: nil, columns: nil, longest: nil, cut: nil)),
      shared: shared, utilization: utilization
    ).run()
  }

  /// One request of 5 tokens that makes 3, by hand.
  ///
  /// A layer has 8 x (2 + 2) x 4 + 2 x 4 x 8 = 192 weights of attention and
  /// 2 x 8 x 16 = 256 behind it, both layers 896; the head has 32 x 8 = 256. A pair of tokens multiplies 4 + 4 numbers in
  /// each of 2 heads and layers: 32. The cache has 2 x 2 x 4 = 16 bytes of a token.
  ///
  /// 5 + 3 - 1 = 7 tokens, 3 logits, 7 x 8 / 2 = 28 pairs: 7 x 896 + 3 x 256 + 28 x 32 = 7,936 MACs. Three iterations read
  /// 3 x (896 + 256) bytes of weights, and 5 and 6 cached tokens: 3,456 + 176 = 3,632 bytes.
  @Test func oneRequestByHand() throws {
    let counted = ModelUtilization(
      try work(model()), macsPerSecond: 10_000, bytesPerSecond: 5_000)
    let metrics = try run([(0, 5, 3)], StallFreeChunks(.init(budget: 8)), counted)
    #expect(metrics.iterationCount == 3 && metrics.busySeconds == 3)
    #expect(metrics.utilization?.macs == 7_936)
    #expect(metrics.utilization?.bytes == 3_632)
    #expect(metrics.flopsUtilization == 7_936.0 / 30_000)
    #expect(metrics.bandwidthUtilization == 3_632.0 / 15_000)
  }

  /// The same prompt in parts of 2, 2 and 1: no more arithmetic, but weights of the layers twice more, without logits, and
  /// 2 and 4 cached tokens.
  @Test func partsReadMoreAndNeedNoMore() throws {
    let counted = ModelUtilization(try work(model()), macsPerSecond: 10_000, bytesPerSecond: nil)
    let metrics = try run([(0, 5, 3)], StallFreeChunks(.init(budget: 2)), counted)
    #expect(metrics.iterationCount == 5)
    #expect(metrics.utilization?.macs == 7_936)
    let bytes = 3_632 + 2 * 896 + (2 + 4) * 16
    #expect(metrics.utilization?.bytes == Double(bytes))
    #expect(metrics.flopsUtilization == 7_936.0 / 50_000)
    #expect(metrics.bandwidthUtilization == nil)
  }

  /// What a preemption makes to be worked on again is no work of the model.
  @Test func workDoneTwiceCountsOnce() throws {
    let requests = [(0, 6, 6), (0, 7, 5), (0, 4, 4)]
    let counted = ModelUtilization(try work(model()), macsPerSecond: 1, bytesPerSecond: 1)
    let policy = try StallFreeChunks(.init(budget: 8))
    let tight = try run(requests, policy, counted, blocks: 6)
    let roomy = try run(requests, policy, counted)
    #expect(tight.recomputed > 0 && roomy.recomputed == 0)
    #expect(tight.utilization?.macs == roomy.utilization?.macs)
    #expect(tight.busySeconds > roomy.busySeconds)
  }

  /// Beginnings that the cache holds need no work but are read: of 9 tokens of a prompt the second request finds 8.
  @Test func sharedBeginningsNeedNoWork() throws {
    let counted = ModelUtilization(try work(model()), macsPerSecond: 1, bytesPerSecond: 1)
    let metrics = try run(
      [(0, 1, 1), (10, 1, 1)], StallFreeChunks(.init(budget: 16)), counted,
      shared: SharedBeginnings(count: 1, tokens: 8))
    // 9 tokens and 45 pairs, then 1 token and 9 pairs.
    let pairs = 45 + 9
    let macs = 10 * 896 + 2 * 256 + pairs * 32
    let bytes = 2 * 1152 + 8 * 16
    #expect(metrics.utilization?.macs == Double(macs))
    #expect(metrics.utilization?.bytes == Double(bytes))
  }

  /// A request's work is that of its iterations, whatever the model: parts of a prompt and decodes.
  @Test(arguments: [
    "", ", window: 7", ", cache_policy: {kind: window, tokens: 6, sinks: 1}",
    ", cache_policy: {kind: snapkv, budget: 8, observed: 4}",
    ", experts: {count: 4, per_token: 2, ffn: 8}",
  ])
  func requestsAreTheirIterations(more: String) throws {
    let model = try model(more)
    let work = work(model)
    for (prompt, cached, output) in [(5, 0, 3), (30, 0, 1), (20, 8, 40), (1, 0, 9)] {
      func count(_ new: Int, _ context: Int, _ logits: IterationSpec.Logits) throws
        -> TransformerIteration
      {
        try TransformerIteration(
          model,
          Iteration(
            IterationSpec(sequences: [SequenceSpec(tokens: new, context: context)], logits: logits),
            of: model))
      }
      var all = [try count(prompt - cached, cached, .last)]
      for made in 0..<output - 1 { all.append(try count(1, prompt + made, .last)) }
      let macs = all.reduce(0) { $0 + $1.linearMACs + $1.attentionMACs + $1.headMACs }
      #expect(
        work.macs(prompt: prompt, cached: cached, output: output) == Double(macs),
        "\(more) \(prompt) \(cached) \(output)")
      for iteration in all {
        let (group, tokens) = (iteration.iteration.groups[0], iteration.iteration.tokens)
        #expect(
          abs(
            work.cacheBytes(new: group.new, cached: group.cached)
              - iteration.cacheBytes(bits: 8).read) < 1e-6, "\(more)")
        #expect(
          work.weightBytes(tokens: tokens, logits: 1) == iteration.weightBytes(weightBits: 8))
      }
    }
  }

  /// Llama 2 7B, a prompt of 128 tokens and 128 more, alone: 6,476,005,376 weights of the layers and 131,072,000 of the
  /// head, 524,288 bytes of a token's cache in 16 bits.
  @Test func llamaByHand() throws {
    let model = try #require(
      try Workload(
        SpecFile(path: Repository.root.appending(path: "workloads/llama-2-7b.yaml").path)
      ).transformer?.model)
    let work = ServedWork(model, weightBits: 16, cacheBits: 16)
    let pairs = 255 * 256 / 2
    let attention = pairs * 32 * 32 * 256
    let macs = 255 * 6_476_005_376 + 128 * 131_072_000 + attention
    #expect(work.macs(prompt: 128, cached: 0, output: 128) == Double(macs))
    let bytes = 2 * (6_476_005_376 + 131_072_000)
    #expect(work.weightBytes(tokens: 1, logits: 1) == Double(bytes))
    #expect(work.cacheBytes(new: 1, cached: 200) == Double(200 * 524_288))
  }
}
