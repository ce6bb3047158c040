import Architectures
import Components
import CostModel
import Inputs
import Networks
import TestSupport
import Testing
import Units

// Do many cores take tiles in waves, and do calibrations slow down what they name and nothing else?
@Suite struct TensorCoreTests {
  /// Four cores of 16 multiply-accumulates at 100 MHz, operands of 8 bits.
  private func text(
    _ more: String = "", tiles: String = "[{rows: 4, columns: 4}, {rows: 2, columns: 2}]",
    rate: String = "unlimited", overlap: String = "ping-pong", after: String = ""
  ) -> String {
    """
    name: cores
    summary: Cores.
    source: made up
    frequency: 100 MHz
    layer_overhead: 0 cycles
    precision: {input: 8 bit, weight: 8 bit, output: 8 bit, accumulator: 32 bit}
    datapath: {kind: tensor-core-array, cores: 4, macs: 16, tiles: \(tiles), attention_rows: 4\(more)}
    memory:
      dram: {bandwidth: \(rate), ports: shared}
      transfers:
        input: {bandwidth: \(rate), overlap: \(overlap), channel_alignment: 1}
        weight: {bandwidth: \(rate), overlap: \(overlap), channel_alignment: 1}
        output: {bandwidth: \(rate), overlap: \(overlap), channel_alignment: 1}
      buffers:
        - {name: l2, holds: [input, weight], size: 1 MiB, ping_pong: false}
        - {name: sums, holds: [output], size: 1 MiB, ping_pong: false}
    energy: {table: horowitz-45nm, dram: ddr4-18}
    \(after)
    """
  }

  private static let product = Layer(
    name: "product", product: .linear, kernels: 6, channels: 10, positions: 6)

  private func cycles(_ text: String, _ layer: Layer = product) throws -> Int {
    try #require(LayerCostModel(design(text)).cost(of: layer).cost).total.count
  }

  @Test func wavesByHand() throws {
    // 4 x 4: 4 tiles, one wave of 16 x 10 / 16 cycles. 2 x 2: 9 tiles, 3 waves of 4 x 10 / 16: 7.5.
    #expect(try cycles(text(tiles: "[{rows: 4, columns: 4}]")) == 10)
    #expect(try cycles(text()) == 8)
    // At a quarter of the rate small tiles take 30 cycles.
    #expect(try cycles(text(", small_tile_exponent: 1.0")) == 10)
    // Two elements more of ten.
    #expect(try cycles(text(", ramp: 2", tiles: "[{rows: 4, columns: 4}]")) == 12)
    // Of two groups of 3 kernels and 5 channels the tiles go out together: 2 x 2 = 4, one wave of 5.
    let grouped = Layer(
      name: "grouped", product: .linear, kernels: 6, channels: 10, positions: 6, groups: 2)
    #expect(try cycles(text(tiles: "[{rows: 4, columns: 4}]"), grouped) == 5)
  }

  @Test func transfersByHand() throws {
    // 60 bytes of input and weights each and 36 of results at 12 bytes a cycle: 5 + 5 + 3 cycles.
    let slow = "1200 MB/s"
    #expect(try cycles(text(rate: slow)) == 13)
    #expect(try cycles(text(rate: slow, overlap: "none")) == 13 + 8)
    // The root of 8 x 8 + 13 x 13 is 15.26.
    #expect(try cycles(text(", overlap_exponent: 2.0", rate: slow)) == 16)
  }

  @Test func attentionByHand() throws {
    // Two heads of keys, two queries of each, 5 tokens of 5: blocks of 4 rows, 2 for each of 4 heads, in
    // 2 waves that walk all 6 keys of the folded rows. Scores: 4 x 6 x 8 / 16 = 12 cycles a wave.
    var scores = Layer(
      name: "scores", product: .matrixProduct, kernels: 12, channels: 16, positions: 5, groups: 2,
      kernelRole: .activation)
    scores.attention = AttentionWork(tokens: 5, queries: 2, headsOfKeys: 2)
    #expect(try cycles(text(), scores) == 24)
    // A token of each sequence: both groups, 16 rows x 6 x 8 products, divided among 4 x 16 lanes.
    scores.attention = AttentionWork(tokens: 1, queries: 2, headsOfKeys: 2)
    #expect(try cycles(text(), scores) == 24)
    // Half a microsecond before each product, and one for each of the two sequences.
    scores.attention = AttentionWork(tokens: 1, queries: 2, headsOfKeys: 1)
    let started = text(after: "calibration: {attention: {decode: {start: 1 us, sequence: 2 us}}}")
    #expect(try cycles(started, scores) == 24 + 50 + 2 * 100)
    // A block of up to 128 tokens takes its time once for each sequence.
    scores.attention = AttentionWork(tokens: 5, queries: 2, headsOfKeys: 1)
    let blocks = text(after: "calibration: {attention: {prefill: {row_block: 2 us}}}")
    #expect(try cycles(blocks, scores) == 24 + 2 * 100)
  }

