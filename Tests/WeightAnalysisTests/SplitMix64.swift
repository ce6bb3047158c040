import Foundation

/// Steele, Lea and Flood's generator, seeded so that every run draws the same numbers.
struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }

  /// A number in (0, 1).
  mutating func unit() -> Double { (Double(next() >> 11) + 0.5) / 9_007_199_254_740_992 }

  /// A Laplace variate of scale 1.
  mutating func laplace() -> Float {
    let unit = unit() - 0.5
    return Float(unit < 0 ? log(1 + 2 * unit) : -log(1 - 2 * unit))
  }
}
