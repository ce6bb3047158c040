extension HuffmanCode {
  /// Symbols by the next bits of a stream; longer words by the first word of each length.
  struct DecodingTable {
    /// Bits that are looked up at once.
    private static let width = 12
    private var first: [(word: UInt64, place: Int, count: Int)]
    private let order: [Int]
    /// The only symbol of a code without words.
    private let only: Int?
    /// The symbol and, in the lower byte, the length of the word that bits begin with; 0 for a longer one.
    private var table = [UInt16](repeating: 0, count: 1 << Self.width)

    init(_ code: HuffmanCode) {
      order = code.order
      only = order.isEmpty ? code.counts.firstIndex { $0 > 0 } : nil
      let longest = order.last.map { code.lengths[$0] } ?? 0
      first = Array(repeating: (word: 0, place: 0, count: 0), count: longest + 1)
      let words = code.words
      for (place, symbol) in order.enumerated() {
        let length = code.lengths[symbol]
        if first[length].count == 0 { first[length] = (words[symbol], place, 0) }
        first[length].count += 1
        guard length <= Self.width else { continue }
        let start = Int(words[symbol]) << (Self.width - length)
        for bits in start..<start + 1 << (Self.width - length) {
          table[bits] = UInt16(symbol << 8 | length)
        }
      }
    }

    /// The next symbol; nil where there is none.
    func next(_ reader: inout BitReader) -> UInt8? {
      if let only { return UInt8(only) }
      var word: UInt64 = 0
      for entry in first.dropFirst() {
        guard let bit = reader.next() else { return nil }
        word = word << 1 | UInt64(bit)
        if entry.count > 0, word >= entry.word, word - entry.word < UInt64(entry.count) {
          return UInt8(order[entry.place + Int(word - entry.word)])
        }
      }
      return nil
    }

    /// As many symbols as fit and can be read four at a time; gives how many these are.
    ///
    /// The rest, the last bytes and words that are longer than what is looked up, is left to `next`.
    func read(_ reader: inout BitReader, into symbols: UnsafeMutableBufferPointer<UInt8>) -> Int {
      guard only == nil else { return 0 }
      var made = 0
      table.withUnsafeBufferPointer { table in
        while made + 4 <= symbols.count {
          guard let window = reader.window else { return }
          var bits = window
          var length = 0
          for place in made..<made + 4 {
            let entry = table[Int(bits >> UInt64(64 - Self.width))]
            guard entry != 0 else {
              reader.skip(length)
              guard let symbol = next(&reader) else { return }
              symbols[place] = symbol
              made = place + 1
              length = 0
              break
            }
            symbols[place] = UInt8(truncatingIfNeeded: entry >> 8)
            bits <<= UInt64(entry & 0xff)
            length += Int(entry & 0xff)
            made = place + 1
          }
          reader.skip(length)
        }
      }
      return made
    }
  }
}
