/// The alphabet of a quantized tensor: everything that storage, classification and analysis ask of it.
///
/// A quantizer defines its own in one place; nothing else lists them.
public struct QuantizationScheme: Hashable, Sendable {
  /// The name in files, in kebab-case.
  public let name: String
  /// The weights over their scale, rising; a weight of level 0 takes no part in a sum.
  public let levels: [Int8]
  /// Whether the weights of a region that are not zero have one sign, which is stored beside them.
  public let isSignedByRegion: Bool
  /// Bits of one stored weight: of its place among the levels, those of its region's sign alone.
  public let bits: Int
  /// Bits stored beside the weights for each region of a filter: its sign, where it has one.
  public let bitsPerRegion: Int
  /// Which sign patterns tell the weights; nil where signs and zeros do not tell them.
  public let patterns: SignPatterns?

  /// Makes an alphabet.
  ///
  /// - Precondition: `levels` has two or more values, rising, none of them -128; with one sign per
  ///   region both signs have the same.
  public init(_ name: String, levels: [Int8], isSignedByRegion: Bool = false) {
    precondition(
      levels.count > 1 && zip(levels, levels.dropFirst()).allSatisfy { $0 < $1 }
        && levels[0] > -128,
      "levels rise")
    precondition(
      !isSignedByRegion || levels == levels.reversed().map { -$0 },
      "regions of both signs are alike")
    self.name = name
    self.levels = levels
    self.isSignedByRegion = isSignedByRegion
    let values = isSignedByRegion ? levels.count { $0 >= 0 } : levels.count
    bits = Int.bitWidth - (values - 1).leadingZeroBitCount
    bitsPerRegion = isSignedByRegion ? 1 : 0
    if levels.contains(where: { $0.magnitude > 1 }) {
      patterns = nil
    } else if isSignedByRegion {
      patterns = .nonZero
    } else {
      patterns = levels == [-1, 1] ? .positive : .positiveAndNegative
    }
  }

  /// Weights in the most bytes that hold several at once, nil where that takes no less than `bits`
  /// each: 5 ternary weights are one of 243 values and fit 8 bits.
  var packed: Int? {
    var (count, values) = (0, 1)
    while values * levels.count <= 256 {
      values *= levels.count
      count += 1
    }
    return 8 < bits * count ? count : nil
  }

}

/// How the masks of a tensor's signs tell its weights (PLUM, arXiv 2312.01581; UCNN, arXiv 1804.06508).
public enum SignPatterns: Hashable, Sendable {
  /// One mask of the weights that are not zero; the region says their sign.
  case nonZero
  /// One mask of the positive weights, all others are negative: twice their sum less the sum of all.
  case positive
  /// A mask of the positive and one of the negative weights.
  case positiveAndNegative
}
