import TestSupport
import Testing

@testable import WeightAnalysis

/// Invariants on random tensors; every failure shows the seed.
struct PropertyTests {
  static let seeds: [UInt64] = Array(1...24)

  struct Sample: CustomStringConvertible {
    let tensor: QuantizedTensor
    let width: Int
    let seed: UInt64
    var generator: SeededRandom
    var description: String { "seed \(seed): \(tensor.scheme) \(tensor.shape), T = \(width)" }
  }

  static func sample(_ seed: UInt64, _ scheme: QuantizationScheme? = nil) throws -> Sample {
    var generator = SeededRandom(seed: seed)
    let scheme = scheme ?? Quantizers.registry.schemes[Int(seed % 3)]
    let shape = try FilterShape(
      kernels: Int.random(in: 1...13, using: &generator),
      channels: Int.random(in: 1...6, using: &generator),
      rows: Int.random(in: 1...4, using: &generator),
      columns: Int.random(in: 1...4, using: &generator))
    let density = [0.1, 0.35, 0.5, 0.9][Int(generator.next() % 4)]
    let tensor = try Samples.random(scheme, shape, density: density, using: &generator)
    let width = Int.random(in: 1...16, using: &generator)
    return Sample(tensor: tensor, width: width, seed: seed, generator: generator)
  }