  @Test func timesThatAreTooLongAreRefused() throws {
    var scores = Layer(
      name: "scores", product: .matrixProduct, kernels: 1 << 30, channels: 1 << 26, positions: 1,
      groups: 1 << 26, kernelRole: .activation)
    scores.attention = AttentionWork(tokens: 1 << 30, queries: 1, headsOfKeys: 1)
    let long = text(after: "calibration: {attention: {prefill: {row_block: 1000 ms}}}")
    #expect(try LayerCostModel(design(long)).cost(of: scores).cost == nil)
  }

  @Test func sharesByHand() throws {
    let tiles = "[{rows: 4, columns: 4}]"
    #expect(try cycles(text(tiles: tiles, after: "calibration: {compute: 50 %}")) == 20)
    #expect(try cycles(text(tiles: tiles, after: "calibration: {start: 1 us}")) == 110)
    // 6 bytes a cycle: 10 + 10 + 6 cycles.
    let half = text(rate: "1200 MB/s", after: "calibration: {bandwidth: 50 %}")
    #expect(try cycles(half) == 26)
  }

  @Test func calibrationsOfNothingChangeNothing() throws {
    for seed in UInt64(1)...60 {
      var random = SeededRandom(seed: seed)
      var text = randomArchitecture(&random)
      let layer = randomLayer(&random)
      guard let before = try LayerCostModel(design(text.text)).cost(of: layer).cost else {
        continue
      }
      for section in ["{}", "{compute: 100 %, bandwidth: 100 %, start: 0 us}"] {
        text.more = "calibration: \(section)"
        let after = try LayerCostModel(design(text.text)).cost(of: layer).cost
        #expect(after == before, "seed \(seed)")
      }
    }
  }

  @Test func lowerSharesAreNeverFaster() throws {
    var slower = 0
    for seed in UInt64(1)...60 {
      var random = SeededRandom(seed: seed)
      var text = randomArchitecture(&random)
      if seed.isMultiple(of: 6) { text.datapath = randomTensorCores(&random) }
      let layer = randomLayer(&random)
      var last: Int?
      for share in [100, 80, 40, 10] {
        text.more = "calibration: {compute: \(share) %, bandwidth: \(share) %}"
        guard let cost = try LayerCostModel(design(text.text)).cost(of: layer).cost else { break }
        let parts = CycleCause.allCases.reduce(0) { $0 + cost.cycles[$1].count }
        #expect(parts == cost.total.count, "seed \(seed), \(share) %")
        if let last {
          #expect(cost.total.count >= last, "seed \(seed), \(share) %\n\(text.text)")
          slower += cost.total.count > last ? 1 : 0
        }
        last = cost.total.count
      }
    }
    #expect(slower > 60, "\(slower)")
  }

  /// Devices of `arch` that are calibrated on language models.
  static let devices = [
    "a100-like", "h100-like", "rtx-pro-6000-like", "tpu-v6e-like", "kv260-llama", "laptop-npu-like",
  ]

  @Test(arguments: devices) func noDecodeIsFasterThanTheBandwidth(_ device: String) throws {
    let evaluator = Evaluator(try design(named: device))
    let spec = evaluator.design.architecture.spec
    let rate = Double(try #require(spec.memory.dram.bandwidth.bytesPerSecond))
    for (seed, model) in zip(UInt64(1)..., ["qwen2.5-0.5b", "gpt2", "tinyllama-1.1b"]) {
      var random = SeededRandom(seed: seed)
      let workload = try Workload(Repository.file("workloads/\(model).yaml"))
      let asked = IterationSpec(
        phase: .decode, context: random.within(1...1000), batch: random.within(1...8))
      let made = try #require(try workload.iteration(asked))
      let cost = try evaluator.evaluate(made.network)
      let widths = (spec.precision.weight.count, spec.precision.input.count)
      let bytes =
        made.iteration.weightBytes(weightBits: widths.0)
        + made.iteration.cacheBytes(bits: widths.1).read
      let seconds = spec.frequency.seconds(cost.cycles)
      #expect(seconds >= bytes / rate, "seed \(seed), \(model): \(asked)")
    }
  }
}
