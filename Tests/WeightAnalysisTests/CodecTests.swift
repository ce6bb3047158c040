import Foundation
import TestSupport
import Testing
import WeightAnalysis

/// Weights with a codebook.
struct CodecTests {
  @Test("a histogram of 50, 25, 15 and 10 has 1.742738 bits and a code of 1, 2, 3 and 3: 175 bits")
  func huffman() throws {
    let code = HuffmanCode(counts: [50, 25, 15, 10])
    #expect(code.lengths == [1, 2, 3, 3])
    #expect(code.bits == 175)
    #expect(abs(code.entropy - 1.742738) < 5e-7)
    let symbols = [0, 1, 2, 3, 0, 0, 1].map(UInt8.init)
    #expect(code.encoded(symbols) == [0b0101_1011, 0b1001_0000])
    #expect(code.decoded(code.encoded(symbols), count: 7) == symbols)
    #expect(code.decoded([0b1110_0000], count: 8) == nil)
    #expect(HuffmanCode(counts: [0, 7]).bits == 0)
    #expect(HuffmanCode(counts: [0, 7]).decoded([], count: 3) == [1, 1, 1])
    #expect(HuffmanCode(counts: []).entropy == 0)
  }

  /// Counts that double have the longest words: each is a bit longer than the one before.
  @Test("words longer than what is looked up at once, and streams of any length", arguments: 1...30)
  func longWords(symbols: Int) throws {
    let code = HuffmanCode(counts: (0..<symbols).map { 1 << $0 })
    #expect(code.lengths.max() == symbols - 1)
    var random = SeededRandom(seed: UInt64(symbols))
    for count in [0, 1, 3, 4, 5, 7, 64, 300] {
      let drawn = (0..<count).map { _ in UInt8(random.within(0...(symbols - 1))) }
      let stream = code.encoded(drawn)
      #expect(stream.count == (drawn.reduce(0) { $0 + code.lengths[Int($1)] } + 7) / 8)
      #expect(code.decoded(stream, count: count) == drawn, "\(count) symbols")
      if symbols > 2, count > 0 {
        #expect(code.decoded(stream.dropLast(), count: count) == nil)
      }
    }
  }

  /// Counts of Fibonacci's numbers make words of up to 39 bits.
  @Test("words of more than 32 bits")
  func veryLongWords() {
    var counts = [1, 1]
    while counts.count < 40 { counts.append(counts.suffix(2).reduce(0, +)) }
    let code = HuffmanCode(counts: counts)
    #expect(code.lengths.max() == 39)
    let symbols = (0..<200).map { UInt8($0 % 40) }
    #expect(code.decoded(code.encoded(symbols), count: 200) == symbols)
  }

