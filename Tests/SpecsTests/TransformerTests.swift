import Components
import Inputs
import Networks
import TestSupport
import Testing

// Do transformers have the parameters, work and bytes that follow from their shapes?
@Suite struct TransformerTests {
  static let names = (try? Repository.names(in: "workloads")) ?? []

  private func model(_ name: String) throws -> Transformer {
    try #require(try workload(name).transformer).model
  }

  /// Publishers' exact counts, recalled, and the work and cache of one token.
  @Test func parametersOfTheTable() throws {
    let rows = try table("transformers.csv")
    #expect(rows.count == 28)
    for row in rows {
      let name = try row.text("model")
      let model = try model(name)
      #expect(model.parameters == (try row.whole("parameters")), "\(name)")
      let millions = (Double(model.linearWeightsPerToken) / 1e5).rounded() / 10
      #expect("\(millions)" == (try row.text("linear_millions")), "\(name)")
      // Keys and values of 16 bits.
      let bytes = model.layers * model.cacheWidth * 2
      #expect(bytes == 1024 * (try row.whole("cache_kib")), "\(name)")
    }
  }

  @Test(arguments: [
    ("deepseek-v3", 671_026_419_200, 37_552_282_624, 70_272),
    ("deepseek-v2", 235_741_434_880, 21_375_800_320, 69_120),
  ])
  func latentAttention(_ name: String, parameters: Int, touched: Int, cache: Int) throws {
    let model = try model(name)
    #expect(model.parameters == parameters)
    // Corrections of the router are no weights that a token is multiplied by.
    let corrections = model.spec.experts?.corrections == true ? 58 * 256 : 0
    #expect(model.parametersPerToken - corrections == touched)
    #expect(model.layers * model.cacheWidth * 2 == cache)
  }

  @Test(arguments: [
    ("bert-base", 109_482_240), ("bert-large", 335_141_888), ("vit-b16", 86_567_656),
    ("deit-s16", 22_050_664), ("clip-b32-vision", 87_849_216), ("clip-b32-text", 63_428_096),
  ])
  func encoders(_ name: String, parameters: Int) throws {
    #expect(try model(name).parameters == parameters)
  }

