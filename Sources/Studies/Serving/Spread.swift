package import Documents

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Foundation
#endif

/// A figure over seeds.
package struct Spread: Hashable {
  /// The mean.
  package let mean: Double
  /// The lowest seed.
  package let low: Double
  /// The highest seed.
  package let high: Double
  /// Half the width of the 95 % interval of the mean; nil with one seed.
  let interval: Double?

  /// Of one value per seed; nil when there is none.
  ///
  /// The interval is that of Student's t: the seeds are independent runs of equal length.
  package init?(_ values: [Double]) {
    guard let low = values.min(), let high = values.max() else { return nil }
    let count = Double(values.count)
    // Equal values have themselves as their mean, whatever the rounding of their sum.
    let mean = low == high ? low : values.reduce(0, +) / count
    self.low = low
    self.high = high
    self.mean = mean
    guard values.count > 1 else {
      interval = nil
      return
    }
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let error = (squares / (count - 1) / count).squareRoot()
    interval = StudentT.quantile(degrees: values.count - 1) * error
  }

  /// The figure of a document.
  package var document: SpreadFigures {
    SpreadFigures(mean: mean, low: low, high: high, ci95: interval)
  }
}

/// Student's distribution.
enum StudentT {
  /// The t that 95 % of the distribution lie within, two-sided.
  static func quantile(degrees: Int) -> Double {
    // From the normal distribution's 1.96 to 12.71 with one degree of freedom.
    var (low, high) = (1.9, 12.8)
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if probability(within: middle, degrees: degrees) < 0.95 {
        low = middle
      } else {
        high = middle
      }
    }
    return (low + high) / 2
  }

  /// P(|T| <= t) by its finite series.
  ///
  /// Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.3 and 26.7.4.
  static func probability(within t: Double, degrees: Int) -> Double {
    let angle = atan(t / Double(degrees).squareRoot())
    let (sine, cosine) = (sin(angle), cos(angle))
    let isOdd = degrees % 2 == 1
    // Odd: cos, 2/3 cos^3, ... cos^(n - 2); even: 1, 1/2 cos^2, ... cos^(n - 2).
    var term = isOdd ? cosine : 1
    var sum = 0.0
    var power = isOdd ? 1 : 0
    while power <= degrees - 2 {
      sum += term
      term *= cosine * cosine * Double(power + 1) / Double(power + 2)
      power += 2
    }
    return isOdd ? (angle + sine * sum) * 2 / .pi : sine * sum
  }
}
