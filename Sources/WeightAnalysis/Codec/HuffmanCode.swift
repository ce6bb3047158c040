internal import Foundation

/// A prefix code of symbols with the fewest bits for their counts.
///
/// Source: Huffman, A Method for the Construction of Minimum-Redundancy Codes, Proc. IRE 40(9), 1952. Codes
/// are canonical, so that their lengths tell them: shorter ones first, equal lengths by symbol. Where one
/// symbol is all there is, it takes no bits.
public struct HuffmanCode: Hashable, Sendable {
  /// How often each symbol occurs.
  public let counts: [Int]
  /// Bits of each symbol's code word, 0 for symbols that do not occur.
  public let lengths: [Int]

  /// Makes the code of counts, of which none is negative.
  ///
  /// Of equal counts the symbols are merged before what was merged already, and lower symbols first: the
  /// code with the shortest longest word.
  public init(counts: [Int]) {
    self.counts = counts
    let used = counts.indices.filter { counts[$0] > 0 }.sorted {
      (counts[$0], $0) < (counts[$1], $1)
    }
    var lengths = Array(repeating: 0, count: counts.count)
    // Leaves rise by count, and so do nodes in the order in which they are made.
    var nodes: [(count: Int, children: (Int, Int))] = []
    var (leaf, node) = (0, 0)
    func next() -> Int? {
      guard leaf < used.count || node < nodes.count else { return nil }
      let takesLeaf =
        leaf < used.count && (node == nodes.count || counts[used[leaf]] <= nodes[node].count)
      defer { if takesLeaf { leaf += 1 } else { node += 1 } }
      return takesLeaf ? leaf : used.count + node
    }
    func count(_ index: Int) -> Int {
      index < used.count ? counts[used[index]] : nodes[index - used.count].count
    }
    while leaf + node + 1 < used.count + nodes.count {
      guard let first = next(), let second = next() else { break }
      nodes.append((count(first) + count(second), (first, second)))
    }
    var depths = Array(repeating: 0, count: nodes.count)
    for index in nodes.indices.reversed() {
      for child in [nodes[index].children.0, nodes[index].children.1] {
        if child < used.count {
          lengths[used[child]] = depths[index] + 1
        } else {
          depths[child - used.count] = depths[index] + 1
        }
      }
    }
    self.lengths = lengths
  }

  /// Bits of all symbols.
  public var bits: Int { zip(counts, lengths).reduce(0) { $0 + $1.0 * $1.1 } }

  /// Bits of a symbol that no code goes below on average: `-sum p log2 p` (Shannon, 1948).
  public var entropy: Double {
    let all = Double(counts.reduce(0, +))
    return counts.reduce(0) { sum, count in
      guard count > 0 else { return sum }
      let share = Double(count) / all
      return sum - share * log2(share)
    }
  }

  /// The code word of each symbol, its first bit the highest of so many.
  var words: [UInt64] {
    var words = Array(repeating: UInt64(0), count: lengths.count)
    var (word, length) = (UInt64(0), 0)
    for symbol in order {
      word <<= UInt64(lengths[symbol] - length)
      length = lengths[symbol]
      words[symbol] = word
      word += 1
    }
    return words
  }

  /// Symbols with a code word, in the order of their words.
  var order: [Int] {
    lengths.indices.filter { lengths[$0] > 0 }.sorted { (lengths[$0], $0) < (lengths[$1], $1) }
  }

  /// The code words of `symbols`, one after the other, the first bit the highest of a byte.
  public func encoded(_ symbols: [UInt8]) -> [UInt8] {
    guard let longest = lengths.max(), longest <= 32 else { return encodedOneByOne(symbols) }
    // Word and length in one number.
    var table = [UInt64](repeating: 0, count: 256)
    for (symbol, word) in words.enumerated() where symbol < 256 {
      table[symbol] = word << 8 | UInt64(lengths[symbol])
    }
    return table.withUnsafeBufferPointer { table in
      symbols.withUnsafeBufferPointer { symbols in
        let bits = symbols.reduce(0) { $0 + Int(table[Int($1)] & 0xff) }
        return [UInt8](unsafeUninitializedCapacity: bits / 8 + 8) { bytes, count in
          let start = UnsafeMutableRawPointer(bytes.baseAddress)
          var (pending, filled, place) = (UInt64(0), UInt64(0), 0)
          for symbol in symbols {
            let entry = table[Int(symbol)]
            pending = pending << (entry & 0xff) | entry >> 8
            filled += entry & 0xff
            if filled >= 32 {
              filled -= 32
              let word = UInt32(truncatingIfNeeded: pending >> filled)
              start?.storeBytes(of: word.bigEndian, toByteOffset: place, as: UInt32.self)
              place += 4
            }
          }
          let word = UInt32(truncatingIfNeeded: pending << (32 - filled))
          start?.storeBytes(of: word.bigEndian, toByteOffset: place, as: UInt32.self)
          count = (bits + 7) / 8
        }
      }
    }
  }

  /// The same for codes with longer words.
  private func encodedOneByOne(_ symbols: [UInt8]) -> [UInt8] {
    var writer = BitWriter()
    let words = words
    for symbol in symbols { writer.append(words[Int(symbol)], bits: lengths[Int(symbol)]) }
    writer.finish()
    return writer.bytes
  }

  /// The `count` symbols of a stream; nil where it ends before or has a word of no symbol.
  public func decoded(_ stream: [UInt8], count: Int) -> [UInt8]? {
    let table = DecodingTable(self)
    var reader = BitReader(stream)
    var isWhole = true
    let symbols = [UInt8](unsafeUninitializedCapacity: count) { symbols, made in
      made = table.read(&reader, into: symbols)
      while made < count {
        guard let symbol = table.next(&reader) else {
          isWhole = false
          return
        }
        symbols[made] = symbol
        made += 1
      }
    }
    return isWhole ? symbols : nil
  }
}