  /// Multiply-accumulates of one input; those of text without what stands behind the layers.
  @Test(arguments: [
    ("bert-base", 128, 11_173_625_856), ("bert-base", 384, 35_332_816_896),
    ("bert-large", 384, 123_211_874_304), ("vit-b16", 197, 17_563_828_224),
    ("deit-s16", 197, 4_598_882_304),
  ])
  func encoderWork(_ name: String, tokens: Int, macs: Int) throws {
    let loaded = try workload(name)
    let network = try #require(
      try loaded.iteration(IterationSpec(phase: .prefill, tokens: tokens))
    ).network
    let pooler = network.layers.first { $0.name == "pooler" }?.macs ?? 0
    #expect(network.macs - pooler == macs)
  }

  /// Windows, levels and all: multiply-accumulates, and parameters with biases (9 D a block and those of patches
  /// and head), norms (4 D a block, those of patches, of three mergers and the last) and tables of 13 x 13 positions.
  @Test func swin() throws {
    let network = try Workload(Repository.file("workloads/swin-t.yaml")).network(subnet: nil)
    #expect(network.macs == 4_490_566_656)
    let stages = [(2, 96, 3), (2, 192, 6), (6, 384, 12), (2, 768, 24)]
    var others = 96 + 2 * 96 + 2 * 4 * (96 + 192 + 384) + 2 * 768 + 1000
    for (depth, width, heads) in stages { others += depth * (13 * width + 169 * heads) }
    let weights = network.layers.filter { $0.kernelRole == .weight }.reduce(0) { $0 + $1.weights }
    #expect(weights == 28_199_424 && weights + others == 28_288_354)
  }

  /// Of a network, what its operations add up to is what the formulas say.
  @Test func iterationsOfTheTable() throws {
    let rows = try table("transformer-iterations.csv")
    #expect(rows.count == 52)
    for row in rows {
      let label = "\(try row.text("model")) \(try row.text("sequences"))"
      let sequences = try row.text("sequences").split(separator: " ").map { part in
        let numbers = part.split(separator: ":").compactMap { Int($0) }
        return SequenceSpec(tokens: numbers[0], context: numbers[1], count: numbers[2])
      }
      let loaded = try workload(row.text("model"))
      let made = try #require(try loaded.iteration(IterationSpec(sequences: sequences)))
      let iteration = made.iteration
      #expect(iteration.iteration.tokens == (try row.whole("tokens")), "\(label)")
      func giga(_ count: Int) -> Double { (Double(count) / 1e3).rounded() / 1e6 }
      #expect(giga(iteration.linearMACs) == Double(try row.text("linear_gmac")), "\(label)")
      #expect(giga(iteration.attentionMACs) == Double(try row.text("attention_gmac")), "\(label)")
      #expect(giga(iteration.headMACs) == Double(try row.text("head_gmac")), "\(label)")
      let weights = (iteration.weightBytes(weightBits: 16) / 1e3).rounded() / 1e3
      #expect(weights == Double(try row.text("weights_mb")), "\(label)")
      let cache = iteration.cacheBytes(bits: 16)
      #expect(cache.read / 1e6 == Double(try row.text("cache_read_mb")), "\(label)")
      #expect(cache.written / 1e6 == Double(try row.text("cache_write_mb")), "\(label)")
      let macs: Int = iteration.linearMACs + iteration.attentionMACs + iteration.headMACs
      #expect(made.network.macs == macs, "\(label)")
    }
  }

  @Test func oneLayerOfLlama() throws {
    let made = try workload("llama-3-8b").iteration(IterationSpec(phase: .prefill, tokens: 512))
    let layers = Dictionary(
      uniqueKeysWithValues: try #require(made).network.layers.map { ($0.name, $0.macs) })
    #expect(layers["layers.0.attention.qkv"] == 12_884_901_888)
    #expect(layers["layers.31.attention.output"] == 8_589_934_592)
    #expect(layers["layers.0.ffn.gate_up"] == 60_129_542_144)
    #expect(layers["layers.0.ffn.down"] == 30_064_771_072)
  }

  private func small(_ more: String = "", iteration: String = "{}") throws -> Workload {
    let text = """
      name: small
      summary: A model by hand.
      source: made up
      transformer: {layers: 2, width: 8, heads: 4, kv_heads: 2, ffn: 16, gated: true, vocabulary: 10, positions: 64\(more)}
      iteration: \(iteration)
      """
    return try Workload(
      SpecFile(path: "small.yaml", node: YAMLParser.parse(text, file: "small.yaml")))
  }

  @Test func byHand() throws {
    let loaded = try small(iteration: "{phase: chunk, tokens: 3, context: 2}")
    let made = try #require(loaded.transformer)
    #expect(made.model.parameters == 1352)
    #expect(made.linearMACs == 3456)
    #expect(made.attentionMACs == 384)
    #expect(made.headMACs == 80)
    #expect(made.model.layers * made.model.cacheWidth == 16)
    let macs: Int = made.graph.layers.map(\.macs).reduce(0, +)
    #expect(macs == 3920)
  }

  /// All scores, masked or not, where operators stand one behind the other.
  @Test func unfusedAttention() throws {
    let loaded = try small(
      ", attention: unfused", iteration: "{phase: chunk, tokens: 3, context: 2}")
    let layers = try #require(loaded.transformer).graph.layers
    let products = layers.filter { $0.operation == .matrixProduct }
    let macs: Int = products.map(\.macs).reduce(0, +)
    // Two layers, two products, 4 heads of 2, 3 new tokens and 5 keys.
    let expected: Int = 2 * 2 * 4 * 2 * 3 * 5
    #expect(macs == expected)
  }

  /// 5 operations for each pair and head; what is left over of a product starts with it.
  @Test(arguments: [(3, 2), (1, 9), (8, 0), (7, 13)]) func softmax(tokens: Int, context: Int) throws
  {
    let made = try #require(
      try small().iteration(IterationSpec(phase: .chunk, tokens: tokens, context: context)))
    let work = made.network.operations.compactMap(\.vectorWork).filter { $0.operator == "softmax" }
    let pairs = AttentionShape(new: tokens, context: context, window: nil, isCausal: true).pairs
    let operations: Int = work.map(\.allOperations).reduce(0, +)
    #expect(operations == 2 * 4 * 5 * pairs)
    for layer in made.network.layers {
      #expect(layer.isContinuation == layer.name.contains(".rest."), "\(layer.name)")
    }
  }

  @Test func slidingWindow() {
    let windowed = AttentionShape(new: 8192, context: 0, window: 4096, isCausal: true)
    let all = AttentionShape(new: 8192, context: 0, window: nil, isCausal: true)
    #expect(windowed.pairs == 25_167_872)
    #expect(all.pairs == 33_558_528)
  }

  /// Every new token and every key, one by one.
  @Test func pairsByDefinition() {
    let seed: UInt64 = 20_261_201
    var random = SeededRandom(seed: seed)
    for _ in 0..<400 {
      let (new, context) = (
        Int.random(in: 1...40, using: &random), Int.random(in: 0...60, using: &random)
      )
      let window = Bool.random(using: &random) ? Int.random(in: 1...70, using: &random) : nil
      let shape = AttentionShape(new: new, context: context, window: window, isCausal: true)
      var (pairs, seen) = (0, Set<Int>())
      for query in context..<context + new {
        for key in 0...query where key > query - (window ?? Int.max / 2) {
          pairs += 1
          seen.insert(key)
        }
      }
      let label = "seed \(seed): \(new) after \(context), window \(window ?? 0)"
      #expect(shape.pairs == pairs, "\(label)")
      #expect(shape.keys == seen.count, "\(label)")
      let folded: Int = shape.folded.map { $0.rows * $0.keys }.reduce(0, +)
      #expect(folded == pairs, "\(label)")
      #expect(shape.folded[0].keys >= shape.keys, "\(label)")
    }
  }

  /// A prompt in chunks has the work of the prompt at once.
  @Test func chunksOfAPrompt() throws {
    let seed: UInt64 = 20_261_202
    var random = SeededRandom(seed: seed)
    for forms in ["", ", window: 9", ", experts: {count: 4, per_token: 2, ffn: 16}"] {
      let loaded = try small(forms)
      for _ in 0..<20 {
        let prompt = Int.random(in: 2...64, using: &random)
        var (done, linear, attention, network) = (0, 0, 0, 0)
        while done < prompt {
          let tokens = Int.random(in: 1...(prompt - done), using: &random)
          let made = try #require(
            try loaded.iteration(
              IterationSpec(
                phase: .chunk, tokens: tokens, context: done, logits: IterationSpec.Logits.none)))
          linear += made.iteration.linearMACs
          attention += made.iteration.attentionMACs
          network += made.network.macs
          done += tokens
        }
        let whole = try #require(
          try loaded.iteration(
            IterationSpec(phase: .prefill, tokens: prompt, logits: IterationSpec.Logits.none)))
        let label = "seed \(seed): \(prompt) tokens\(forms)"
        #expect(linear == whole.iteration.linearMACs, "\(label)")
        #expect(attention == whole.iteration.attentionMACs, "\(label)")
        #expect(network == whole.network.macs, "\(label)")
      }
    }
  }

  /// Absorbed matrices of latent attention, layer by layer, for one token after a context.
  @Test func absorbedMatrices() throws {
    let context = 100
    let made = try #require(
      try workload("deepseek-v3").iteration(IterationSpec(phase: .decode, context: context)))
    let layers = made.network.layers.filter { $0.name.hasPrefix("layers.0.attention.") }
    let start = "layers.0.attention.".count
    let named = layers.map { (String($0.name.dropFirst(start)), $0.macs) }
    let macs: [String: Int] = Dictionary(uniqueKeysWithValues: named)
    let expected: [String: [Int]] = [
      "q_a": [7168, 1536], "q_b": [1536, 128, 192], "kv_a": [7168, 576],
      "absorb": [128, 128, 512], "scores": [128, 576, context + 1],
      "values": [128, 512, context + 1], "expand": [128, 512, 128], "output": [128, 128, 7168],
    ]
    for (name, extents) in expected {
      let product: Int = extents.reduce(1, *)
      #expect(macs[name] == product, "\(name)")
    }
    #expect(macs.count == expected.count)
  }

  /// 4 bits in groups of 128 with a scale of 16 bits and a zero point of 4 are 4.15625 bits.
  @Test func quantizedBytes() throws {
    let loaded = try workload("llama-2-7b")
    let plain = try #require(loaded.transformer)
    let text = """
      name: q
      summary: Quantized.
      source: made up
      transformer: {layers: 32, width: 4096, heads: 32, ffn: 11008, gated: true, vocabulary: 32000, positions: 4096, weights: {bits: 4, group: 128, scale_bits: 16, zero_bits: 4}, cache: {bits: 8, scale_bits: 16}}
      iteration: {phase: decode, context: 512}
      """
    let packed = try #require(
      try Workload(SpecFile(path: "q.yaml", node: YAMLParser.parse(text, file: "q.yaml")))
        .transformer)
    let weights = plain.weightsRead.layers + plain.weightsRead.head
    #expect(packed.weightBytes(weightBits: 16) == weights * 4.15625 / 8)
    // A scale of two bytes for the 128 elements of a token and head.
    let cache: Double = Double(plain.cacheElements.read) * (1 + 2.0 / 128)
    #expect(packed.cacheBytes(bits: 16).read == cache)
    var stored = 0
    for layer in packed.graph.layers where layer.kernelRole == .weight {
      stored += layer.weights * (layer.storage?.bits ?? 0)
      stored += layer.kernels * (layer.storage?.bitsPerKernel ?? 0)
    }
    #expect(Double(stored) / 8 == packed.weightBytes(weightBits: 16))
  }
}
