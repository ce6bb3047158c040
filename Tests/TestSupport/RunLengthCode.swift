/// A coder of the format that links to DRAM may have, bit for bit: an oracle for what the cost model
/// only expects.
///
/// A word holds as many pairs of a run of zeros and the value behind it as fit beside one bit that marks
/// the last word.
public struct RunLengthCode: Sendable {
  /// A run of zeros and the value behind it.
  public struct Pair: Hashable, Sendable {
    /// Zeros before the value.
    public let run: Int
    /// The value; zero behind a run that is as long as its field can say.
    public let value: Int

    /// Makes a pair.
    public init(_ run: Int, _ value: Int) {
      self.run = run
      self.value = value
    }
  }

  /// Bits of a run, of a value and of a word.
  public let widths: (run: Int, value: Int, word: Int)

  /// Makes a coder.
  public init(run: Int, value: Int, word: Int) { widths = (run, value, word) }

  /// Pairs of a word.
  public var pairsPerWord: Int { (widths.word - 1) / (widths.run + widths.value) }

  /// The pairs of a map; zeros at its end take a pair more.
  public func pairs(_ map: [Int]) -> [Pair] {
    var pairs: [Pair] = []
    var run = 0
    for value in map {
      if value == 0, run < 1 << widths.run - 1 {
        run += 1
        continue
      }
      pairs.append(Pair(run, value))
      run = 0
    }
    if run > 0 { pairs.append(Pair(run - 1, 0)) }
    return pairs
  }

  /// The words of a map, each a list of bits, the last pair of the last word perhaps left out.
  public func words(_ map: [Int]) -> [[Bool]] {
    let pairs = pairs(map)
    return stride(from: 0, to: pairs.count, by: pairsPerWord).map { first in
      var bits: [Bool] = []
      for pair in pairs[first..<min(first + pairsPerWord, pairs.count)] {
        bits += field(pair.run, widths.run) + field(pair.value, widths.value)
      }
      let rest = widths.word - 1 - bits.count
      return bits + Array(repeating: false, count: rest) + [first + pairsPerWord >= pairs.count]
    }
  }

  /// The first `count` elements that words stand for.
  public func map(_ words: [[Bool]], count: Int) -> [Int] {
    var map: [Int] = []
    for word in words {
      for pair in 0..<pairsPerWord {
        let first = pair * (widths.run + widths.value)
        let run = number(word[first..<first + widths.run])
        let value = number(word[first + widths.run..<first + widths.run + widths.value])
        map += Array(repeating: 0, count: run) + [value]
      }
    }
    return Array(map.prefix(count))
  }

  private func field(_ value: Int, _ width: Int) -> [Bool] {
    (0..<width).map { value >> $0 & 1 == 1 }
  }

  private func number(_ bits: ArraySlice<Bool>) -> Int {
    bits.reversed().reduce(0) { $0 << 1 | ($1 ? 1 : 0) }
  }
}
