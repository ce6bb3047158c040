internal import WeightAnalysis

/// The stored entries of a group whose rows are dealt out to elements, column by column.
///
/// An element stores its weights of a column that are not zero, each with the number g of zeros of its
/// own rows before it; a count of b bits holds less than 2^b of them, so g / 2^b fillers come first
/// (EIE, ISCA 2016, section III). Zeros behind the last weight of a column are not stored. A filler
/// belongs to the row of the weight behind it, so that any rows of the group have entries of their own.
struct DealtRows: Sendable {
  /// Entries that one weight takes beside its own.
  private struct Filler {
    let row: Int32
    let column: Int32
    let count: Int32
  }

  /// Columns that are counted together, and the fillers in them, row after row.
  private struct Block {
    let words: Range<Int>
    var fillers: [Filler] = []
  }

  /// Counters of a block; memory, not a limit of the machine.
  private static let counters = 1 << 22

  private let weights: QuantizedTensor
  private let filters: Range<Int>
  /// Elements that have rows.
  let elements: Int
  /// Entries of all rows.
  private(set) var stored = 0
  private var blocks: [Block] = []

  /// Deals the rows of `filters` out.
  init(_ weights: QuantizedTensor, _ filters: Range<Int>, among binding: RowBinding) {
    self.weights = weights
    self.filters = filters
    elements = max(1, min(binding.elements, filters.count))
    let words = max(1, Self.counters / (64 * elements))
    for first in stride(from: 0, to: weights.wordsPerFilter, by: words) {
      blocks.append(Block(words: first..<min(first + words, weights.wordsPerFilter)))
    }
    for index in blocks.indices { countFillers(block: index, indexBits: binding.indexBits) }
  }

  /// Walks every element's rows of a block and notes where zeros overrun their count.
  private mutating func countFillers(block index: Int, indexBits: Int) {
    let (words, elements) = (blocks[index].words, elements)
    var (stored, fillers) = (0, [Filler]())
    // The row behind the last weight of each element and column.
    var next = [Int32](repeating: 0, count: words.count * 64 * elements)
    next.withUnsafeMutableBufferPointer { next in
      for row in 0..<filters.count {
        let (place, element) = row.quotientAndRemainder(dividingBy: elements)
        forEachWeight(of: row, words) { column in
          let counter = (column - words.lowerBound * 64) * elements + element
          let count = (place - Int(next[counter])) >> indexBits
          next[counter] = Int32(place + 1)
          stored += 1 + count
          guard count > 0 else { return }
          fillers.append(
            Filler(row: Int32(row), column: Int32(column), count: Int32(count)))
        }
      }
    }
    self.stored += stored
    blocks[index].fillers = fillers
  }

  /// Calls `body` for every column of a row that has a weight, from the lowest of `words` on.
  private func forEachWeight(of row: Int, _ words: Range<Int>, _ body: (Int) -> Void) {
    let first = (filters.lowerBound + row) * weights.wordsPerFilter
    for word in words {
      var bits = weights.positive[first + word] | weights.negative[first + word]
      while bits != 0 {
        body(word * 64 + bits.trailingZeroBitCount)
        bits &= bits &- 1
      }
    }
  }

  /// Calls `body` for every column in order with the entries that each element has of `rows` in it.
  func forEachColumn(of rows: Range<Int>, _ body: (Int, UnsafeBufferPointer<Int32>) -> Void) {
    for block in blocks {
      let first = block.words.lowerBound * 64
      let columns = min(block.words.count * 64, weights.shape.filterSize - first)
      var entries = [Int32](repeating: 0, count: columns * elements)
      entries.withUnsafeMutableBufferPointer { entries in
        for row in rows {
          let element = row % elements
          forEachWeight(of: row, block.words) { entries[($0 - first) * elements + element] += 1 }
        }
        for filler in block.fillers where rows.contains(Int(filler.row)) {
          let element = Int(filler.row) % elements
          entries[(Int(filler.column) - first) * elements + element] += filler.count
        }
        for column in 0..<columns {
          let own = column * elements..<(column + 1) * elements
          body(first + column, UnsafeBufferPointer(rebasing: entries[own]))
        }
      }
    }
  }
}
