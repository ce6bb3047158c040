internal import Foundation

/// Ticks at powers of the base, closer where few of them fit.
enum LogTicks {
  /// About `count` ticks between `low` and `high`; every label has its unit.
  static func make(
    _ axis: Axis, _ low: Double, _ high: Double, count: Int
  ) -> (ticks: [Scale.Tick], title: String) {
    guard case .logarithmic(let base) = axis.kind else { return ([], axis.title) }
    let factors: [Double] = base == 10 ? [1, 2, 5] : [1]
    let logBase = log(Double(base))
    let first = Int((log(low) / logBase - 1e-9).rounded(.up))
    let last = Int((log(high) / logBase + 1e-9).rounded(.down))
    var values: [Double] = []
    let decades = last - first + 1
    if decades >= (base == 10 ? 3 : 1) {
      let step = max(1, Int((Double(decades) / Double(max(count, 1))).rounded(.up)))
      values = stride(from: first, through: last, by: step).map { power(base, $0) }
    } else {
      for exponent in (first - 1)...(last + 1) {
        for factor in factors {
          let value = factor * power(base, exponent)
          if value >= low * 0.999999, value <= high * 1.000001 { values.append(value) }
        }
      }
    }
    if values.count < 2 {
      return LinearTicks.make(axis, low, high, count: min(count, 4))
    }
    return (values.map { Scale.Tick(value: $0, label: label($0, axis.unit)) }, axis.title)
  }

  /// Exact for whole powers, unlike `pow`.
  private static func power(_ base: Int, _ exponent: Int) -> Double {
    if base == 2 { return Double(sign: .plus, exponent: exponent, significand: 1) }
    var result = 1.0
    for _ in 0..<abs(exponent) { result *= 10 }
    return exponent < 0 ? 1 / result : result
  }

  /// `10 us`, `512 KiB`, `0.5`.
  private static func label(_ value: Double, _ unit: String) -> String {
    if unit == "B" {
      guard value >= 1, value < 9e18 else { return "\(Coordinate.text(value)) B" }
      return trimmed(NumberText.bytes(Int(value.rounded())))
    }
    if unit == "%" { return "\(Coordinate.text(value * 100)) %" }
    if unit == "mm2" { return "\(Coordinate.fixed(value, decimals: 4, trims: true)) mm\u{B2}" }
    if unit.isEmpty, value < 1000, value >= 0.001 {
      return Coordinate.fixed(value, decimals: 4, trims: true)
    }
    return trimmed(NumberText.quantity(value, unit: unit))
  }

  /// `1.00 ms` as `1 ms`.
  private static func trimmed(_ text: String) -> String {
    let parts = text.split(separator: " ")
    guard let first = parts.first else { return text }
    var digits = String(first)
    if digits.contains(".") {
      while digits.hasSuffix("0") { digits.removeLast() }
      if digits.hasSuffix(".") { digits.removeLast() }
    }
    return ([digits] + parts.dropFirst().map(String.init)).joined(separator: " ")
  }
}
