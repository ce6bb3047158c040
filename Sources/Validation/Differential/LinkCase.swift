internal import Networks

/// How a case codes its maps on the links to DRAM, and how many zeros they have.
public struct LinkCase: Sendable, Hashable {
  /// Bits of a run, of a value and of a word.
  public var run: Int
  /// Bits of a value, those of an element or more.
  public var value: Int
  /// Bits of a word.
  public var word: Int
  /// Zeros of input and results in per cent.
  public var zeros: [Int]
  /// Raw MB/s that the coders take or give, nil for as fast as the link.
  public var rate: Int?
  /// Whether the input is the network's and crosses as it is.
  public var isFirst: Bool

  init(_ draw: inout Draw) {
    run = draw.whole(1...6)
    value = draw.one(of: [8, 8, 8, 11, 16])
    word = run + value + 1 + draw.whole(0...60)
    zeros = (0...1).map { _ in draw.one(of: [0, 100, draw.whole(0...100), draw.whole(0...100)]) }
    rate = draw.one(of: [nil, nil, draw.whole(1...40) * 10])
    isFirst = draw.whole(0...4) == 0
  }

  /// The key of the link of inputs.
  var input: String { text(isFirst ? ", first_input: raw" : "") }
  /// The key of the link of results.
  var output: String { text("") }

  private func text(_ more: String) -> String {
    ", compression: {kind: run-length, run: \(run) bit, value: \(value) bit, word: \(word) bit"
      + (rate.map { ", rate: \($0) MB/s" } ?? "") + more + "}"
  }

  /// The zeros of a layer.
  var shares: ZeroShares {
    ZeroShares(
      reads: [Double(zeros[0]) / 100], written: Double(zeros[1]) / 100, readsInput: isFirst)
  }
}
