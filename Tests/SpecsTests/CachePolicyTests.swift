import Components
import Inputs
import Networks
import TestSupport
import Testing

// Do cache policies read and keep what their papers say?
@Suite struct CachePolicyTests {
  static let seed: UInt64 = 20_261_211

  private func workload(_ policy: String, _ more: String = "", positions: Int = 200_000) throws
    -> Workload
  {
    let text = """
      name: small
      summary: A model by hand.
      source: made up
      transformer: {layers: 2, width: 32, heads: 8, kv_heads: 2, ffn: 16, gated: true, vocabulary: 10, positions: \(positions)\(policy.isEmpty ? "" : ", cache_policy: {\(policy)}")\(more)}
      """
    return try Workload(
      SpecFile(path: "small.yaml", node: YAMLParser.parse(text, file: "small.yaml")))
  }

  private func decode(
    _ policy: String, context: Int, batch: Int = 1, _ more: String = ""
  ) throws -> (iteration: TransformerIteration, network: Network) {
    try #require(
      try workload(policy, more).iteration(
        IterationSpec(phase: .decode, context: context, batch: batch)))
  }

  /// The published rules for heads of 128 features: exponent, tokens, second compression, page, features,
  /// how much less is read and how much is kept.
  @Test(arguments: [
    (16384, 256, 0.56, 1595, 6.23, 3, 62, 63.8, 0.130),
    (16384, 1024, 0.44, 4837, 4.724, 3, 81, 16.0, 0.394),
    (16384, 2048, 0.38, 7434, 3.63, 2, 71, 8.0, 0.681),
    (32768, 256, 0.62, 1618, 6.32, 3, 61, 127.7, 0.066),
    (32768, 1024, 0.50, 5792, 5.656, 3, 68, 32.0, 0.236),
    (65536, 512, 0.62, 3236, 6.32, 3, 61, 127.7, 0.066),
    (98304, 256, 0.7151, 1394, 5.445, 3, 71, 382.7, 0.019),
    (98304, 512, 0.6551, 3138, 6.129, 3, 63, 191.5, 0.043),
    (131072, 256, 0.74, 1296, 5.062, 3, 76, 511.5, 0.013),
  ])
  func rocketTable(
    tokens: Int, budget: Int, exponent: Double, kept: Int, rest: Double, page: Int, picks: Int,
    reduction: Double, footprint: Double
  ) throws {
    let plan = try #require(RocketKVPlan(tokens: tokens, budget: budget, headWidth: 128))
    func rounded(_ value: Double, _ digits: Double) -> Double {
      (value * digits).rounded(.toNearestOrEven) / digits
    }
    #expect(rounded(plan.exponent, 1e4) == exponent)
    #expect(plan.kept == kept)
    #expect(rounded(plan.rest, 1e3) == rest)
    #expect(plan.page == page)
    #expect(plan.picks == picks)
    #expect(rounded(plan.reduction(headWidth: 128), 10) == reduction)
    #expect(rounded(plan.footprint, 1e3) == footprint)
  }

  /// A compression of 1024 gives the first stage 2^8, a whole number that floating point may miss.
  @Test func wholePowers() throws {
    let plan = try #require(RocketKVPlan(tokens: 262_144, budget: 256, headWidth: 128))
    #expect(plan.kept == 1024)
    #expect(RocketKVPlan(tokens: 256, budget: 256, headWidth: 128) == nil)
  }

  /// Any numbers: what is kept holds the budget, a page is within it, and the plan reads less than all.
  @Test func plansOfAnyNumbers() {
    var random = SeededRandom(seed: Self.seed)
    for _ in 0..<2000 {
      let budget = 2 * Int.random(in: 1...4096, using: &random)
      let tokens = budget + Int.random(in: 1...(1 << 20), using: &random)
      let width = Int.random(in: 1...256, using: &random)
      let label = "seed \(Self.seed): \(budget) of \(tokens), heads of \(width)"
      guard let plan = RocketKVPlan(tokens: tokens, budget: budget, headWidth: width) else {
        Issue.record("no plan, \(label)")
        continue
      }
      #expect((budget...tokens).contains(plan.kept), "\(label)")
      #expect((1...width).contains(plan.picks), "\(label)")
      #expect(plan.page >= 1 && plan.page <= max(1, plan.kept / budget), "\(label)")
      #expect(plan.attended < plan.kept, "\(label)")
    }
  }

  /// Two layers, two heads of keys of 4 features: elements read of the cache for one token, of what the equations
  /// say of one head.
  @Test(arguments: [
    ("", 1000, 2 * 1000 * 4),
    ("kind: full", 1000, 2 * 1000 * 4),
    ("kind: window, tokens: 100, sinks: 6", 1000, 2 * 106 * 4),
    ("kind: window, tokens: 100", 1000, 2 * 104 * 4),
    ("kind: window, tokens: 100", 50, 2 * 50 * 4),
    ("kind: snapkv, budget: 64", 1000, 2 * 64 * 4),
    ("kind: quest, budget: 64", 1600, 2 * 4 * 100 + 2 * 64 * 4),
    ("kind: quest, budget: 64, page: 8", 1001, 2 * 4 * 126 + 2 * 64 * 4),
    ("kind: quest, budget: 64", 64, 2 * 64 * 4),
    // c = 32, r = 0.5, 362 tokens, c2 = 5.65625, pages of 3 with round(2.12) features.
    ("kind: rocketkv, budget: 64", 2048, 121 * 2 + 64 * 4),
    ("kind: rocketkv, budget: 64, keep_all: true", 2048, 121 * 2 + 64 * 4),
  ])
  func elementsOfADecode(_ policy: String, context: Int, elements: Int) throws {
    let made = try decode(policy, context: context, batch: 3)
    let all = 2 * 2 * 3 * elements
    #expect(made.iteration.cacheElements.read == all)
    #expect(made.iteration.fullCacheElements == Double(2 * 2 * 3 * 2 * context * 4))
    #expect(made.iteration.cacheElements.written == 2 * 3 * 16)
    #expect(made.iteration.cacheBytes(bits: 8).read == Double(all))
    // What the network's operations read of the cache.
    var read = 0
    for layer in made.network.layers {
      guard let share = made.iteration.cachedKeys[layer.name] else { continue }
      read += layer.weights / share.all * share.cached
    }
    #expect(read == all)
  }

  /// The share of a full cache that Quest reads: pages of 16, 1024 of 32768 tokens.
  @Test func questShare() throws {
    let made = try decode("kind: quest, budget: 1024", context: 32768)
    let share: Double =
      Double(made.iteration.cacheElements.read) / made.iteration.fullCacheElements
    #expect(share == 0.09375)
  }

  /// Tokens and pages that stay of 1000 cached tokens and the new one, in two layers of 16 elements per token.
  @Test(arguments: [
    ("", 1001, 0), ("kind: window, tokens: 100", 104, 0), ("kind: snapkv, budget: 64", 64, 0),
    ("kind: quest, budget: 64", 1001, 63),
    // c = 15.640625, r = 0.43803..., 300 tokens, pages of 3.
    ("kind: rocketkv, budget: 64", 300, 100),
    ("kind: rocketkv, budget: 64, keep_all: true", 1001, 100),
    ("kind: rocketkv, budget: 1002", 1001, 0),
  ])
  func whatStays(_ policy: String, tokens: Int, pages: Int) throws {
    let kept = try decode(policy, context: 1000, batch: 2).iteration.keptElements
    #expect(kept.tokens == Double(2 * 2 * 16 * tokens))
    #expect(kept.pages == Double(2 * 2 * 16 * pages))
  }

  /// A prompt that ends keeps what is chosen, one that does not keeps all; neither attends to less.
  @Test func prompts() throws {
    let loaded = try workload("kind: snapkv, budget: 64")
    func made(_ logits: IterationSpec.Logits, _ tokens: Int, _ context: Int) throws
      -> (iteration: TransformerIteration, network: Network)
    {
      try #require(
        try loaded.iteration(
          IterationSpec(phase: .chunk, tokens: tokens, context: context, logits: logits)))
    }
    let (ended, open) = (try made(.last, 100, 50), try made(.none, 100, 50))
    #expect(ended.iteration.keptElements.tokens == 2 * 16 * 64)
    #expect(open.iteration.keptElements.tokens == 2 * 16 * 150)
    #expect(ended.iteration.attentionMACs == open.iteration.attentionMACs)
    // 32 queries of each of 8 heads of 4 features, and 150 keys, in two layers.
    #expect(ended.iteration.choiceMACs == 2 * 8 * 32 * 150 * 4)
    #expect(open.iteration.choiceMACs == 0)
    #expect(try made(.last, 10, 140).iteration.choiceMACs == 2 * 8 * 10 * 150 * 4)
    #expect(try made(.last, 64, 0).iteration.choiceMACs == 0)
    for each in [ended, open] {
      let own = each.iteration
      let macs: Int = own.linearMACs + own.attentionMACs + own.headMACs + own.choiceMACs
      #expect(each.network.macs == macs)
    }
  }

  /// Page by page, by hand: what a query's product with the minimum or the maximum of each feature can be at
  /// most is the product of twice the features.
  @Test func mostThatAPageScores() {
    var random = SeededRandom(seed: Self.seed + 1)
    for _ in 0..<100 {
      let query = (0..<8).map { _ in Double(Int.random(in: -9...9, using: &random)) }
      let low = (0..<8).map { _ in Double(Int.random(in: -9...9, using: &random)) }
      let high = low.map { $0 + Double(Int.random(in: 0...9, using: &random)) }
      let most = (0..<8).reduce(0.0) { $0 + max(query[$1] * low[$1], query[$1] * high[$1]) }
      let left = query.map { max($0, 0) } + query.map { min($0, 0) }
      let product = zip(left, high + low).reduce(0.0) { $0 + $1.0 * $1.1 }
      #expect(most == product, "seed \(Self.seed + 1)")
    }
  }

  /// Any policy and any sequences: operations add up to the equations, and nothing reads more than all but
  /// the pages.
  @Test func sumsOfAnySequences() throws {
    var random = SeededRandom(seed: Self.seed + 2)
    for policy in [
      "kind: window, tokens: 9, sinks: 2", "kind: snapkv, budget: 40, observed: 8",
      "kind: quest, budget: 24, page: 4", "kind: rocketkv, budget: 32, observed: 20",
    ] {
      let loaded = try workload(policy)
      for _ in 0..<20 {
        let sequences = (0..<Int.random(in: 1...3, using: &random)).map { _ in
          SequenceSpec(
            tokens: Bool.random(using: &random) ? 1 : Int.random(in: 1...40, using: &random),
            context: Int.random(in: 0...300, using: &random),
            count: Int.random(in: 1...3, using: &random))
        }
        let made = try #require(try loaded.iteration(IterationSpec(sequences: sequences)))
        let own = made.iteration
        let label = "seed \(Self.seed + 2): \(sequences), \(policy)"
        let macs: Int = own.linearMACs + own.attentionMACs + own.headMACs + own.choiceMACs
        #expect(made.network.macs == macs, "\(label)")
        #expect(own.keptElements.tokens <= own.allElements, "\(label)")
        if !policy.contains("quest"), !policy.contains("rocket") {
          #expect(Double(own.cacheElements.read) <= own.fullCacheElements, "\(label)")
        }
      }
    }
  }

  /// What is not read is counted, too, however much it is.
  @Test func asMuchAsThereCanBe() throws {
    let text = """
      name: large
      summary: A model by hand.
      source: made up
      transformer: {layers: 512, width: 65536, heads: 64, kv_heads: 1, ffn: 16, vocabulary: 10, positions: 16777216, cache_policy: {kind: window, tokens: 1, sinks: 0}}
      """
    let loaded = try Workload(
      SpecFile(path: "large.yaml", node: YAMLParser.parse(text, file: "large.yaml")))
    let made = try #require(
      try loaded.iteration(
        IterationSpec(
          phase: .decode, context: 16_777_216, batch: 1000, logits: IterationSpec.Logits.none)))
    #expect(made.iteration.cacheElements.read == 512 * 2048 * 1000)
    #expect(made.iteration.fullCacheElements == 0x1p44 * 1000)
    #expect(made.iteration.keptElements.tokens == 512 * 2048 * 1000)
  }

  /// Latent vectors are shared by all heads: a window may leave some out.
  @Test func windowOfLatentVectors() throws {
    let latent =
      ", latent: {query_rank: 6, kv_rank: 8, rotary_width: 2, value_width: 5}, head_width: 4"
    let text = """
      name: small
      summary: A model by hand.
      source: made up
      transformer: {layers: 2, width: 32, heads: 8, ffn: 16, vocabulary: 10, positions: 2000, cache_policy: {kind: window, tokens: 10}\(latent)}
      """
    let loaded = try Workload(
      SpecFile(path: "small.yaml", node: YAMLParser.parse(text, file: "small.yaml")))
    let made = try #require(try loaded.iteration(IterationSpec(phase: .decode, context: 1000)))
    #expect(made.iteration.cacheElements.read == 2 * 14 * 10)
    #expect(made.iteration.keptElements.tokens == 2 * 14 * 10)
  }

  /// A scale of 16 bits for each token and head, and for each page and head.
  @Test func scalesOfPages() throws {
    let made = try decode(
      "kind: quest, budget: 64", context: 1600, ", cache: {bits: 8, scale_bits: 16}")
    let tokens: Double = 2 * 2 * 2 * 64 * (4 + 2)
    let pages: Double = 2 * 2 * 100 * (8 + 2)
    #expect(made.iteration.cacheBytes(bits: 16).read == tokens + pages)
    // 1601 tokens and 101 pages are there for the next token.
    let kept: Double = 2 * 2 * (2 * 1601 * (4 + 2) + 101 * (8 + 2))
    #expect(made.iteration.keptBytes(bits: 16) == kept)
  }
}
