import Architectures
import Components
import CostModel
import Inputs
import Networks
import TestSupport
import Testing
import Units

// Do iterations of transformers move and compute on designs what they have to?
@Suite struct TransformerCostTests {
  static let seed: UInt64 = 20_261_204
  static let datapaths = [
    "{kind: systolic-array, rows: 4, columns: 4, dataflow: weight-stationary, folds: serial, stationary_load: exposed}",
    "{kind: systolic-array, rows: 4, columns: 4, dataflow: output-stationary, folds: overlapped, stationary_load: exposed}",
    "{kind: dot-product-array, output_channels: 4, input_channels: 4, taps: 1, pixels: 2, sweep: output-pixels, pointwise: fold-input, depthwise_channels: 4, pass_overhead: 0 cycles}",
  ]
  static let forms = [
    "", ", window: 7", ", kv_heads: 1, parallel: true, shared_norm: true",
    ", experts: {count: 4, per_token: 2, ffn: 12, shared: 1, dense_layers: 1}",
    ", latent: {query_rank: 6, kv_rank: 8, rotary_width: 2, value_width: 5}, head_width: 4",
    ", cache_policy: {kind: quest, budget: 8, page: 2}",
    ", cache_policy: {kind: rocketkv, budget: 8, observed: 4}, adapters: {rank: 3, count: 2}",
    ", cache_policy: {kind: window, tokens: 5, sinks: 1}, adapters: {rank: 2, form: shared, count: 3}",
  ]
  /// Networks with adapters and policies are longer.
  private func rounds(_ form: String) -> Int { form.contains("cache_policy") ? 2 : 6 }
  static let unit = "vector_unit: {lanes: 4, buffer: {size: 4 KiB, ping_pong: true}}\n"

  private func workload(_ more: String) throws -> Workload {
    let kv = more.contains("kv_heads") || more.contains("latent") ? "" : ", kv_heads: 2"
    let text = """
      name: small
      summary: A small model.
      source: made up
      transformer: {layers: 2, width: 16, heads: 4\(kv), ffn: 24, gated: true, vocabulary: 40, positions: 128\(more)}
      """
    return try Workload(
      SpecFile(path: "small.yaml", node: YAMLParser.parse(text, file: "small.yaml")))
  }

  private func cost(
    _ network: Network, _ text: ArchitectureText
  ) throws -> NetworkCost {
    try Evaluator(try design(text.text)).evaluate(network)
  }

  private func sequences(_ random: inout SeededRandom) -> [SequenceSpec] {
    (0..<Int.random(in: 1...3, using: &random)).map { _ in
      let isDecode = Bool.random(using: &random)
      return SequenceSpec(
        tokens: isDecode ? 1 : Int.random(in: 1...20, using: &random),
        context: Bool.random(using: &random) ? Int.random(in: 0...40, using: &random) : 0,
        count: Int.random(in: 1...3, using: &random))
    }
  }

  /// Bytes of weights and of cached keys and values from DRAM.
  private func reads(
    _ cost: NetworkCost, _ iteration: TransformerIteration
  ) -> (weights: Int, cached: Double) {
    cost.entries.reduce(into: (0, 0.0)) { sum, entry in
      guard let layer = entry.layer else { return }
      let read = entry.cost.traffic(.dram, .weight).read.count
      if layer.kernelRole == .weight {
        sum.0 += read
      } else if entry.name.hasSuffix("observed_scores") {
        // All keys once more.
      } else if let share = iteration.cachedKeys[entry.name] {
        sum.1 += Double(read) * Double(share.cached) / Double(share.all)
      }
    }
  }

