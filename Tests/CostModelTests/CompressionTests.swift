import Architectures
import Components
import CostModel
import Inputs
import Networks
import TestSupport
import Testing
import Units

// Is the expected size that of real words, and do bytes, time and energy of a link follow it?
@Suite struct CompressionTests {
  private static let seed: UInt64 = 20_261_128

  private func code(_ text: String) throws -> CompressionSpec {
    try SpecFile(path: "c.yaml", node: try YAMLParser.parse(text, file: "c.yaml"))
      .decode(CompressionSpec.self)
  }

  private func code(_ run: Int, _ value: Int, _ word: Int) throws -> CompressionSpec {
    try code("{kind: run-length, run: \(run) bit, value: \(value) bit, word: \(word) bit}")
  }

  // MARK: The code

  /// Values of the closed form by hand: a pair for each value, and one more for every 32 zeros.
  @Test(arguments: [(0.0, 1.3333), (0.25, 1.0), (0.5, 0.6667), (0.9, 0.1381), (1.0, 1.0 / 24)])
  func theChipsRatio(_ zeros: Double, _ ratio: Double) throws {
    let found = try code(5, 16, 64).ratio(zeros: zeros, element: Bits(16))
    #expect(abs(found - ratio) < 0.00005)
  }

  /// One word for eleven values.
  @Test func theWordOfTheFormat() {
    let code = RunLengthCode(run: 5, value: 16, word: 64)
    let map = [0, 0, 12, 0, 0, 0, 0, 53, 0, 0, 22]
    #expect(code.pairs(map) == [.init(2, 12), .init(4, 53), .init(2, 22)])
    #expect(code.words(map).count == 1)
    #expect(code.map(code.words(map), count: map.count) == map)
  }