  @Test("Counts equal an oracle of sets and strings", arguments: seeds)
  func oracle(seed: UInt64) throws {
    for scheme in Quantizers.registry.schemes {
      let sample = try Self.sample(seed, scheme)
      for width in [sample.width, Int(seed % 8) + 1] {
        let oracle = Oracle(sample.tensor, width: width)
        let tiling = try PatternTiling(sample.tensor, tileWidth: width)
        let counts = OperationCounts(tiling, pairwise: true)
        #expect(counts.sparse == oracle.sparse, "\(sample)")
        #expect(counts.repetition == oracle.repetition(mirrored: false), "\(sample)")
        if scheme != .signedBinary {
          #expect(counts.mirroredRepetition == oracle.repetition(mirrored: true), "\(sample)")
        }
        if scheme == .ternary {
          #expect(counts.mirroredDirect == oracle.mirroredDirect, "\(sample)")
        }
        #expect(counts.merges == oracle.merges, "\(sample)")
        #expect(counts.direct == oracle.direct, "\(sample)")
        #expect(counts.trieHighest == oracle.trie { $0.max() }, "\(sample)")
        #expect(counts.trieLowest == oracle.trie { $0.min() }, "\(sample)")
        #expect(counts.subset == oracle.subset, "\(sample)")
        #expect(counts.lookupTable == oracle.lookupTable, "\(sample)")
        #expect(counts.pairwise == oracle.pairwise, "\(sample)")
        #expect(
          counts
            == OperationCounts(tiling, subsets: true, pairwise: true, allowsWords: false),
          "\(sample)")
      }
    }
  }

  @Test("Plans have the counted additions and the direct dot products", arguments: seeds)
  func plans(seed: UInt64) throws {
    for scheme in Quantizers.registry.schemes {
      var sample = try Self.sample(seed, scheme)
      let size = sample.tensor.shape.filterSize
      let input = (0..<size).map { _ in Int32.random(in: -128...127, using: &sample.generator) }
      let values = sample.tensor.values()
      let expected = (0..<sample.tensor.shape.kernels).map { filter in
        (0..<size).reduce(0) { $0 + Int(values[filter * size + $1]) * Int(input[$1]) }
      }
      let tiling = try PatternTiling(sample.tensor, tileWidth: sample.width)
      let counts = OperationCounts(tiling)
      for order in BuildOrder.allCases {
        let plan = ReusePlan(tiling, order: order)
        #expect(try plan.execute(input: input) == expected, "\(sample), \(order)")
        let additions =
          switch order {
          case .direct: counts.direct
          case .trieHighest: counts.trieHighest
          case .trieLowest: counts.trieLowest
          case .subset: counts.subset
          }
        #expect(plan.additionCount == additions, "\(sample), \(order)")
        let profiles = plan.profiles(tiling)
        #expect(profiles.reduce(0) { $0 + $1.nonZeroPatterns } == counts.nonZeroPatterns)
        #expect(profiles.reduce(0) { $0 + $1.uniquePatterns } == counts.uniquePatterns)
        let built = profiles.reduce(0) { $0 + $1.buildLevels.reduce(0, +) }
        #expect(built == additions.map { $0 - counts.merges - counts.offsetAdditions })
      }
    }
  }

  @Test("Whole layers by plan equal direct convolution bit for bit", arguments: seeds)
  func convolution(seed: UInt64) throws {
    var sample = try Self.sample(seed)
    let channels = sample.tensor.shape.channels
    let activations = (0..<channels * 30).map { _ in
      Int.random(in: -128...127, using: &sample.generator)
    }
    let input = try ConvolutionInput(
      activations: activations, channels: channels, height: 6, width: 5,
      stride: Int(seed % 2) + 1, padding: Int(seed % 3))
    let direct = try sample.tensor.convolve(input)
    let tiling = try PatternTiling(sample.tensor, tileWidth: sample.width)
    for order in BuildOrder.allCases {
      let plan = ReusePlan(tiling, order: order)
      #expect(try plan.convolve(input, shape: sample.tensor.shape) == direct, "\(sample)")
    }
  }

  @Test("Orders of the metrics for signed-binary", arguments: seeds)
  func inequalities(seed: UInt64) throws {
    let sample = try Self.sample(seed, .signedBinary)
    for width in 1...16 {
      let counts = try OperationCounts(sample.tensor, tileWidth: width)
      let subset = try #require(counts.subset)
      #expect(counts.direct <= min(counts.sparse, counts.repetition), "\(sample)")
      #expect(counts.repetition <= counts.dense, "\(sample)")
      #expect(counts.sparse <= counts.dense, "\(sample)")
      #expect(counts.trieHighest <= counts.direct, "\(sample)")
      #expect(counts.trieLowest <= counts.direct, "\(sample)")
      #expect(subset <= counts.direct, "\(sample)")
      #expect(counts.lookupTable >= counts.merges, "\(sample)")
      if width == 1 {
        #expect(counts.direct == counts.sparse, "\(sample)")
        #expect(counts.trieHighest == counts.sparse, "\(sample)")
        #expect(counts.trieLowest == counts.sparse, "\(sample)")
      }
      if counts.nonZeroPatterns == counts.uniquePatterns {
        #expect(counts.direct == counts.sparse, "\(sample)")
      }
      let parts = try #require(counts.decomposition(.direct))
      if counts.direct > 0 {
        let product = parts.sparsity * parts.reuseOverSparsity
        #expect(abs(product - parts.reduction) < 1e-9 * parts.reduction, "\(sample)")
      }
    }
  }

  @Test("Negating, permuting and doubling filters", arguments: seeds)
  func symmetries(seed: UInt64) throws {
    var sample = try Self.sample(seed, .signedBinary)
    let shape = sample.tensor.shape
    let size = shape.filterSize
    var filters = stride(from: 0, to: shape.count, by: size).map {
      sample.tensor.values()[$0..<$0 + size].map { Float($0) }
    }
    let counts = try OperationCounts(sample.tensor, tileWidth: sample.width)
    let doubled = try OperationCounts(
      QuantizedTensor(
        classifying: (filters + filters).flatMap { $0 },
        shape: FilterShape(
          kernels: 2 * shape.kernels, channels: shape.channels, rows: shape.rows,
          columns: shape.columns), claimed: .signedBinary),
      tileWidth: sample.width)
    #expect(doubled.directBuild == counts.directBuild, "\(sample)")
    #expect(doubled.trieHighestBuild == counts.trieHighestBuild, "\(sample)")
    #expect(doubled.subsetBuild == counts.subsetBuild, "\(sample)")
    #expect(doubled.merges == 2 * counts.merges, "\(sample)")
    filters.shuffle(using: &sample.generator)
    for index in filters.indices where sample.generator.next() % 2 == 0 {
      filters[index] = filters[index].map { -$0 }
    }
    let changed = try QuantizedTensor(
      classifying: filters.flatMap { $0 }, shape: shape, claimed: .signedBinary)
    #expect(try OperationCounts(changed, tileWidth: sample.width) == counts, "\(sample)")
  }

  @Test("Masks hold exactly the weights, and classification finds them again", arguments: seeds)
  func roundTrip(seed: UInt64) throws {
    for scheme in Quantizers.registry.schemes {
      let sample = try Self.sample(seed, scheme)
      let values = sample.tensor.values()
      let again = try QuantizedTensor(
        classifying: values.map { Float($0) * 0.25 }, shape: sample.tensor.shape, claimed: scheme)
      #expect(again.values() == values, "\(sample)")
      #expect(again.effectual == values.count { $0 != 0 }, "\(sample)")
    }
  }

  @Test("Patterns of every width hold exactly the weights", arguments: 1...16)
  func patterns(width: Int) throws {
    var generator = SeededRandom(seed: UInt64(width))
    let shape = try FilterShape(kernels: 5, channels: 64, rows: 3, columns: 3)
    for scheme in Quantizers.registry.schemes {
      let tensor = try Samples.random(scheme, shape, density: 0.5, using: &generator)
      let tiling = try PatternTiling(tensor, tileWidth: width, filters: 1..<4)
      #expect(tiling.tiles == (576 + width - 1) / width)
      for tile in 0..<tiling.tiles {
        for (row, pattern) in tiling.patterns(tile: tile).enumerated() {
          let isNegative = tiling.isNegative(row: row, tile: tile)
          for column in 0..<16 {
            let place = tiling.starts[tile] + column
            let value =
              column < tiling.widths[tile] ? tensor.value(filter: 1 + row % 3, column: place) : 0
            let expected =
              switch scheme.name {
              case "binary": value > 0
              case "signed-binary": value != 0
              default: value == (row < 3 ? 1 : -1)
              }
            #expect((pattern >> UInt16(column) & 1 != 0) == expected)
            if expected { #expect(isNegative == (value < 0)) }
          }
        }
      }
    }
  }

  @Test("Quantizers equal scalar comparisons", arguments: seeds)
  func quantizers(seed: UInt64) throws {
    var generator = SeededRandom(seed: seed)
    let shape = try FilterShape(
      kernels: Int.random(in: 1...5, using: &generator),
      channels: Int.random(in: 2...30, using: &generator),
      rows: Int.random(in: 1...3, using: &generator), columns: 3)
    let size = shape.filterSize
    // Multiples of 1/64, so that many weights lie on a threshold exactly.
    let values = (0..<shape.count).map { _ in
      (generator.laplace() * 16).rounded() / 64
    }
    let filters = stride(from: 0, to: shape.count, by: size).map { Array(values[$0..<$0 + size]) }
    var expected: [Int8] = []
    for (index, filter) in filters.enumerated() {
      let largest = filter.map(\.magnitude).max() ?? 0
      for weight in filter {
        let isPositive = index < shape.kernels / 2
        let passes = isPositive ? weight >= 0.25 * largest : weight <= -(0.25 * largest)
        expected.append(passes && largest > 0 ? (isPositive ? 1 : -1) : 0)
      }
    }
    let signed = try SignedBinary(thresholdRatio: 0.25).quantize(values, shape: shape)
    #expect(signed.values() == expected, "seed \(seed)")
    let binary = try BinaryQuantizer().quantize(values, shape: shape)
    #expect(binary.values() == values.map { $0 >= 0 ? 1 : -1 }, "seed \(seed)")
    for granularity in TernaryQuantizer.Granularity.allCases {
      let ternary = try TernaryQuantizer(granularity: granularity, ratio: 0.5)
        .quantize(values, shape: shape)
      var trits: [Int8] = []
      for filter in filters {
        let pool = granularity == .layer ? values : filter
        let mean = pool.reduce(0.0) { $0 + Double($1.magnitude) } / Double(pool.count)
        let threshold = 0.5 * Float(mean)
        trits += filter.map { ($0 > threshold ? 1 : 0) - ($0 < -threshold ? 1 : 0) }
      }
      #expect(ternary.values() == trits, "seed \(seed)")
    }
  }

  @Test("Slices are counted within channels and over the layer", arguments: seeds)
  func slices(seed: UInt64) throws {
    var sample = try Self.sample(seed)
    if seed % 6 == 0 {
      let wide = try FilterShape(kernels: 40, channels: 64, rows: 3, columns: seed > 12 ? 3 : 30)
      let tensor = try Samples.random(.ternary, wide, density: 0.02, using: &sample.generator)
      sample = Sample(tensor: tensor, width: 1, seed: seed, generator: sample.generator)
    }
    let shape = sample.tensor.shape
    let values = sample.tensor.values()
    for upToSign in [false, true] {
      var all = Set<[Int8]>()
      var perChannel: [Int] = []
      for channel in 0..<shape.channels {
        var own = Set<[Int8]>()
        for kernel in 0..<shape.kernels {
          let start = kernel * shape.filterSize + channel * shape.sliceSize
          let slice = Array(values[start..<start + shape.sliceSize])
          let isNegative = upToSign && slice.first { $0 != 0 } == -1
          own.insert(isNegative ? slice.map { -$0 } : slice)
        }
        perChannel.append(own.count)
        all.formUnion(own)
      }
      let uniqueness = SliceUniqueness(sample.tensor, upToSign: upToSign)
      #expect(uniqueness.perChannel == perChannel, "\(sample)")
      #expect(uniqueness.global == all.count, "\(sample)")
      #expect(uniqueness.storageReuse >= uniqueness.computeReuse, "\(sample)")
    }
  }
}