  /// Where buffers hold whole layers, weights and cached tokens are read exactly once, and every
  /// multiply-accumulate is done once.
  @Test(arguments: forms) func everythingIsReadOnce(_ form: String) throws {
    var random = SeededRandom(seed: Self.seed)
    let loaded = try workload(form)
    for datapath in Self.datapaths {
      for _ in 0..<rounds(form) {
        let sequences = sequences(&random)
        let (iteration, network) = try #require(
          try loaded.iteration(IterationSpec(sequences: sequences)))
        var text = ArchitectureText()
        text.datapath = datapath
        let cost = try cost(network, text)
        let label = "seed \(Self.seed): \(sequences)\(form) on \(datapath)"
        let moved = reads(cost, iteration)
        let stored = network.layers.reduce(0) { $0 + $1.storedWeights }
        #expect(moved.weights == stored, "\(label)")
        if iteration.model.spec.experts == nil {
          #expect(Double(moved.weights) == iteration.weightBytes(weightBits: 8), "\(label)")
        }
        let cache: Double = iteration.cacheBytes(bits: 8).read
        #expect(abs(moved.cached - cache) < 1e-6, "\(label)")
        var macs: Int = iteration.linearMACs + iteration.attentionMACs + iteration.headMACs
        macs += iteration.choiceMACs + iteration.adapterMACs
        #expect(cost.macs == macs, "\(label)")
      }
    }
  }

  /// No buffer is so small and no link so odd that less is read, or that it takes less time than the
  /// pins allow.
  @Test(arguments: forms) func neverLessThanCompulsory(_ form: String) throws {
    var random = SeededRandom(seed: Self.seed + 1)
    let loaded = try workload(form)
    for datapath in Self.datapaths {
      for _ in 0..<rounds(form) {
        let sequences = sequences(&random)
        let (iteration, network) = try #require(
          try loaded.iteration(IterationSpec(sequences: sequences)))
        var text = ArchitectureText()
        text.datapath = datapath
        text.ports = "shared"
        let rate = Int.random(in: 1...40, using: &random) * 25
        text.rates = (rate, rate, rate)
        let size = 1 << Int.random(in: 9...14, using: &random)
        text.sizes = (size, size, size)
        if Bool.random(using: &random) { text.more = Self.unit }
        let cost = try cost(network, text)
        let label =
          "seed \(Self.seed + 1): \(sequences)\(form), \(rate) MB/s, \(size) B on \(datapath)"
        let moved = reads(cost, iteration)
        let stored = Double(network.layers.reduce(0) { $0 + $1.storedWeights })
        let cache = iteration.cacheBytes(bits: 8)
        #expect(Double(moved.weights) >= stored, "\(label)")
        #expect(moved.cached >= cache.read - 1e-6, "\(label)")
        // At 100 MHz a megabyte per second is a hundredth of a byte per cycle.
        let cycles: Double = (stored + cache.read + cache.written) * 100 / Double(rate)
        #expect(Double(cost.cycles.count) >= cycles, "\(label)")
      }
    }
  }

  /// Scores pass the pins where operators stand one behind the other, out of the array and in and out of
  /// the vector unit, and nowhere else.
  @Test(arguments: [(1, 30), (9, 0), (5, 12)]) func scores(tokens: Int, context: Int) throws {
    var text = ArchitectureText()
    text.more = Self.unit
    let spec = IterationSpec(phase: .chunk, tokens: tokens, context: context)
    func run(_ attention: String) throws -> NetworkCost {
      let made = try #require(
        try workload(", attention: \(attention), mask: causal").iteration(spec))
      return try cost(made.network, text)
    }
    let (tiled, unfused) = (try run("tiled"), try run("unfused"))
    func inner(_ cost: NetworkCost) -> (softmax: Int, scores: Int, values: Int) {
      cost.entries.reduce(into: (0, 0, 0)) { sum, entry in
        if entry.name.hasSuffix("attention.softmax") {
          sum.0 += entry.cost.dramRead.count + entry.cost.dramWrite.count
        } else if entry.name.hasSuffix("scores") {
          sum.1 += entry.cost.dramWrite.count
        } else if entry.name.hasSuffix("values") {
          sum.2 += entry.cost.traffic(.dram, .input).read.count
        }
      }
    }
    let (none, all) = (inner(tiled), inner(unfused))
    #expect([none.softmax, none.scores, none.values] == [0, 0, 0])
    let matrix: Int = 2 * 4 * tokens * (context + tokens)
    #expect([all.softmax, all.scores, all.values] == [2 * matrix, matrix, matrix])
    func moved(_ cost: NetworkCost) -> Int { cost.dramRead.count + cost.dramWrite.count }
    let most: Int = moved(unfused) - 4 * matrix
    #expect(moved(tiled) <= most)
  }

  /// New keys and values are stored, whatever is fused to what makes them.
  @Test(arguments: ["", unit]) func newKeysAreAppended(_ more: String) throws {
    let made = try #require(
      try workload("").iteration(IterationSpec(phase: .decode, context: 10, batch: 3)))
    let appended = Set(made.network.graph.outputs.map { made.network.tensors[$0].name })
    var text = ArchitectureText()
    text.more = more
    let maps = try cost(made.network, text).maps
    let stored = maps.maps.maps.enumerated().filter {
      $0.element.isWanted && $0.element.producer != nil && maps.isStored($0.offset)
    }
    let logits = 3 * 40
    let elements: Int = stored.map(\.element.elements).reduce(0, +)
    #expect(elements - logits == made.iteration.cacheElements.written)
    #expect(appended.count == 2 * 2 + 1)
  }

  /// Choosing pages passes the pins as its minima and maxima do, and takes the time of its work, with a vector unit
  /// and without.
  @Test(arguments: ["", unit]) func choosingPages(_ more: String) throws {
    let spec = IterationSpec(phase: .decode, context: 96, batch: 2)
    func run(_ policy: String) throws -> (TransformerIteration, NetworkCost) {
      let made = try #require(try workload(", cache_policy: {\(policy)}").iteration(spec))
      var text = ArchitectureText()
      text.more = more
      return (made.iteration, try cost(made.network, text))
    }
    let (all, quest) = (
      try run("kind: full"), try run("kind: quest, budget: 16, page: 4")
    )
    #expect(reads(all.1, all.0).cached == all.0.cacheBytes(bits: 8).read)
    #expect(reads(quest.1, quest.0).cached == quest.0.cacheBytes(bits: 8).read)
    // 24 pages of twice the features and 16 tokens of keys and values, of 96.
    #expect(quest.0.cacheBytes(bits: 8).read * 96 == all.0.cacheBytes(bits: 8).read * (24 + 16))
    #expect(quest.1.dramRead < all.1.dramRead)
    #expect(quest.1.dramWrite <= all.1.dramWrite)
    #expect(quest.1.cycles < all.1.cycles)
  }

  /// Fewer bits pass the pins, and nothing else changes.
  @Test func storedWidths() throws {
    let spec = IterationSpec(phase: .decode, context: 32, batch: 2)
    let plain = try #require(try workload("").iteration(spec))
    let packed = try #require(
      try workload(
        ", weights: {bits: 4, group: 8, scale_bits: 8}, head_weights: {bits: 8}, cache: {bits: 4, scale_bits: 16}"
      ).iteration(spec))
    let text = ArchitectureText()
    let (wide, narrow) = (try cost(plain.network, text), try cost(packed.network, text))
    #expect(wide.macs == narrow.macs)
    let moved = reads(narrow, packed.iteration)
    #expect(Double(moved.weights) == packed.iteration.weightBytes(weightBits: 8))
    #expect(moved.weights < reads(wide, plain.iteration).weights)
    // 4 elements of a head and a scale of 16 bits are 8 bits each; products read whole bytes.
    #expect(moved.cached >= packed.iteration.cacheBytes(bits: 8).read - 1e-6)
    #expect(narrow.weightBytes < wide.weightBytes)
  }
}
