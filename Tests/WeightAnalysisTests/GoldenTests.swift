import Testing
import WeightAnalysis

/// Small cases worked by hand.
struct GoldenTests {
  static let rows: [[Float]] = [
    [1, 0.05, -0.6, 0.04], [0, 0, 0, 0], [0.5, -0.02, -0.6, -0.01], [-1, -0.05, -0.049, 0.2],
  ]

  @Test("G1: the signed-binary threshold is inclusive, and zero filters can keep the quirk")
  func signedBinary() throws {
    let shape = try FilterShape(kernels: 4, channels: 4, rows: 1, columns: 1)
    let values = Self.rows.flatMap { $0 }
    let released = try SignedBinary(guardsZeroFilters: false).quantize(values, shape: shape)
    #expect(released.values() == [1, 1, 0, 0, 1, 1, 1, 1, 0, 0, -1, 0, -1, -1, 0, 0])
    #expect(released.scales == [1, 1, 1, 1])
    #expect(released.signs == [1, 1, -1, -1])
    let guarded = try SignedBinary().quantize(values, shape: shape)
    #expect(guarded.values() == [1, 1, 0, 0, 0, 0, 0, 0, 0, 0, -1, 0, -1, -1, 0, 0])
    #expect(guarded.effectual == 5)
    #expect(guarded.density == 5.0 / 16)
  }

  @Test("G1: of five filters the first two are positive")
  func oddFilters() throws {
    let shape = try FilterShape(kernels: 5, channels: 1, rows: 1, columns: 2)
    let tensor = try SignedBinary().quantize(
      [1, -1, 1, -1, 1, -1, 1, -1, 1, -1], shape: shape)
    #expect(tensor.signs == [1, 1, -1, -1, -1])
    #expect(tensor.values() == [1, 0, 1, 0, 0, -1, 0, -1, 0, -1])
  }

  @Test("G1: the ternary threshold is strict and of the whole layer")
  func ternary() throws {
    let shape = try FilterShape(kernels: 4, channels: 4, rows: 1, columns: 1)
    let values: [Float] = [
      0.5, 0.02, -0.6, 0.03, 0, 0, 0, 0, 0.5, -0.02, -0.6, -0.03, -1, -0.05, -0.049, 0.2,
    ]
    let tensor = try TernaryQuantizer().quantize(values, shape: shape)
    #expect(tensor.values() == [1, 0, -1, 0, 0, 0, 0, 0, 1, 0, -1, 0, -1, 0, 0, 1])
    #expect(tensor.scales.allSatisfy { abs($0 - 0.5666667) < 1e-6 })
    let binary = try BinaryQuantizer().quantize(values, shape: shape)
    for (scale, expected) in zip(binary.scales, [0.2875, 0, 0.2875, 0.32475] as [Float]) {
      #expect(abs(scale - expected) < 1e-6)
    }
    #expect(binary.values() == [1, 1, -1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, 1])
    #expect(binary.density == 1)
  }

  @Test("G2: signed-binary counts and outputs")
  func counts() throws {
    let tensor = try Samples.tensor(["+ 110010", "+ 110100", "- 110000", "- 000101"])
    #expect(tensor.scheme == .signedBinary)
    #expect(tensor.effectual == 10)
    let two = try OperationCounts(tensor, tileWidth: 2, pairwise: true)
    #expect(two.dense == 20)
    #expect(two.sparse == 6)
    #expect((two.uniquePatterns, two.uniquePatternsWithZero, two.nonZeroPatterns) == (4, 7, 7))
    #expect(two.repetition == 15)
    #expect((two.direct, two.trieHighest, two.trieLowest, two.subset) == (4, 4, 4, 4))
    #expect((two.directBuild, two.merges) == (1, 3))
    #expect(two.decomposition(.direct)?.reduction == 5)
    let three = try OperationCounts(tensor, tileWidth: 3)
    #expect((three.uniquePatterns, three.uniquePatternsWithZero) == (4, 6))
    #expect((three.nonZeroPatterns, three.repetition) == (6, 16))
    #expect((three.direct, three.trieHighest, three.trieLowest, three.subset) == (4, 4, 4, 4))
    #expect((three.directBuild, three.merges) == (2, 2))
    let six = try OperationCounts(tensor, tileWidth: 6)
    #expect((six.uniquePatterns, six.repetition, six.direct, six.subset) == (4, 20, 6, 4))
    #expect(try OperationCounts(tensor, tileWidth: 1).direct == 6)
    for order in BuildOrder.allCases {
      for width in 1...16 {
        let plan = ReusePlan(try PatternTiling(tensor, tileWidth: width), order: order)
        #expect(try plan.execute(input: [1, 2, 3, 4, 5, 6]) == [8, 7, -3, -10])
      }
    }
  }