  /// Words that are really written, of maps that are really random, are as many as expected.
  ///
  /// The spread of the mean of n elements is below 1 / sqrt(n) of it for any share but all zeros; six of
  /// these, and a word at the end.
  @Test(arguments: [(5, 16, 64), (4, 8, 32), (1, 8, 10), (3, 12, 100), (8, 8, 17)])
  func expectedWordsAreWrittenWords(_ run: Int, _ value: Int, _ word: Int) throws {
    let (oracle, spec) = (
      RunLengthCode(run: run, value: value, word: word), try code(run, value, word)
    )
    var random = SeededRandom(seed: Self.seed)
    let count = 40_000
    for share in [0, 0.1, 0.25, 0.5, 0.724, 0.9, 0.99, 1] {
      let map = (0..<count).map { _ in
        Double.random(in: 0..<1, using: &random) < share
          ? 0 : Int.random(in: 1..<1 << value, using: &random)
      }
      let words = oracle.words(map)
      #expect(oracle.map(words, count: count) == map)
      let zeros = Double(map.filter { $0 == 0 }.count) / Double(count)
      let expected = spec.bitsPerElement(zeros: zeros) * Double(count) / Double(word)
      #expect(
        abs(Double(words.count) - expected) <= 6 * expected / Double(count).squareRoot() + 1,
        "seed \(Self.seed), zeros \(zeros): \(words.count) words, expected \(expected)")
    }
  }

  /// More zeros never take more bits, and no share is a special case of its neighbours.
  @Test(arguments: [(1, 1, 3), (5, 16, 64), (16, 64, 4096)])
  func moreZerosTakeLess(_ run: Int, _ value: Int, _ word: Int) throws {
    let code = try code(run, value, word)
    var last = code.bitsPerElement(zeros: 0)
    #expect(last == Double(word) / Double(code.pairs))
    for step in 1...1000 {
      let next = code.bitsPerElement(zeros: Double(step) / 1000)
      #expect(next <= last && next > 0)
      last = next
    }
    let near = code.bitsPerElement(zeros: 1 - 1e-12)
    #expect(abs(near - last) <= 1e-6 * last)
    #expect(last == Double(word) / Double(code.pairs) / Double(1 << run))
  }

  /// A quarter of zeros is what three pairs in 64 bit take back.
  @Test func fewZerosExpand() throws {
    let code = try code(5, 16, 64)
    #expect(code.ratio(zeros: 0.2, element: Bits(16)) > 1)
    #expect(code.ratio(zeros: 0.26, element: Bits(16)) < 1)
  }

  // MARK: The link

  private static let layer = Layer(
    name: "a", operation: .convolution, kernels: 64, channels: 32, kernel: (3, 3),
    input: (16, 16), padding: 1)

  private func layer(_ input: Double?, _ output: Double?) -> Layer {
    var layer = Self.layer
    layer.zeros = ZeroShares(reads: [input], written: output)
    return layer
  }

  private static let datapaths = [
    "{kind: systolic-array, rows: 8, columns: 8, dataflow: weight-stationary, folds: serial, stationary_load: exposed}",
    "{kind: row-stationary-array, rows: 6, columns: 8, input_scratchpad: 12, weight_scratchpad: 64, sum_scratchpad: 8, input_bus: 1, weight_bus: 4, sum_bus: 4}",
    "{kind: dot-product-array, output_channels: 8, input_channels: 9, taps: 9, pixels: 1, sweep: input-pixels, pointwise: fold-input, depthwise_channels: 9, pass_overhead: 0 cycles}",
  ]

  private func coded(_ datapath: String, _ more: String = "", links: Bool = true) throws -> Design {
    var text = ArchitectureText()
    text.datapath = datapath
    text.bits = (16, 16, 16, 32)
    text.rates = (100, 400, 100)
    if links {
      text.code =
        ", compression: {kind: run-length, run: 5 bit, value: 16 bit, word: 64 bit\(more)}"
    }
    // Strips are to be as large as they can be.
    if !datapath.contains("row-stationary") { text.more = "mapping: {rule: largest}" }
    return try design(text.text)
  }

  /// Bytes are the raw ones times the ratio, whatever the array; buffers see what they saw.
  @Test(arguments: datapaths) func bytesFollowTheRatio(_ datapath: String) throws {
    let raw = try #require(
      LayerCostModel(try coded(datapath, links: false)).cost(of: layer(0.6, 0.8)).cost)
    let model = LayerCostModel(try coded(datapath))
    let cost = try #require(model.cost(of: layer(0.6, 0.8)).cost)
    #expect(raw.uncoded == nil)
    for (operand, zeros) in [(Operand.input, 0.6), (.output, 0.8)] {
      let (own, other) = (cost.traffic(.dram, operand), raw.traffic(.dram, operand))
      let bytes = Double((own.read + own.write).count)
      let expected =
        Double((other.read + other.write).count)
        * (try code(5, 16, 64).ratio(zeros: zeros, element: Bits(16)))
      // Every transfer is rounded up to a bit, and there are fewer of them than bytes over a hundred.
      #expect(abs(bytes - expected) <= 0.002 * expected, "\(operand)")
    }
    #expect(cost.uncoded?.input == raw.traffic(.dram, .input).read)
    #expect(cost.uncoded?.output == raw.traffic(.dram, .output).write)
    #expect(cost.total < raw.total)
    #expect(cost.cycles[.compute] == raw.cycles[.compute])
    for (own, other) in zip(cost.traffic, raw.traffic) where own.level != .dram {
      #expect(own == other)
    }
    func dram(_ cost: LayerCost) -> Double {
      cost.energy.reduce(0) {
        [.dramRead, .dramWrite].contains($1.component) ? $0 + $1.amount.value : $0
      }
    }
    #expect(dram(cost) < dram(raw))
  }

  /// What nobody knows crosses as it is, and so does the network's input where the file says so.
  @Test func unknownMapsCrossAsTheyAre() throws {
    let model = LayerCostModel(try coded(Self.datapaths[0]))
    let plain = try #require(model.cost(of: Self.layer).cost)
    #expect(plain.traffic(.dram, .input).read == plain.uncoded?.input)
    #expect(plain.traffic(.dram, .output).write == plain.uncoded?.output)
    let half = try #require(model.cost(of: layer(nil, 0.5)).cost)
    #expect(half.traffic(.dram, .input).read == plain.traffic(.dram, .input).read)
    #expect(half.traffic(.dram, .output).write < plain.traffic(.dram, .output).write)
    var first = layer(0.9, nil)
    first.zeros = ZeroShares(reads: [0.9], written: nil, readsInput: true)
    let coded = try #require(model.cost(of: first).cost)
    #expect(coded.traffic(.dram, .input).read < plain.traffic(.dram, .input).read)
  }

  /// A map without zeros takes a third more, and the time of it.
  @Test func expansionIsPaidFor() throws {
    let model = LayerCostModel(try coded(Self.datapaths[0]))
    let plain = try #require(model.cost(of: Self.layer).cost)
    let coded = try #require(model.cost(of: layer(0, 0)).cost)
    #expect(coded.total > plain.total)
    let (bytes, raw) = (coded.traffic(.dram, .output).write, plain.traffic(.dram, .output).write)
    #expect(abs(Double(bytes.count) / Double(raw.count) - 4.0 / 3) < 0.001)
  }

  /// A coder as slow as the link leaves its time as it was and takes its bytes.
  @Test func aSlowCoderKeepsTheTime() throws {
    let raw = try #require(LayerCostModel(try coded(Self.datapaths[1])).cost(of: Self.layer).cost)
    let slow = try #require(
      LayerCostModel(try coded(Self.datapaths[1], ", rate: 100 MB/s")).cost(of: layer(0.5, 0.5))
        .cost)
    #expect(slow.total == raw.total)
    #expect(slow.dramRead < raw.dramRead)
    let fast = try #require(
      LayerCostModel(try coded(Self.datapaths[1], ", rate: 1 GB/s")).cost(of: layer(0.5, 0.5)).cost)
    #expect(fast.total < slow.total)
    #expect(fast.dramRead == slow.dramRead)
  }

  /// The bound that keeps integers whole bounds coded layers too.
  @Test func theEstimateIsNoMoreThanTheCost() throws {
    let design = try coded(Self.datapaths[1])
    let network = Network(name: "n", subnet: nil, layers: [layer(0.4, 0.9)])
    let evaluator = Evaluator(design)
    let cost = try evaluator.evaluate(network)
    let estimate = evaluator.estimate(network, batch: 1)
    #expect(estimate.dramBytes <= Double((cost.dramRead + cost.dramWrite).count))
    #expect(estimate.cycles <= Double(cost.cycles.count))
  }
}
