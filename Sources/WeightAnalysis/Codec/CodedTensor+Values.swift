extension CodedTensor {
  /// The tensor that a codec made such values from, or a part of that tensor as if it were coded by itself.
  ///
  /// Weights of a magnitude of at least `escapesFrom` are escapes, zeros are pruned where any are; all
  /// other values are entries. Throws `WeightError` for another number of values than the shape has
  /// weights, and for more entries than a byte tells apart.
  public init(
    _ values: [Float], shape: FilterShape, scope: CodebookCodec.Scope, hasPruned: Bool,
    escapesFrom: Float?
  ) throws(WeightError) {
    guard values.count == shape.count else {
      throw .wrongCount(expected: shape.count, actual: values.count)
    }
    let size = scope == .layer ? values.count : shape.filterSize
    let limit = escapesFrom ?? .infinity
    let shift = hasPruned ? 1 : 0
    var finder = EntryFinder(most: CodebookCodec.mostSymbols - shift)
    var symbols = [UInt8](repeating: 0, count: values.count)
    var codebooks: [[Float]] = []
    var escapes: [Escape] = []
    for first in stride(from: 0, to: values.count, by: size) {
      let range = first..<first + size
      let stopped = values.withUnsafeBufferPointer { values in
        symbols.withUnsafeMutableBufferPointer { symbols in
          finder.find(
            UnsafeBufferPointer(rebasing: values[range]), below: limit, leavingZeros: hasPruned,
            UnsafeMutableBufferPointer(rebasing: symbols[range]))
        }
      }
      if let stopped {
        let index = first + stopped
        throw .fullPrecision(
          filter: index / shape.filterSize, element: index, value: values[index])
      }
      let (book, places) = finder.codebook(shift: shift)
      for index in range { symbols[index] = places[Int(symbols[index])] }
      for index in range where values[index].magnitude >= limit {
        escapes.append(Escape(element: index, value: values[index]))
        let nearest = values[index] < 0 ? 0 : book.count - 1
        symbols[index] = book.isEmpty ? 0 : UInt8(nearest + shift)
      }
      codebooks.append(book)
    }
    self.init(
      shape: shape, scope: scope, hasPruned: hasPruned, codebooks: codebooks, symbols: symbols,
      escapes: escapes)
  }
}

/// The different values among weights, found by hashing their bits.
private struct EntryFinder {
  /// Sixteen places for every symbol that there can be.
  private static let width = 12
  /// The bits of the value of each place.
  private var keys = [UInt32](repeating: 0, count: 1 << Self.width)
  /// Its number in the order in which values were found, from 1 on; 0 for places that are free.
  private var numbers = [UInt16](repeating: 0, count: 1 << Self.width)
  /// That of pruned weights.
  private static let zero: UInt16 = 256
  private var used: [Int] = []
  private var found: [Float] = []
  private let most: Int

  init(most: Int) { self.most = most }

  /// Gives every weight of a magnitude below a limit the number of its value, modulo 256, and all others 0.
  ///
  /// Returns where there is a value too many; nil where there is none.
  mutating func find(
    _ values: UnsafeBufferPointer<Float>, below limit: Float, leavingZeros: Bool,
    _ symbols: UnsafeMutableBufferPointer<UInt8>
  ) -> Int? {
    for place in used { numbers[place] = 0 }
    used.removeAll(keepingCapacity: true)
    found.removeAll(keepingCapacity: true)
    var stopped: Int?
    keys.withUnsafeMutableBufferPointer { keys in
      numbers.withUnsafeMutableBufferPointer { numbers in
        for (index, value) in values.enumerated() {
          // Both zeros are one value.
          let key = value == 0 ? 0 : value.bitPattern
          var place = Int((key &* 0x9e37_79b1) >> UInt32(32 - Self.width))
          while numbers[place] != 0, keys[place] != key { place = (place + 1) & (keys.count - 1) }
          var number = numbers[place]
          if number == 0, value.magnitude < limit {
            if leavingZeros, key == 0 {
              number = Self.zero
            } else {
              guard found.count < most else {
                stopped = index
                return
              }
              found.append(value)
              number = UInt16(found.count)
            }
            used.append(place)
            (keys[place], numbers[place]) = (key, number)
          }
          symbols[index] = UInt8(truncatingIfNeeded: number)
        }
      }
    }
    return stopped
  }

  /// The values, rising, and by number, modulo 256, where each of them is, `shift` on.
  func codebook(shift: Int) -> (book: [Float], places: [UInt8]) {
    let order = found.indices.sorted { found[$0] < found[$1] }
    var places = [UInt8](repeating: 0, count: 256)
    for (place, index) in order.enumerated() {
      places[(index + 1) & 0xff] = UInt8(place + shift)
    }
    return (order.map { found[$0] }, places)
  }
}
