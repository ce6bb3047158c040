import Networks
import TestSupport
import Testing
import WeightAnalysis

@testable import CostModel

// How many cycles and additions does the sparse-repetition engine need, and are they those of the
// weights?
@Suite struct SparseRepetitionArrayTests {
  /// One kernel per mask, 1 x 1, as many channels as columns; negative where `signs` says so.
  private func tensor(_ masks: [[Int]], signs: [Int]) throws -> QuantizedTensor {
    let shape = try FilterShape(
      kernels: masks.count, channels: masks[0].count, rows: 1, columns: 1)
    let values = zip(masks, signs).flatMap { mask, sign in mask.map { Float($0 * sign) } }
    return try QuantizedTensor(classifying: values, shape: shape, claimed: .signedBinary)
  }

  private func layer(_ tensor: QuantizedTensor, pixels: Int) -> Layer {
    Layer(
      name: "layer", operation: .convolution, kernels: tensor.shape.kernels,
      channels: tensor.shape.channels, kernel: (tensor.shape.rows, tensor.shape.columns),
      input: (1, pixels + tensor.shape.columns - 1))
  }

  private func run(
    _ text: String, _ tensor: QuantizedTensor, pixels: Int = 1
  ) throws -> TileExecution {
    let array = try datapath(text)
    let (nest, _) = array.nest(of: layer(tensor, pixels: pixels), batch: 1)
    let ready = array.prepare(
      nest, weights: GroupWeights(tensor, of: nest, group: 0, groups: 1), mapping: nil)
    var sum = TileExecution()
    let granule = ready.traits.granule
    for first in stride(from: 0, to: nest.kernels, by: granule.kernels) {
      let tile = Tile(
        pixels: nest.pixels, kernels: min(granule.kernels, nest.kernels - first),
        channels: nest.channels, firstKernel: first)
      sum.add(ready.execute(tile, part: .whole), times: 1)
    }
    return sum
  }

  /// Load 1, build 1 + 1 + 1 (levels of 1, 2 and 1 sums on two adders), merge ceil(5 / 2).
  @Test func oneTileByHand() throws {
    // Bit j is column j: 0111, 1111, 0011, 1011, 0111 read from the highest column.
    let masks = [[1, 1, 1, 0], [1, 1, 1, 1], [1, 1, 0, 0], [1, 1, 0, 1], [1, 1, 1, 0]]
    let tensor = try tensor(masks, signs: [1, 1, 1, -1, -1])
    let text = sparseRepetition(
      mode: "sparse-repetition", tileWidth: 4, block: 8, pixels: 1, adders: (2, 2), loads: 4)
    let cost = try run(text, tensor)
    #expect(cost.timing.cycles == 7)
    #expect(cost.counts[.narrowAdditions] == 4)
    #expect(cost.counts[.additions] == 0)
    #expect(cost.counts[.localWrites] == 4)
    #expect(cost.counts[.inputReads] == 4)
  }

  /// ld 1, 2, 5; bd 4, 5, 7; mg 7, 9, 10.
  @Test func stagesOverlap() {
    var pipeline = TileStagePipeline()
    pipeline.append(load: 1, build: 3, merge: 3)
    pipeline.append(load: 1, build: 1, merge: 2)
    pipeline.append(load: 1, build: 0, merge: 1)
    #expect(pipeline.cycles == 10)
  }

