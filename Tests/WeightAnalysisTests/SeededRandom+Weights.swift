import Foundation
import TestSupport

extension SeededRandom {
  /// A number in (0, 1).
  mutating func unit() -> Double { (Double(next() >> 11) + 0.5) / 9_007_199_254_740_992 }

  /// A Laplace variate of scale 1.
  mutating func laplace() -> Float {
    let unit = unit() - 0.5
    return Float(unit < 0 ? log(1 + 2 * unit) : -log(1 - 2 * unit))
  }
}