  @Test("G2: binary repetition with and without mirrors")
  func binaryCounts() throws {
    let tensor = try Samples.tensor(["++--+-", "++-+--", "--++++", "++----"])
    #expect(tensor.scheme == .binary)
    let two = try OperationCounts(tensor, tileWidth: 2)
    #expect((two.repetition, two.mirroredRepetition) == (16, 13))
    let three = try OperationCounts(tensor, tileWidth: 3)
    #expect((three.repetition, three.mirroredRepetition) == (16, 12))
    #expect(three.sparse == three.dense)
    #expect(three.offsetAdditions == 5 + 4)
  }

  @Test("G3: build orders differ on one tile")
  func orders() throws {
    let tensor = try Samples.tensor(["+ 1110", "+ 1111", "+ 1100", "- 1101", "- 1110"])
    let tiling = try PatternTiling(tensor, tileWidth: 4)
    #expect(Array(tiling.patterns) == [0b0111, 0b1111, 0b0011, 0b1011, 0b0111])
    let counts = OperationCounts(tiling)
    #expect((counts.dense, counts.sparse, counts.uniquePatterns) == (15, 10, 4))
    #expect((counts.direct, counts.trieLowest, counts.trieHighest) == (8, 8, 4))
    #expect((counts.subset, counts.lookupTable, counts.merges) == (4, 11, 0))
    for order in BuildOrder.allCases {
      let plan = ReusePlan(tiling, order: order)
      #expect(try plan.execute(input: [1, 10, 100, 1000]) == [111, 1111, 11, -1011, -111])
    }
    let profile = try #require(ReusePlan(tiling, order: .trieHighest).profiles(tiling).first)
    #expect(profile.buildLevels == [1, 2, 1])
    #expect((profile.nonZeroPatterns, profile.uniquePatterns) == (5, 4))
    #expect((profile.liveColumns, profile.singleColumnPatterns) == (4, 0))
  }

  @Test("G5: one pair of columns is merged")
  func pairs() throws {
    var elimination = PairElimination()
    #expect(elimination.additions([0b0111, 0b1011, 0b0011, 0b1100] as [UInt16], width: 4) == 4)
    let tensor = try Samples.tensor(["1110", "1101", "1100", "0011"])
    let counts = try OperationCounts(tensor, tileWidth: 4, pairwise: true)
    #expect((counts.pairwise, counts.sparse) == (4, 6))
  }

  @Test("Storage of a layer of 64 filters of 576 weights")
  func storage() throws {
    let shape = try FilterShape(kernels: 64, channels: 64, rows: 3, columns: 3)
    #expect(StorageBits(scheme: .binary, shape: shape).total == 36_864)
    #expect(StorageBits(scheme: .signedBinary, shape: shape).total == 36_928)
    let ternary = StorageBits(scheme: .ternary, shape: shape)
    #expect((ternary.total, ternary.packed) == (73_728, 58_984))
  }

  @Test("Expected unique patterns")
  func expected() {
    func unique(_ width: Int, _ filters: Int, _ density: Double) -> Double {
      (10 * ExpectedPatterns.unique(tileWidth: width, filters: filters, density: density))
        .rounded() / 10
    }
    #expect((unique(6, 64, 0.5), unique(6, 64, 0.35)) == (40.6, 34.9))
    #expect((unique(9, 512, 0.5), unique(9, 512, 0.35)) == (323.8, 259.3))
    #expect((unique(4, 256, 0.5), unique(4, 256, 0.35)) == (16, 16))
    #expect(ExpectedPatterns.limitingReduction(tileWidth: 2, density: 0.5) == 2 / 0.75)
  }
}
