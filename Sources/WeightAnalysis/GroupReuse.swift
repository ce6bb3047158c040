/// Activation-group reuse among blocks of filters, the transpose of column tiles.
///
/// UCNN (Hegde et al., ISCA 2018, arXiv 1804.06508) sums the activations that meet the same
/// weights in all G filters of a block once.
extension QuantizedTensor {
  /// Σ_{c≠0} (n_c - 1) + Σ_g max(0, #{c present: bit g} - 1) over blocks of G mask rows.
  ///
  /// Column i has the code c whose bit g says whether row g has it, and n_c columns have the code
  /// c. The rows are those of `PatternTiling`; ternary adds the merges of a filter's two rows and
  /// binary its N - 1 + K. Throws `WeightError.setting` for a block outside 1 to 16.
  public func groupReuseAdditions(group: Int) throws(WeightError) -> Int {
    guard (1...16).contains(group) else {
      throw .setting(name: "group", message: "expected 1 to 16 filters")
    }
    guard let patterns = scheme.patterns else { throw .noPatterns(scheme) }
    let rows = maskRows(patterns)
    var sizes = Array(repeating: 0, count: 1 << group)
    var touched: [Int] = []
    var codes = Array(repeating: 0, count: shape.filterSize)
    var additions = 0
    for start in stride(from: 0, to: rows.count, by: group) {
      let block = rows[start..<min(rows.count, start + group)]
      for column in codes.indices { codes[column] = 0 }
      for (bit, row) in block.enumerated() {
        for word in 0..<wordsPerFilter {
          var bits = row[row.startIndex + word]
          while bits != 0 {
            codes[word * 64 + bits.trailingZeroBitCount] |= 1 << bit
            bits &= bits &- 1
          }
        }
      }
      for code in codes where code != 0 {
        if sizes[code] == 0 { touched.append(code) }
        sizes[code] += 1
      }
      for code in touched {
        additions += sizes[code] - 1
        sizes[code] = 0
      }
      for bit in 0..<block.count {
        additions += max(0, touched.count { $0 >> bit & 1 != 0 } - 1)
      }
      touched.removeAll(keepingCapacity: true)
    }
    switch patterns {
    case .nonZero: return additions
    case .positive: return additions + shape.filterSize - 1 + shape.kernels
    case .positiveAndNegative:
      return additions
        + (0..<shape.kernels).count { kernel in
          rows[kernel].contains { $0 != 0 }
            && rows[shape.kernels + kernel].contains { $0 != 0 }
        }
    }
  }

  /// The words of each mask row, in the order of `PatternTiling`.
  private func maskRows(_ patterns: SignPatterns) -> [ArraySlice<UInt64>] {
    let words = (0..<shape.kernels).map { $0 * wordsPerFilter..<($0 + 1) * wordsPerFilter }
    switch patterns {
    case .positive: return words.map { positive[$0] }
    case .nonZero:
      return words.map { range in ArraySlice(range.map { positive[$0] | negative[$0] }) }
    case .positiveAndNegative: return words.map { positive[$0] } + words.map { negative[$0] }
    }
  }
}
