import TestSupport
import Testing
import WeightAnalysis

/// Degenerate shapes and weights that make no sense.
struct EdgeTests {
  @Test("One filter")
  func oneFilter() throws {
    let tensor = try Samples.tensor(["+ 10110"])
    let counts = try OperationCounts(tensor, tileWidth: 2)
    #expect((counts.dense, counts.sparse, counts.direct, counts.trieHighest) == (4, 2, 2, 2))
    let plan = ReusePlan(try PatternTiling(tensor, tileWidth: 2), order: .trieHighest)
    #expect(try plan.execute(input: [1, 2, 3, 4, 5]) == [8])
  }

  @Test("One column, for every scheme", arguments: Quantizers.registry.schemes)
  func oneColumn(scheme: QuantizationScheme) throws {
    let tensor = try Samples.tensor(["+", "-", "-"], claimed: scheme)
    for width in [1, 2, 16] {
      let tiling = try PatternTiling(tensor, tileWidth: width)
      let counts = OperationCounts(tiling, pairwise: true)
      #expect((counts.dense, counts.sparse, counts.repetition) == (0, 0, 0))
      for order in BuildOrder.allCases {
        #expect(try ReusePlan(tiling, order: order).execute(input: [7]) == [7, -7, -7])
      }
    }
    let parts = try OperationCounts(tensor, tileWidth: 1).decomposition(.sparse)
    #expect(parts?.reduction == 1)
    #expect(parts?.synergy == 1)
  }

  @Test("Tiles wider than a filter are one tile")
  func wideTile() throws {
    let tensor = try Samples.tensor(["+ 110010", "+ 110100", "- 110000", "- 000101"])
    let six = try OperationCounts(tensor, tileWidth: 6)
    for width in 7...16 {
      let wide = try OperationCounts(tensor, tileWidth: width)
      #expect((wide.direct, wide.tiles, wide.lookupTable) == (six.direct, 1, six.lookupTable))
    }
  }

  @Test("Filters and layers of zeros")
  func zeros() throws {
    let tensor = try Samples.tensor(["0000", "0000", "0000"])
    #expect(tensor.scheme == .signedBinary)
    for width in [1, 3, 9] {
      let tiling = try PatternTiling(tensor, tileWidth: width)
      let counts = OperationCounts(tiling, pairwise: true)
      #expect((counts.sparse, counts.direct, counts.trieHighest, counts.pairwise) == (0, 0, 0, 0))
      #expect((counts.uniquePatterns, counts.repetitionFactor) == (0, 1))
      #expect(counts.decomposition(.direct)?.reduction == .infinity)
      let plan = ReusePlan(tiling, order: .subset)
      #expect(try plan.execute(input: [1, 2, 3, 4]) == [0, 0, 0])
    }
    let some = try Samples.tensor(["0000", "+ 0011", "- 1100"])
    #expect(try OperationCounts(some, tileWidth: 2).direct == 2)
  }

  @Test("Binary filters without a positive weight")
  func allNegative() throws {
    let tensor = try Samples.tensor(["---", "+++", "+-+"], claimed: .binary)
    let tiling = try PatternTiling(tensor, tileWidth: 2)
    for order in BuildOrder.allCases {
      let plan = ReusePlan(tiling, order: order)
      #expect(try plan.execute(input: [1, 10, 100]) == [-111, 111, 91])
    }
  }

  @Test("Opposite filters share every partial sum")
  func opposite() throws {
    let one = try OperationCounts(Samples.tensor(["+ 1110110"]), tileWidth: 4)
    let two = try OperationCounts(Samples.tensor(["+ 1110110", "- 1110110"]), tileWidth: 4)
    #expect((two.directBuild, two.trieHighestBuild) == (one.directBuild, one.trieHighestBuild))
    #expect(two.merges == 2 * one.merges)
    #expect(two.uniquePatterns == one.uniquePatterns)
  }