  @Test("a tensor of 256 values is known again, one of 257 has one too many")
  func fullBytes() throws {
    let shape = try FilterShape(kernels: 1, channels: 600, rows: 1, columns: 1)
    let values = (0..<600).map { Float($0 * 7 % 256) - 128 }
    func read(_ values: [Float], hasPruned: Bool) throws -> CodedTensor {
      try CodedTensor(
        values, shape: shape, scope: .layer, hasPruned: hasPruned, escapesFrom: 128.5)
    }
    #expect(try read(values, hasPruned: false).values() == values)
    // Zero is that of pruned weights, so that 255 values are left.
    let pruned = try read(values, hasPruned: true)
    #expect(pruned.values() == values && pruned.codebooks[0].count == 255)
    var more = values
    more[599] = 0.5
    #expect(throws: WeightError.fullPrecision(filter: 0, element: 599, value: 0.5)) {
      try read(more, hasPruned: false)
    }
    more[599] = -200
    let escaped = try read(more, hasPruned: false)
    #expect(escaped.values() == more && escaped.escapes.map(\.element) == [599])
  }

  @Test(
    "four values in 100 weights: the vector's stream, four entries, and an escape with its place")
  func bits() throws {
    let shape = try FilterShape(kernels: 10, channels: 10, rows: 1, columns: 1)
    let values: [Float] =
      Array(repeating: -1, count: 50) + Array(repeating: -0.25, count: 25)
      + Array(repeating: 0.5, count: 15) + Array(repeating: 2, count: 10)
    let coded = try CodebookCodec(entries: 4).encode(values, shape: shape)
    #expect(coded.codebooks == [[-1, -0.25, 0.5, 2]])
    #expect((coded.indexBits, coded.codebookBits, coded.escapeBits) == (175, 64, 0))
    #expect(coded.bits == 239)
    #expect(coded.values() == values)
    var large = values
    large[3] = 9
    let escaped = try CodebookCodec(entries: 4, escapes: 0.01).encode(large, shape: shape)
    #expect(escaped.escapes.map(\.element) == [3])
    #expect(escaped.addressBits == 7)
    #expect(escaped.escapeBits == 16 + 7)
    #expect(escaped.values() == large)
  }

  @Test("streams and values give the tensor back bit for bit", arguments: 1...40)
  func roundTrips(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let shape = try FilterShape(
      kernels: random.within(1...8), channels: random.within(1...12), rows: random.within(1...3),
      columns: random.within(1...3))
    let scale = random.pick([1e-3, 1, 100] as [Float])
    let values = (0..<shape.count).map { _ in random.laplace() * scale }
    let codec = try CodebookCodec(
      entries: random.within(1...20), prune: random.pick([0, 0.3, 0.9]),
      escapes: random.pick([0, 0.02, 0.1]), scope: random.pick([.layer, .filter]))
    let coded = try codec.encode(values, shape: shape)
    let decoded = coded.values()
    let again = try CodedTensor(
      decoded, shape: shape, scope: codec.scope, hasPruned: codec.prune > 0,
      escapesFrom: coded.smallestEscape)
    #expect(coded.reading(coded.stream) == coded)
    #expect(coded.stream.count == (coded.indexBits + 7) / 8)
    #expect(again.values() == decoded)
    // Entries that no weight has are in no file.
    #expect(again.bits <= coded.bits)
    #expect(again.indexBits == coded.indexBits)
    #expect(again.escapes == coded.escapes)
    #expect(Double(coded.pruned) <= (codec.prune * Double(shape.count)).rounded())
    #expect(Double(coded.escapes.count) <= (codec.escapes * Double(shape.count)).rounded())
    let pruned = Set(coded.symbols.indices.filter { codec.prune > 0 && coded.symbols[$0] == 0 })
    let escaped = Set(coded.escapes.map(\.element))
    let size = codec.scope == .layer ? shape.count : shape.filterSize
    for (index, value) in values.enumerated() {
      guard !pruned.contains(index), !escaped.contains(index) else { continue }
      let book = coded.codebooks[index / size]
      let nearest = book.map { abs($0 - value) }.min() ?? .infinity
      #expect(abs(decoded[index] - value) <= nearest * 1.000001 + 1e-12, "seed \(seed), \(index)")
    }
    let later = values.map { random.next() % 4 == 0 ? $0 * 1.5 : $0 }
    let changed = try codec.encode(later, shape: shape)
    let update = try #require(CodedUpdate(from: coded, to: changed))
    #expect(update.applied(to: coded) == changed)
    #expect(try #require(CodedUpdate(from: coded, to: coded)).bits == 0)
  }

  @Test("two entries are the binary storage, one per filter with pruning the signed-binary mask")
  func knownPaths() throws {
    var random = SeededRandom(seed: 7)
    let shape = try FilterShape(kernels: 8, channels: 16, rows: 3, columns: 3)
    let values = (0..<shape.count).map { _ in random.laplace() }
    let two = try CodebookCodec(entries: 2).encode(values, shape: shape)
    let binary = try BinaryQuantizer().quantize(values, shape: shape)
    #expect(two.indexBits == binary.storage.masks)
    let signed = try SignedBinary().quantize(values, shape: shape)
    let plain = signed.values().map(Float.init)
    let share = Double(shape.count - signed.effectual) / Double(shape.count)
    let one = try CodebookCodec(entries: 1, prune: share, scope: .filter)
      .encode(plain, shape: shape)
    #expect(one.symbols.map { $0 == 0 } == signed.values().map { $0 == 0 })
    #expect(one.values() == plain)
    #expect(one.indexBits == signed.storage.masks)
    #expect(one.codebookBits == 16 * signed.storage.signs)
    let three = try CodebookCodec(entries: 2, prune: 0.5).encode(values, shape: shape)
    #expect(Set(three.symbols) == [0, 1, 2])
  }

  @Test(
    "the update of one weight is the run before it and its symbol; more entries are never worse")
  func updates() throws {
    let shape = try FilterShape(kernels: 1, channels: 64, rows: 1, columns: 1)
    var values: [Float] = (0..<64).map { $0 < 32 ? 1 : 2 }
    let old = try CodebookCodec(entries: 2).encode(values, shape: shape)
    values[6] = 2
    let new = try CodebookCodec(entries: 2).encode(values, shape: shape)
    let update = try #require(CodedUpdate(from: old, to: new))
    // 7 in the gamma code has 5 bits; a code of one symbol has none.
    #expect((update.changed, update.runBits, update.symbolBits) == (1, 5, 0))
    #expect(update.bits == 5)
    var random = SeededRandom(seed: 3)
    let shapes = try FilterShape(kernels: 32, channels: 64, rows: 1, columns: 1)
    let weights = (0..<shapes.count).map { _ in random.laplace() }
    var last = Double.infinity
    for entries in [1, 2, 4, 8, 16, 32] {
      let trial = try CodecTrial(CodebookCodec(entries: entries), weights, shape: shapes)
      #expect(trial.error.meanSquare < last)
      last = trial.error.meanSquare
    }
    // The best quantizers of 2 and 4 levels for a Laplace density of variance 2 (Max, IRE Trans. 1960;
    // Paez and Glisson, IEEE Trans. Communications 20(2), 1972: 0.5 and 0.1765 of the variance).
    let two = try CodecTrial(CodebookCodec(entries: 2), weights, shape: shapes).error
    let four = try CodecTrial(CodebookCodec(entries: 4), weights, shape: shapes).error
    #expect(abs(two.meanSquare / 2 - 0.5) < 0.05)
    #expect(abs(four.meanSquare / 2 - 0.1765) < 0.02)
  }

  @Test("settings and weights that make no sense are said")
  func errors() throws {
    let shape = try FilterShape(kernels: 1, channels: 2, rows: 1, columns: 1)
    #expect(throws: WeightError.self) { try CodebookCodec(entries: 0) }
    #expect(throws: WeightError.self) { try CodebookCodec(entries: 256, prune: 0.1) }
    #expect(throws: WeightError.self) { try CodebookCodec(entries: 4, prune: .nan) }
    #expect(throws: WeightError.self) { try CodebookCodec(entries: 4, prune: 0.6, escapes: 0.5) }
    let codec = try CodebookCodec(entries: 4, prune: 0.5, escapes: 0.5)
    #expect(throws: WeightError.notFinite(element: 1, filter: 0)) {
      try codec.encode([1, .nan], shape: shape)
    }
    #expect(throws: WeightError.self) { try codec.encode([1, 1e6], shape: shape) }
    #expect(throws: WeightError.self) { try codec.encode([1], shape: shape) }
    for values in [[0, 0], [1, 1], [-2, 3], [1e-30, -1e-30], [65504, -65504]] as [[Float]] {
      for codec in [
        codec, try CodebookCodec(entries: 1, prune: 1), try CodebookCodec(entries: 1, escapes: 1),
        try CodebookCodec(entries: 256, scope: .filter),
      ] {
        let coded = try codec.encode(values, shape: shape)
        let again = try CodedTensor(
          coded.values(), shape: shape, scope: coded.scope, hasPruned: coded.hasPruned,
          escapesFrom: coded.smallestEscape)
        #expect(again.values() == coded.values())
      }
    }
  }
}
