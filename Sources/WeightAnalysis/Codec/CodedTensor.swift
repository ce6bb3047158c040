internal import Foundation

/// Weights of one layer as a codec stores them: a symbol for each, codebooks, and weights kept as they are.
public struct CodedTensor: Hashable, Sendable {
  /// A weight that is kept as it is, at half precision.
  public struct Escape: Hashable, Sendable {
    /// Its place in the order filter, channel, row, column.
    public let element: Int
    /// Its value.
    public let value: Float
  }

  /// The dimensions.
  public let shape: FilterShape
  /// The weights that share a codebook.
  public let scope: CodebookCodec.Scope
  /// Whether symbol 0 is that of pruned weights, and the first entry's 1; else that is 0.
  public let hasPruned: Bool
  /// The entries of the tensor, or of each filter, rising.
  public let codebooks: [[Float]]
  /// The symbol of each weight; escapes have that of the nearest entry.
  public let symbols: [UInt8]
  /// Weights kept as they are, in order.
  public let escapes: [Escape]
  /// The code of the symbols, one for the whole tensor.
  public let code: HuffmanCode

  init(
    shape: FilterShape, scope: CodebookCodec.Scope, hasPruned: Bool, codebooks: [[Float]],
    symbols: [UInt8], escapes: [Escape]
  ) {
    self.shape = shape
    self.scope = scope
    self.hasPruned = hasPruned
    self.codebooks = codebooks
    self.symbols = symbols
    self.escapes = escapes
    code = HuffmanCode(counts: Self.histogram(symbols))
  }

  /// How often each symbol occurs; several counters, for equal neighbours would wait for one another.
  private static func histogram(_ symbols: [UInt8]) -> [Int] {
    var counts = [Int](repeating: 0, count: 4 * 256)
    counts.withUnsafeMutableBufferPointer { counts in
      symbols.withUnsafeBufferPointer { symbols in
        var index = 0
        while index + 4 <= symbols.count {
          counts[Int(symbols[index])] += 1
          counts[256 + Int(symbols[index + 1])] += 1
          counts[512 + Int(symbols[index + 2])] += 1
          counts[768 + Int(symbols[index + 3])] += 1
          index += 4
        }
        while index < symbols.count {
          counts[Int(symbols[index])] += 1
          index += 1
        }
      }
    }
    return (0..<256).map { counts[$0] + counts[256 + $0] + counts[512 + $0] + counts[768 + $0] }
  }

  // MARK: Bits

  /// Bits of the symbols' code words.
  public var indexBits: Int { code.bits }
  /// Entries of all codebooks.
  public var entries: Int { codebooks.reduce(0) { $0 + $1.count } }
  /// Bits of an entry, and of the value of an escape: half precision.
  public static let entryBits = 16
  /// Bits that name a weight of the tensor.
  public var addressBits: Int { Int.bitWidth - (shape.count - 1).leadingZeroBitCount }
  /// Bits of the codebooks.
  public var codebookBits: Int { entries * Self.entryBits }
  /// Bits of the escapes, each with its place.
  public var escapeBits: Int { escapes.count * (Self.entryBits + addressBits) }
  /// All bits, `index stream + k x 16 + E x (16 + index width)`.
  ///
  /// The lengths of the code words, at most 256 small numbers for each tensor, are left out.
  public var bits: Int { indexBits + codebookBits + escapeBits }
  /// The symbols' code words.
  public var stream: [UInt8] { code.encoded(symbols) }

  /// Weights that are pruned.
  public var pruned: Int {
    guard hasPruned else { return 0 }
    return code.counts[0]
      - (codebooks.contains { $0.isEmpty } ? escapes.count { symbols[$0.element] == 0 } : 0)
  }

  /// The magnitude from which on weights are escapes; nil where there are none.
  public var smallestEscape: Float? { escapes.map(\.value.magnitude).min() }

  // MARK: Values

  /// The weights, in the order filter, channel, row, column.
  public func values() -> [Float] {
    let size = scope == .layer ? shape.count : shape.filterSize
    var result = [Float](repeating: 0, count: shape.count)
    for (group, book) in codebooks.enumerated() {
      var table = [Float](repeating: 0, count: 257)
      for (index, entry) in book.enumerated() { table[index + (hasPruned ? 1 : 0)] = entry }
      for index in group * size..<(group + 1) * size { result[index] = table[Int(symbols[index])] }
    }
    for escape in escapes { result[escape.element] = escape.value }
    return result
  }

  /// The tensor with the symbols of a stream in the place of its own; nil where the stream is another's.
  public func reading(_ stream: [UInt8]) -> CodedTensor? {
    code.decoded(stream, count: shape.count).map {
      CodedTensor(
        shape: shape, scope: scope, hasPruned: hasPruned, codebooks: codebooks, symbols: $0,
        escapes: escapes)
    }
  }
}

/// How far coded weights are from those that they stand for.
public struct CodingError: Hashable, Sendable {
  /// Mean of the squares of what each weight is off.
  public let meanSquare: Double
  /// Squares of the weights over squares of what they are off, in decibels; nil where nothing is off, or
  /// where all weights are zero.
  public let signalToNoise: Double?

  /// Compares weights with what they became.
  public init(_ weights: [Float], coded: [Float]) {
    var sum = Sum()
    sum.add(weights, coded: coded)
    self = sum.error
  }

  private init(_ sum: Sum) {
    meanSquare = sum.count == 0 ? 0 : sum.noise / Double(sum.count)
    signalToNoise = sum.noise > 0 && sum.signal > 0 ? 10 * log10(sum.signal / sum.noise) : nil
  }

  /// Squares of several tensors.
  public struct Sum: Hashable, Sendable {
    fileprivate var signal = 0.0
    fileprivate var noise = 0.0
    fileprivate var count = 0

    /// Of no weights.
    public init() {}

    /// Adds weights and what they became.
    public mutating func add(_ weights: [Float], coded: [Float]) {
      for (weight, value) in zip(weights, coded) {
        let difference = Double(weight) - Double(value)
        signal += Double(weight) * Double(weight)
        noise += difference * difference
      }
      count += weights.count
    }

    /// How far all of them are off.
    public var error: CodingError { CodingError(self) }
  }
}