  @Test func additionsAreThoseOfTheAnalysis() throws {
    for seed in UInt64(1)...40 {
      var random = SeededRandom(seed: seed)
      let kernels = random.within(1...24)
      let masks = (0..<kernels).map { _ in
        (0..<random.within(20...20)).map { _ in random.within(0...2) / 2 }
      }
      let tensor = try tensor(masks, signs: (0..<kernels).map { $0 < kernels / 2 ? 1 : -1 })
      let width = random.within(1...8)
      let counts = try OperationCounts(tensor, tileWidth: width)
      for (mode, reuse, expected) in [
        ("dense", "trie", counts.dense), ("sparse", "trie", counts.sparse),
        ("repetition", "trie", counts.repetition), ("sparse-repetition", "direct", counts.direct),
        ("sparse-repetition", "trie", counts.trieHighest),
      ] {
        let text = sparseRepetition(
          mode: mode, reuse: reuse, tileWidth: width, block: 32, pixels: 2, adders: (1, 3))
        let cost = try run(text, tensor, pixels: 5)
        #expect(
          cost.counts[.additions] + cost.counts[.narrowAdditions] == 5 * expected,
          "seed \(seed), \(mode), \(reuse)")
        #expect(cost.counts[.laneOperations] == 5 * expected, "seed \(seed), \(mode), \(reuse)")
        #expect(
          cost.timing.cycles * 8 >= cost.counts[.laneOperations], "seed \(seed), \(mode), \(reuse)")
      }
    }
  }

  @Test func bankConflictsCost() throws {
    // Three sums of the same bank and one of another.
    let masks = [[1, 1, 0, 0], [1, 1, 1, 1], [1, 1, 0, 1], [1, 0, 1, 0]]
    let tensor = try tensor(masks, signs: [1, 1, -1, -1])
    func cycles(banks: Int) throws -> Int {
      try run(
        sparseRepetition(
          mode: "sparse-repetition", tileWidth: 4, block: 8, pixels: 1, adders: (4, 4), loads: 4,
          banks: banks), tensor
      ).timing.cycles
    }
    // 0011, 1111, 1011 and 0101 from the highest column: three end in 11.
    #expect(try cycles(banks: 4) == cycles(banks: 0) + 2)
  }

  @Test func fullPrecisionMultiplies() throws {
    let array = try datapath(
      sparseRepetition(
        mode: "sparse-repetition", tileWidth: 4, block: 4, pixels: 2, adders: (1, 3)))
    let layer = Layer(
      name: "layer", operation: .convolution, kernels: 4, channels: 3, kernel: (3, 3),
      input: (4, 4))
    let (nest, _) = array.nest(of: layer, batch: 1)
    let cost = array.prepare(nest, weights: nil, mapping: nil).execute(
      Tile(pixels: 4, kernels: 4, channels: 3), part: .whole)
    #expect(cost.counts[.multiplications] == 4 * 4 * 27)
    #expect(cost.timing.cycles == 2 * 27)
  }
}

// Are the counters of the sparse GEMM array those of STONNE?
@Suite struct SparseGEMMArrayTests {
  private func run(
    kernels: Int, columns: Int, pixels: Int, multipliers: Int, bandwidth: Int
  ) throws -> TileExecution {
    let array = try datapath(
      """
      {kind: sparse-gemm-array, multipliers: \(multipliers), \
      distribution_bandwidth: \(bandwidth), kernels_per_tile: 64}
      """)
    let layer = Layer(
      name: "layer", operation: .convolution, kernels: kernels, channels: columns, kernel: (1, 1),
      input: (1, pixels))
    let (nest, _) = array.nest(of: layer, batch: 1)
    return array.prepare(nest, weights: nil, mapping: nil).execute(
      Tile(pixels: pixels, kernels: kernels, channels: columns), part: .whole)
  }

  @Test(arguments: [
    (8, 8, 1, 8), (8, 8, 2, 9), (8, 8, 4, 11), (8, 8, 8, 15), (8, 8, 16, 23), (8, 4, 8, 25),
    (8, 2, 8, 43), (8, 1, 8, 79), (16, 16, 8, 16), (32, 32, 8, 17), (64, 64, 8, 18),
    (32, 8, 8, 45), (32, 2, 8, 153),
  ])
  func cyclesOfOneRow(multipliers: Int, bandwidth: Int, pixels: Int, cycles: Int) throws {
    let cost = try run(
      kernels: 1, columns: multipliers, pixels: pixels, multipliers: multipliers,
      bandwidth: bandwidth)
    #expect(cost.timing.cycles == cycles)
  }

  /// Two rows of 16 on 8 multipliers: folds of 8 + 7 + 1 each.
  @Test func folds() throws {
    let cost = try run(kernels: 2, columns: 16, pixels: 8, multipliers: 8, bandwidth: 8)
    #expect(cost.counts[.outputWrites] == 48)
    #expect(cost.counts[.outputReads] == 32)
    #expect(cost.counts[.multiplications] == 256)
    #expect(cost.counts[.weightReads] == 32)
    #expect(cost.counts[.inputReads] == 2 * 16 * 8)
  }
}
