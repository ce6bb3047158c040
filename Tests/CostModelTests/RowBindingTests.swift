import Architectures
import CostModel
import Networks
import TestSupport
import Testing
import Units
import WeightAnalysis

// Do elements that own rows take the time of their entries, their queues and their broadcasts?
@Suite struct RowBindingTests {
  private func design(
    elements: Int, queue: Int, indexBits: Int = 4, together: Int = 4096, binding: String = "row"
  ) throws -> Design {
    var text = ArchitectureText()
    text.datapath = """
      {kind: sparse-gemm-array, multipliers: \(elements), distribution_bandwidth: 1, \
      kernels_per_tile: \(together), binding: \(binding), queue: \(queue), index_bits: \(indexBits)}
      """
    return try TestSupport.design(text.text)
  }

  private func tensor(_ rows: [[Int8]], taps: Int = 1) throws -> QuantizedTensor {
    try QuantizedTensor(
      classifying: rows.joined().map { Float($0) },
      shape: FilterShape(
        kernels: rows.count, channels: rows[0].count / taps, rows: taps, columns: 1),
      claimed: .ternary)
  }

  private func layer(_ tensor: QuantizedTensor, pixels: Int = 1, zeros: Double? = nil) -> Layer {
    let shape = tensor.shape
    var layer = Layer(
      name: "matrix", operation: .convolution, kernels: shape.kernels, channels: shape.channels,
      kernel: (shape.rows, 1), input: (shape.rows, pixels))
    if let zeros { layer.zeros = ZeroShares(reads: [zeros], written: nil) }
    return layer
  }

