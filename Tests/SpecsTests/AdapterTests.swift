import Components
import Inputs
import Networks
import TestSupport
import Testing

// Do adapters have the weights and work that follow from their rank?
@Suite struct AdapterTests {
  static let seed: UInt64 = 20_261_212

  private func load(_ text: String) throws -> Workload {
    try Workload(SpecFile(path: "small.yaml", node: YAMLParser.parse(text, file: "small.yaml")))
  }

  private func shape(_ name: String, _ adapters: String) throws -> TransformerIteration {
    let shapes = [
      "llama-3-8b":
        "layers: 32, width: 4096, heads: 32, kv_heads: 8, ffn: 14336, gated: true, vocabulary: 128256, positions: 8192",
      "llama-2-7b":
        "layers: 32, width: 4096, heads: 32, ffn: 11008, gated: true, vocabulary: 32000, positions: 4096",
    ]
    let text = """
      name: \(name)
      summary: A model with adapters.
      source: made up
      transformer: {\(shapes[name] ?? ""), adapters: {\(adapters)}}
      iteration: {phase: decode, context: 100}
      """
    return try #require(try load(text).transformer)
  }

  private func small(_ adapters: String, _ more: String = "") throws -> Workload {
    try load(
      """
      name: small
      summary: A model with adapters.
      source: made up
      transformer: {layers: 2, width: 16, heads: 4, kv_heads: 2, ffn: 24, vocabulary: 40, positions: 128, adapters: {\(adapters)}\(more)}
      """)
  }

  /// Rank 16: weights of one adapter, multiply-accumulates of a token, and bytes of 16 bits to switch.
  @Test(arguments: [
    ("llama-3-8b", "rank: 16", 41_943_040, 41_943_040, 83_886_080),
    ("llama-3-8b", "rank: 16, on: [attention]", 13_631_488, 13_631_488, 27_262_976),
    ("llama-2-7b", "rank: 16", 39_976_960, 39_976_960, 79_953_920),
    ("llama-2-7b", "rank: 16, on: [q, k, v, o]", 16_777_216, 16_777_216, 33_554_432),
    ("llama-3-8b", "rank: 16, form: shared", 57_344, 42_000_384, 114_688),
    ("llama-3-8b", "rank: 16, form: merged", 6_979_321_856, 0, 13_958_643_712),
  ])
  func vectors(_ model: String, _ adapters: String, weights: Int, macs: Int, bytes: Int) throws {
    let made = try shape(model, adapters)
    let load = try #require(made.adapters)
    #expect(load.ownWeights == weights)
    #expect(load.macsPerToken == macs)
    #expect(load.switchBytes(made.model, weightBits: 16) == Double(bytes))
    #expect(load.sharedWeights == (adapters.contains("shared") ? 41_943_040 : 0))
    let sum: Int = made.linearMACs + made.attentionMACs + made.headMACs + macs
    #expect(made.graph.layers.map(\.macs).reduce(0, +) == sum)
    #expect(made.linearMACs == 6_979_321_856 || model == "llama-2-7b")
  }

  /// Adapters go round the sequences: 4 of one length, then 3 of another, three adapters.
  @Test func sequencesInTurn() throws {
    let sequences = [
      SequenceSpec(tokens: 1, context: 9, count: 4), SequenceSpec(tokens: 5, count: 3),
    ]
    let loaded = try small("rank: 2, count: 3")
    let made = try #require(try loaded.iteration(IterationSpec(sequences: sequences))).iteration
    // 1 + 1 + 5, 1 + 5 and 1 + 5 tokens.
    #expect(
      made.adapters?.spread.map { [$0.adapters, $0.tokens] } == [[1, 7], [2, 6]])
    let few = try #require(
      try loaded.iteration(IterationSpec(phase: .prefill, tokens: 8, batch: 2))
    ).iteration
    #expect(few.adapters?.present == 2)
  }

  /// Any forms, parts and sequences: operations add up to the equations, and every adapter's weights are there
  /// once.
  @Test func sumsOfAnySequences() throws {
    var random = SeededRandom(seed: Self.seed)
    let parts = ["all", "attention", "ffn", "q, v", "down", "o, up", "k"]
    for form in ["unmerged", "shared", "merged"] {
      for _ in 0..<15 {
        let (rank, count) = (
          Int.random(in: 1...8, using: &random), Int.random(in: 1...6, using: &random)
        )
        let named = parts[Int.random(in: 0..<parts.count, using: &random)]
        let adapters =
          "rank: \(rank), form: \(form), on: [\(named)]"
          + (form == "merged" ? "" : ", count: \(count), bits: 12")
        let gated = Bool.random(using: &random) ? ", gated: true" : ", parallel: true"
        let sequences = (0..<Int.random(in: 1...3, using: &random)).map { _ in
          SequenceSpec(
            tokens: Int.random(in: 1...20, using: &random),
            context: Int.random(in: 0...40, using: &random),
            count: Int.random(in: 1...4, using: &random))
        }
        let made = try #require(
          try small(adapters, gated).iteration(IterationSpec(sequences: sequences)))
        let own = made.iteration
        let label = "seed \(Self.seed): \(adapters)\(gated), \(sequences)"
        let load = try #require(own.adapters)
        #expect(load.present == (form == "merged" ? 1 : min(count, own.iteration.sequences)))
        let macs: Int = own.linearMACs + own.attentionMACs + own.headMACs + own.adapterMACs
        #expect(made.network.macs == macs, "\(label)")
        let spread: Int = load.spread.reduce(0) { $0 + $1.adapters * $1.tokens }
        #expect(spread == (form == "merged" ? 0 : own.iteration.tokens), "\(label)")
        let thin = made.network.layers.filter { $0.name.contains("_adapter") }
        let weights: Int = thin.reduce(0) { $0 + $1.storedWeights }
        let expected = load.sharedWeights + load.present * load.ownWeights
        #expect(weights == (form == "merged" ? 0 : expected), "\(label)")
        #expect(thin.allSatisfy { $0.storage?.bits == 12 }, "\(label)")
        let bytes: Double = form == "merged" ? 0 : Double(expected) * 12 / 8
        #expect(load.readBytes(own.model, weightBits: 8) == bytes, "\(label)")
      }
    }
  }

  /// Names and shapes of one layer: queries and values with two adapters of two tokens each.
  @Test func productsByHand() throws {
    let made = try #require(
      try small("rank: 3, count: 2, on: [q, v, down]").iteration(
        IterationSpec(phase: .decode, context: 5, batch: 4)))
    let layers = made.network.layers.filter {
      $0.name.hasPrefix("layers.1.") && $0.name.contains("_adapter")
    }
    let shapes = layers.map {
      "\($0.name.dropFirst(9)) \($0.kernels) x \($0.channels) in \($0.groups), \($0.outputPixels)"
    }
    #expect(
      shapes == [
        "attention.q_v_adapter_a 12 x 32 in 2, 2", "attention.q_adapter_b 32 x 6 in 2, 2",
        "attention.v_adapter_b 16 x 6 in 2, 2", "ffn.down_adapter_a 6 x 48 in 2, 2",
        "ffn.down_adapter_b 32 x 6 in 2, 2",
      ])
    let sums = made.network.operations.map(\.name).filter { $0.hasSuffix("_adapter_add") }
    #expect(sums.count == 2 * 3)
  }
}
