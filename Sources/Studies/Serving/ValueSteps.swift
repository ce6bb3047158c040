internal import Foundation

/// Cuts the range of some values into equal steps.
package struct ValueSteps {
  private let low: Double
  private let high: Double
  private let isLogarithmic: Bool
  private let count: Int

  /// Covers `values`, in equal ratios where `isLogarithmic`, which needs positive ones.
  package init(_ values: [Double], isLogarithmic: Bool, count: Int) {
    let known = values.filter { $0.isFinite && (!isLogarithmic || $0 > 0) }
    let scaled = known.map { isLogarithmic ? log($0) : $0 }
    low = scaled.min() ?? 0
    high = scaled.max() ?? 0
    self.isLogarithmic = isLogarithmic
    self.count = count
  }

  /// The step of `value`, 0 to `count` - 1; what is not finite belongs to the last.
  package func step(of value: Double) -> Int {
    guard value.isFinite else { return count - 1 }
    guard high > low else { return 0 }
    let place = isLogarithmic ? (value > 0 ? log(value) : low) : value
    return min(max(Int((place - low) / (high - low) * Double(count)), 0), count - 1)
  }
}