  private func cost(
    _ tensor: QuantizedTensor, on design: Design, pixels: Int = 1, zeros: Double? = nil
  ) throws -> LayerCost {
    try #require(
      LayerCostModel(design).cost(
        of: layer(tensor, pixels: pixels, zeros: zeros), weights: tensor
      ).cost)
  }

  /// Columns of (3, 0), (0, 3) and (1, 1) entries on two elements.
  private let uneven: [[Int8]] = [
    [1, 0, 1], [0, 1, 1], [-1, 0, 0], [0, -1, 0], [1, 0, 0], [0, 1, 0],
  ]

  @Test(arguments: [(1, 7), (2, 5), (8, 5)])
  func queuesByHand(queue: Int, cycles: Int) throws {
    let cost = try cost(tensor(uneven), on: design(elements: 2, queue: queue))
    #expect(cost.arrayCycles == Cycles(cycles))
    // Evenly spread, eight entries take four cycles.
    #expect(cost.work[.laneOperations] == 2 * 4)
    #expect(cost.work[.multiplications] == 8)
    #expect(cost.work[.inputReads] == 3)
    #expect(cost.work[.outputWrites] == 6)
    #expect(cost.work[.registerAccesses] == 2 * 8 + 2 * 2 * 3)
  }

  @Test func vectorsFollowOneAnother() throws {
    let cost = try cost(tensor(uneven), on: design(elements: 2, queue: 8), pixels: 3)
    #expect(cost.arrayCycles == Cycles(3 * 5))
    #expect(cost.work[.weightReads] == 3 * 8)
  }

  /// Rows beyond the sums that elements keep follow in a second pass: rows 0 to 3, then 4 and 5.
  @Test func passesOfRowsByHand() throws {
    let cost = try cost(tensor(uneven), on: design(elements: 2, queue: 8, together: 4))
    // (2, 0), (0, 2), (1, 1): 2, then 3, then 4; (1, 0), (0, 1), (0, 0): a cycle each.
    #expect(cost.arrayCycles == Cycles(4 + 3))
    #expect(cost.work[.inputReads] == 2 * 3)
    #expect(cost.work[.outputWrites] == 6)
  }

  /// An element that has no entry of a column looks at it for a cycle.
  @Test func emptyColumnsTakeACycle() throws {
    let cost = try cost(tensor([[0, 0, 0, 1], [0, 0, 0, 0]]), on: design(elements: 2, queue: 8))
    #expect(cost.arrayCycles == Cycles(4))
    #expect(cost.work[.weightReads] == 1)
  }

  /// One element, one column: gaps of 3, 4 and 9 zeros at two bits are 0, 1 and 2 fillers; zeros behind
  /// the last weight leave none.
  @Test func fillersByHand() throws {
    var column: [Int8] = []
    for gap in [3, 4, 9] { column += [Int8](repeating: 0, count: gap) + [1] }
    column += [0, 0, 0, 0, 0]
    // The second element of each pair of rows has nothing.
    let rows: [[Int8]] = column.flatMap { (value: Int8) -> [[Int8]] in [[value], [0]] }
    let design = try design(elements: 2, queue: 1, indexBits: 2)
    let cost = try cost(tensor(rows), on: design)
    #expect(cost.arrayCycles == Cycles(3 + 3))
    #expect(cost.work[.weightReads] == 6)
    // Eight bits of weight and two of index for every entry.
    let bits = Bits(6 * (8 + 2))
    #expect(cost.traffic(.dram, .weight).read == Bytes(holding: bits))
    #expect(cost.traffic(.buffer(of: .weight), .weight).read == Bytes(holding: bits))
    let network = Network(name: "one", subnet: nil, layers: [layer(try tensor(rows))])
    let whole = try Evaluator(design).evaluate(network, weights: ["matrix": try tensor(rows)])
    #expect(whole.totals.weightBytes == Bytes(holding: bits))
  }

  /// Channels of zeros are not broadcast, of eight three quarters.
  @Test(arguments: [(0, 8), (0.5, 4), (0.75, 2), (0.99, 1), (1, 0)])
  func zeroActivations(zeros: Double, broadcasts: Int) throws {
    let rows = Array(repeating: Array(repeating: Int8(1), count: 8), count: 2)
    let cost = try cost(tensor(rows), on: design(elements: 2, queue: 4), zeros: zeros)
    #expect(cost.arrayCycles == Cycles(broadcasts))
    #expect(cost.work[.inputReads] == broadcasts)
    #expect(cost.macs == 16)
  }

  /// Weights of full precision are all stored, with an index.
  @Test func fullPrecision() throws {
    let design = try design(elements: 4, queue: 2)
    let layer = Layer(
      name: "matrix", operation: .fullyConnected, kernels: 10, channels: 6, kernel: (1, 1),
      input: (1, 1))
    let cost = try #require(LayerCostModel(design).cost(of: layer).cost)
    #expect(cost.arrayCycles == Cycles(6 * 3))
    #expect(cost.work[.multiplications] == 60)
    #expect(cost.dramRead == Bytes(6 + 60 * 12 / 8))
  }

  // MARK: Laws

  private struct Sample {
    let seed: UInt64
    let tensor: QuantizedTensor
    let elements: Int
    let indexBits: Int
    let zeros: Double
    var label: String { "seed \(seed): \(tensor.shape), \(elements) elements, \(indexBits) bits" }
  }

  private func check(_ law: (Sample) throws -> Void) throws {
    for seed in UInt64(1)...120 {
      var random = SeededRandom(seed: seed)
      let (kernels, columns) = (random.within(1...60), random.within(1...90))
      let density = random.pick([2, 10, 30, 100])
      let rows = (0..<kernels).map { _ in
        (0..<columns).map { _ in Int8(random.within(1...100) <= density ? 1 : 0) }
      }
      try law(
        Sample(
          seed: seed, tensor: try tensor(rows), elements: 1 << random.within(1...5),
          indexBits: random.within(1...5), zeros: random.pick([0, 0.3, 0.8])))
    }
  }

  /// Deeper queues are never slower, no queue is faster than evenly spread entries or a column a cycle,
  /// and what is done does not depend on the queue.
  @Test func deeperQueuesAreNeverSlower() throws {
    try check { sample in
      var before: LayerCost?
      for queue in [1, 2, 3, 8, 100] {
        let cost = try cost(
          sample.tensor,
          on: design(elements: sample.elements, queue: queue, indexBits: sample.indexBits),
          zeros: sample.zeros)
        let entries = cost.work[.laneOperations]
        #expect(cost.arrayCycles.count * sample.elements >= entries, "\(sample.label)")
        #expect(cost.arrayCycles.count >= cost.work[.inputReads], "\(sample.label)")
        if let before {
          #expect(cost.arrayCycles <= before.arrayCycles, "\(sample.label), queue \(queue)")
          #expect(cost.work == before.work, "\(sample.label), queue \(queue)")
        }
        before = cost
      }
    }
  }

  /// More bits for the zeros never store more entries, and at least the weights that are not zero.
  @Test func widerIndicesStoreNoMoreEntries() throws {
    try check { sample in
      var before = Int.max
      for bits in 1...6 {
        let cost = try cost(
          sample.tensor, on: design(elements: sample.elements, queue: 4, indexBits: bits))
        let entries = cost.work[.weightReads]
        #expect((sample.tensor.effectual...before).contains(entries), "\(sample.label)")
        #expect(
          cost.traffic(.dram, .weight).read == Bytes(holding: Bits(entries * (8 + bits))),
          "\(sample.label)")
        before = entries
      }
    }
  }

  /// Free rows are what they were before rows could be bound, whatever is said beside them.
  @Test func freeRowsAreThoseWithoutABinding() throws {
    try check { sample in
      var text = ArchitectureText()
      text.datapath = """
        {kind: sparse-gemm-array, multipliers: \(sample.elements), distribution_bandwidth: 1, \
        kernels_per_tile: 4096}
        """
      let plain = try cost(
        sample.tensor, on: TestSupport.design(text.text), zeros: sample.zeros)
      let free = try cost(
        sample.tensor,
        on: design(
          elements: sample.elements, queue: 3, indexBits: sample.indexBits, binding: "free"))
      #expect(plain == free, "\(sample.label)")
    }
  }
}
