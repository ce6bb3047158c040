import CostModel
import Networks
import ReferenceModel
import TestSupport
import Testing
import Units
import WeightAnalysis

// Do the sparse twins do what their documentation says, and would a wrong one be seen?
@Suite struct SparseTwinTests {
  /// One kernel per mask, 1 x 1, as many channels as columns, on a row of pixels.
  private struct Sample {
    let layer: Layer
    let operands: LayerOperands

    init(_ masks: [[Int]], pixels: Int, scheme: QuantizationScheme = .signedBinary) throws {
      layer = Layer(
        name: "small", operation: .convolution, kernels: masks.count, channels: masks[0].count,
        kernel: (1, 1), input: (1, pixels))
      let tensor = try QuantizedTensor(
        classifying: masks.joined().map { Float($0) },
        shape: FilterShape(
          kernels: masks.count, channels: masks[0].count, rows: 1, columns: 1), claimed: scheme)
      operands = LayerOperands(
        input: (0..<masks[0].count * pixels).map { Int8(5 * $0 % 23 - 11) }, quantized: tensor)
    }
  }

  private func design(_ datapath: String) throws -> Design {
    try TestSupport.design(SmallArchitecture.architecture(datapath))
  }

  /// The twin of one datapath on the mapping of another.
  private func run(
    _ datapath: String, _ sample: Sample, mapping other: String? = nil
  ) throws -> ReferenceRun {
    let design = try design(datapath)
    let cost = try #require(
      LayerCostModel(try other.map { try self.design($0) } ?? design).cost(
        of: sample.layer, weights: sample.operands.quantized
      ).cost)
    let machine = try #require(
      ReferenceMachine(design.architecture, datapath: design.datapath))
    let run = try machine.run(sample.layer, sample.operands, mapping: #require(cost.mapping))
    #expect(run.sums == sample.operands.convolution(sample.layer, batch: 1))
    return run
  }

  private func gemm(multipliers: Int, bandwidth: Int, kernels: Int = 8) -> String {
    """
    {kind: sparse-gemm-array, multipliers: \(multipliers), distribution_bandwidth: \(bandwidth), \
    kernels_per_tile: \(kernels)}
    """
  }

  @Test func packedKernelsByHand() throws {
    // Two multipliers on a port: two turns for the weights and for each of three pixels, a latch,
    // the product, two levels, the bus and the buffer.
    let sample = try Sample(
      [[1, 0, -1, 0], [0, 0, 0, 0], [0, 0, 1, 1]], pixels: 3, scheme: .ternary)
    let run = try run(gemm(multipliers: 4, bandwidth: 2), sample)
    #expect(run.cycles == 2 * 4 + 1 + 1 + 2 + 2)
    #expect(run.traffic.inputReads == 3 * 4)
    #expect(run.traffic.weightReads == 4)
    #expect(run.traffic.outputReads == 0)
    #expect(run.traffic.outputWrites == 3 * 2)
    let work = try #require(run.traffic.work)
    #expect(work.multiplications == 3 * 4)
    #expect(work.additions == 3 * 2)
    #expect(work.registerAccesses == 4 + 3 * 4)
  }

  private func rows(_ queue: Int, elements: Int = 2, indexBits: Int = 1, together: Int = 8)
    -> String
  {
    """
    {kind: sparse-gemm-array, multipliers: \(elements), distribution_bandwidth: 1, \
    kernels_per_tile: \(together), binding: row, queue: \(queue), index_bits: \(indexBits)}
    """
  }

  /// Columns of (3, 0), (0, 3) and (1, 1) entries on two elements; with a queue of one the second and
  /// the third broadcast wait for the slower element, with longer ones the third waits for both.
  @Test(arguments: [(1, 7), (2, 5), (8, 5)])
  func queuesByHand(queue: Int, cycles: Int) throws {
    let masks = [[1, 0, 1], [0, 1, 1], [-1, 0, 0], [0, -1, 0], [1, 0, 0], [0, 1, 0]]
    let run = try run(rows(queue), Sample(masks, pixels: 2, scheme: .ternary))
    #expect(run.cycles == 2 * cycles)
    #expect(run.traffic.inputReads == 2 * 3)
    #expect(run.traffic.weightReads == 2 * 8)
    #expect(run.traffic.outputWrites == 2 * 6)
    let work = try #require(run.traffic.work)
    #expect(work.multiplications == 2 * 8)
    #expect(work.registerAccesses == 2 * (2 * 8 + 2 * 2 * 3))
  }

  /// Two, three and five zeros of an element before a weight at one bit: one, one and two fillers.
  @Test func fillersByHand() throws {
    let column = [0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, -1, 0, 0]
    let sample = try Sample(column.flatMap { [[$0], [0]] }, pixels: 1, scheme: .ternary)
    let run = try run(rows(1, together: 64), sample)
    #expect(run.cycles == 3 + 4)
    #expect(run.traffic.weightReads == 7)
    #expect(run.traffic.weightBits == 7 * (8 + 1))
  }

  @Test func foldsByHand() throws {
    // Folds of 2 + 1 + 1 weights, the later ones with the partial sum beside them.
    let sample = try Sample([[1, -1, 0, 1, 1]], pixels: 3, scheme: .ternary)
    let run = try run(gemm(multipliers: 2, bandwidth: 2), sample)
    #expect(run.cycles == 3 * (4 + 1 + 1 + 2))
    #expect(run.traffic.inputReads == 3 * 5)
    #expect(run.traffic.outputReads == 2 * 3)
    #expect(run.traffic.outputWrites == 3 * 3)
    #expect(run.traffic.work?.additions == 3 * 3)
  }

  private func repetition(
    mode: String = "sparse-repetition", reuse: String = "trie", tileWidth: Int = 4,
    block: Int = 8, adders: (Int, Int) = (2, 2), loads: Int = 4, banks: Int = 0,
    zeroTiles: String = "skipped", deadColumns: String = "skipped"
  ) -> String {
    """
    {kind: sparse-repetition-array, mode: \(mode), reuse: \(reuse), tile_width: \(tileWidth), \
    filter_block: \(block), pixels: 2, pattern_adders: \(adders.0), merge_adders: \(adders.1), \
    activation_loads: \(loads), weight_bits_per_cycle: 1024, pattern_banks: \(banks), \
    zero_tiles: \(zeroTiles), dead_columns: \(deadColumns), activation_width: 8 bit}
    """
  }

  /// Bit j is column j: 0111, 1111, 0011, 1011, 0111 from the highest column.
  private let masks = [
    [1, 1, 1, 0], [1, 1, 1, 1], [1, 1, 0, 0], [-1, -1, 0, -1], [-1, -1, -1, 0],
  ]

  @Test func oneTileByHand() throws {
    // Load 1, build 1 + 1 + 1 (levels of 1, 2 and 1 sums), merge ceil(5 / 2); two groups of pixels.
    let run = try run(repetition(), Sample(masks, pixels: 3))
    #expect(run.cycles == 2 * (1 + 3 + 3))
    #expect(run.traffic.inputReads == 3 * 4)
    #expect(run.traffic.weightReads == 2 * 20)
    let work = try #require(run.traffic.work)
    #expect(work.narrowAdditions == 3 * 4)
    #expect(work.additions == 0)
    #expect(work.localWrites == 3 * 4)
    // Three sums of more than two columns, and every filter's own.
    #expect(work.localReads == 3 * (3 + 5))
    // Four columns loaded, two and three read to build, sums of two words written once.
    #expect(work.registerAccesses == 3 * (4 + 5 + 5 * 2))
  }

  @Test func offsetBinaryByHand() throws {
    // All weights of the second tile are negative: nothing is merged there, but its activations are
    // part of the sum of all. Load 1 and 1 beside merge 1; then 4 - 1 + 2 additions on four adders.
    let sample = try Sample([[1, 1, -1, -1], [1, 1, -1, -1]], pixels: 2, scheme: .binary)
    let run = try run(repetition(tileWidth: 2), sample)
    #expect(run.cycles == 1 + 1 + 1 + 2)
    #expect(run.traffic.inputReads == 2 * 4)
    #expect(run.traffic.work?.additions == 2 * (3 + 2))
  }

  @Test(arguments: [
    ("sparse-repetition", 4), ("sparse", 4), ("repetition", 4), ("dense", 4),
    ("sparse-repetition", 2),
  ])
  func modelAndTwinAgree(mode: String, width: Int) throws {
    let text = repetition(mode: mode, tileWidth: width, banks: 2)
    let sample = try Sample(masks, pixels: 5)
    let cost = try #require(
      LayerCostModel(design(text)).cost(of: sample.layer, weights: sample.operands.quantized).cost)
    let run = try run(text, sample)
    #expect(run.cycles == cost.total.count)
    #expect(run.traffic.work?.registerAccesses == cost.work[.registerAccesses])
  }

  /// A twin with one thing wrong has other cycles or counts than the right one.
  @Test func aWrongTwinIsSeen() throws {
    let right = repetition(banks: 4)
    // The second tile is all zero, the last has a dead column.
    let masks = self.masks.map { $0 + [0, 0, 0, 0] + [$0[0], 0, $0[2], $0[3]] }
    let sample = try Sample(masks, pixels: 4)
    let expected = try run(right, sample)
    let wrong = [
      repetition(mode: "sparse", banks: 4), repetition(mode: "repetition", banks: 4),
      repetition(reuse: "direct", banks: 4), repetition(tileWidth: 3, banks: 4),
      repetition(adders: (1, 2), banks: 4), repetition(adders: (2, 1), banks: 4),
      repetition(loads: 1, banks: 4),
      repetition(banks: 4, zeroTiles: "visited"), repetition(banks: 4, deadColumns: "loaded"),
    ]
    for text in wrong {
      let run = try run(text, sample, mapping: right)
      #expect(run.cycles != expected.cycles || run.traffic != expected.traffic, "\(text)")
    }
    // Banks count where merging takes longest; five of them hold the four sums apart.
    let (five, one) = (
      repetition(adders: (4, 4), banks: 5), repetition(adders: (4, 4), banks: 1)
    )
    #expect(try run(five, sample).cycles < run(one, sample).cycles)
    let packed = try Sample(masks, pixels: 4, scheme: .ternary)
    let gemm = try run(self.gemm(multipliers: 16, bandwidth: 8), packed)
    for text in [
      self.gemm(multipliers: 8, bandwidth: 4), self.gemm(multipliers: 16, bandwidth: 4),
      self.gemm(multipliers: 16, bandwidth: 8, kernels: 1),
    ] {
      let run = try run(text, packed, mapping: self.gemm(multipliers: 16, bandwidth: 8))
      #expect(run.cycles != gemm.cycles, "\(text)")
    }
    let bound = try run(self.rows(2), packed)
    for text in [
      self.rows(1), self.rows(2, elements: 4), self.rows(2, together: 2),
      self.rows(2, indexBits: 2),
    ] {
      let run = try run(text, packed, mapping: self.rows(2))
      #expect(run.cycles != bound.cycles || run.traffic != bound.traffic, "\(text)")
    }
  }
}