  @Test("Empty tensors and wrong counts are errors")
  func empty() throws {
    #expect(throws: WeightError.emptyShape(dimension: "kernels", size: 0)) {
      try FilterShape(kernels: 0, channels: 1, rows: 1, columns: 1)
    }
    #expect(throws: WeightError.emptyShape(dimension: "columns", size: -2)) {
      try FilterShape(kernels: 3, channels: 1, rows: 1, columns: -2)
    }
    #expect(throws: WeightError.self) {
      try FilterShape(kernels: .max, channels: 3, rows: 1, columns: 1)
    }
    let shape = try FilterShape(kernels: 2, channels: 2, rows: 1, columns: 1)
    let error = WeightError.wrongCount(expected: 4, actual: 0)
    #expect(throws: error) { try SignedBinary().quantize([], shape: shape) }
    #expect(throws: error) { try BinaryQuantizer().quantize([], shape: shape) }
    #expect(throws: error) { try TernaryQuantizer().quantize([], shape: shape) }
    #expect(throws: error) { try QuantizedTensor(classifying: [], shape: shape) }
  }

  @Test("NaN and infinities are named by element", arguments: [Float.nan, .infinity, -.infinity])
  func notFinite(value: Float) throws {
    let shape = try FilterShape(kernels: 3, channels: 7, rows: 3, columns: 3)
    for element in [0, 15, 16, 62, 63, 126, 188] {
      var values = Array(repeating: Float(0.5), count: shape.count)
      values[element] = value
      let error = WeightError.notFinite(element: element, filter: element / 63)
      #expect(throws: error) { try SignedBinary().quantize(values, shape: shape) }
      #expect(throws: error) {
        try SignedBinary(region: .intraFilter).quantize(values, shape: shape)
      }
      #expect(throws: error) { try BinaryQuantizer().quantize(values, shape: shape) }
      #expect(throws: error) { try TernaryQuantizer().quantize(values, shape: shape) }
      #expect(throws: error) { try QuantizedTensor(classifying: values, shape: shape) }
    }
  }

  @Test("Tile widths and settings out of range")
  func settings() throws {
    let tensor = try Samples.tensor(["+ 10"])
    for width in [-1, 0, 17] {
      #expect(throws: WeightError.tileWidth(width)) {
        try OperationCounts(tensor, tileWidth: width)
      }
    }
    #expect(throws: WeightError.self) { try SignedBinary(positiveFraction: 1.5) }
    #expect(throws: WeightError.self) { try SignedBinary(thresholdRatio: .nan) }
    #expect(throws: WeightError.self) { try TernaryQuantizer(ratio: -1) }
    #expect(throws: WeightError.self) { try PatternTiling(tensor, tileWidth: 2, filters: 0..<2) }
    let plan = ReusePlan(try PatternTiling(tensor, tileWidth: 2), order: .direct)
    #expect(throws: WeightError.inputCount(expected: 2, actual: 3)) {
      try plan.execute(input: [1, 2, 3])
    }
  }

  @Test("Classification finds the narrowest scheme and names what does not fit")
  func classification() throws {
    #expect(try Samples.tensor(["++", "--"]).scheme == .signedBinary)
    #expect(try Samples.tensor(["+-", "--"]).scheme == .binary)
    #expect(try Samples.tensor(["+0", "0-"]).scheme == .signedBinary)
    #expect(try Samples.tensor(["+-", "+0"]).scheme == .ternary)
    #expect(try Samples.tensor(["+-0", "+0+"]).scheme == .ternary)
    let shape = try FilterShape(kernels: 2, channels: 3, rows: 1, columns: 1)
    let mixed: [Float] = [0.5, 0, 0.5, 0, 0.25, -0.25]
    #expect(
      throws: WeightError.schemeMismatch(
        claimed: .signedBinary, filter: 1, element: 5, value: -0.25)
    ) { try QuantizedTensor(classifying: mixed, shape: shape, claimed: .signedBinary) }
    #expect(
      throws: WeightError.schemeMismatch(claimed: .binary, filter: 0, element: 1, value: 0)
    ) { try QuantizedTensor(classifying: mixed, shape: shape, claimed: .binary) }
    let ternary = try QuantizedTensor(classifying: mixed, shape: shape)
    #expect(ternary.scheme == .ternary)
    #expect(ternary.scales == [0.5, 0.25])
    let close: [Float] = [0.5, 0, 0.50001, 0, 0, 1]
    #expect(
      throws: WeightError.fullPrecision(filter: 0, element: 2, value: 0.50001)
    ) { try QuantizedTensor(classifying: close, shape: shape) }
    let tolerant = try QuantizedTensor(classifying: close, shape: shape, tolerance: 1e-4)
    #expect(tolerant.values() == [1, 0, 1, 0, 0, 1])
  }

  @Test("Halves of the channels can have signs of their own")
  func intraFilter() throws {
    var generator = SeededRandom(seed: 5)
    let shape = try FilterShape(kernels: 5, channels: 9, rows: 3, columns: 3)
    let values = (0..<shape.count).map { _ in generator.laplace() }
    let tensor = try SignedBinary(region: .intraFilter).quantize(values, shape: shape)
    #expect(tensor.signs == [1, -1, 1, -1, -1, -1, -1, 1, -1, 1])
    #expect(tensor.storage.signs == 10)
    let quantized = tensor.values()
    for filter in 0..<5 {
      for half in 0..<2 {
        let columns = half == 0 ? 0..<36 : 36..<81
        let part = values[filter * 81..<filter * 81 + 81].dropFirst(columns.lowerBound)
          .prefix(columns.count)
        let threshold = 0.05 * (part.map(\.magnitude).max() ?? 0)
        let sign = tensor.signs[filter * 2 + half]
        for (offset, weight) in part.enumerated() {
          let passes = sign > 0 ? weight >= threshold : weight <= -threshold
          let place = filter * 81 + columns.lowerBound + offset
          #expect(quantized[place] == (passes ? sign : 0))
        }
      }
    }
    let input = (0..<81).map { _ in Int.random(in: -9...9, using: &generator) }
    let expected = (0..<5).map { filter in
      (0..<81).reduce(0) { $0 + Int(quantized[filter * 81 + $1]) * input[$1] }
    }
    for width in 1...16 {
      let tiling = try PatternTiling(tensor, tileWidth: width)
      #expect(tiling.starts.contains(36))
      let plan = ReusePlan(tiling, order: .trieHighest)
      #expect(try plan.execute(input: input) == expected)
      #expect(plan.additionCount == OperationCounts(tiling).trieHighest)
    }
    let again = try QuantizedTensor(
      classifying: quantized.map { Float($0) }, shape: shape, claimed: .signedBinary,
      region: .intraFilter)
    #expect(again.values() == quantized)
    #expect(throws: WeightError.self) {
      try QuantizedTensor(
        classifying: quantized.map { Float($0) }, shape: shape, claimed: .signedBinary)
    }
  }

  @Test("Scales of signed-binary filters and layers are mean effectual magnitudes")
  func scales() throws {
    let shape = try FilterShape(kernels: 2, channels: 1, rows: 1, columns: 3)
    let values: [Float] = [1, 3, -5, -2, 0, 8]
    let filter = try SignedBinary(scale: .filter).quantize(values, shape: shape)
    #expect(filter.scales == [2, 2])
    let layer = try SignedBinary(scale: .layer).quantize([1, 4, -5, -4, 0, 8], shape: shape)
    #expect(layer.scales == [3, 3])
  }

  @Test("Keras' order of dimensions")
  func layout() throws {
    let shape = try FilterShape(kernels: 2, channels: 3, rows: 1, columns: 2)
    let stored = (0..<12).map { Float($0) }
    let values = try FilterLayout.hwio.normalized(stored, shape: shape)
    #expect(values == [0, 6, 2, 8, 4, 10, 1, 7, 3, 9, 5, 11])
    #expect(try FilterLayout.oihw.normalized(stored, shape: shape) == stored)
  }

  @Test("Blocks of filters add up where nothing is shared between them")
  func blocks() throws {
    let tensor = try Samples.tensor(["+ 1100", "- 0011", "+ 1010", "- 1111"])
    let whole = try OperationCounts(tensor, tileWidth: 2)
    let parts = try [0..<2, 2..<4].map {
      OperationCounts(try PatternTiling(tensor, tileWidth: 2, filters: $0))
    }
    #expect(parts.reduce(0) { $0 + $1.merges } == whole.merges)
    #expect(parts.reduce(0) { $0 + $1.directBuild } == whole.directBuild + 2)
    let plan = ReusePlan(
      try PatternTiling(tensor, tileWidth: 2, filters: 2..<4), order: .direct)
    #expect(try plan.execute(input: [1, 2, 3, 4]) == [4, -10])
  }

  @Test("Groups of filters that share sums of equal columns", arguments: 1...16)
  func groups(group: Int) throws {
    var generator = SeededRandom(seed: UInt64(group))
    for scheme in Quantizers.registry.schemes {
      let shape = try FilterShape(kernels: 11, channels: 23, rows: 1, columns: 3)
      let tensor = try Samples.random(scheme, shape, density: 0.4, using: &generator)
      let oracle = Oracle(tensor, width: shape.filterSize)
      var rows = oracle.masks.map { $0[0] }
      if scheme == .ternary { rows += oracle.masks.map { $0[1] } }
      var expected = oracle.offset + oracle.merges
      for start in stride(from: 0, to: rows.count, by: group) {
        let block = rows[start..<min(rows.count, start + group)]
        let codes = (0..<shape.filterSize).map { column in block.map { $0.contains(column) } }
        let sizes = Dictionary(grouping: codes) { $0 }.mapValues(\.count)
        for (code, size) in sizes where code.contains(true) { expected += size - 1 }
        for row in 0..<block.count {
          expected += max(0, sizes.keys.count { $0[row] } - 1)
        }
      }
      #expect(try tensor.groupReuseAdditions(group: group) == expected)
      if group == 1, scheme == .signedBinary { #expect(expected == oracle.sparse) }
    }
  }

  @Test("The best tile width has the fewest additions, and mirrors need signs")
  func bestWidth() throws {
    var generator = SeededRandom(seed: 3)
    let shape = try FilterShape(kernels: 24, channels: 8, rows: 3, columns: 3)
    let tensor = try Samples.random(.signedBinary, shape, density: 0.35, using: &generator)
    let best = try #require(try tensor.bestTileWidth(for: .trieHighest))
    for width in 1...16 {
      let counts = try OperationCounts(tensor, tileWidth: width, subsets: false)
      #expect(best.trieHighest <= counts.trieHighest)
    }
    #expect(try tensor.bestTileWidth(for: .mirroredRepetition) == nil)
  }
}
