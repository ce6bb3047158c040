/// Numbers in pictures: two decimals, no trailing zeros, the same on every machine.
///
/// The only place where a coordinate becomes text.
enum Coordinate {
  /// The text of `value`; what is not finite is drawn at zero.
  static func text(_ value: Double) -> String { fixed(value, decimals: 2, trims: true) }

  /// `value` with `decimals` digits after the point, 0 to 6.
  static func fixed(_ value: Double, decimals: Int, trims: Bool = false) -> String {
    let places = min(max(decimals, 0), 6)
    var power = 1
    for _ in 0..<places { power *= 10 }
    let scaled = (value * Double(power)).rounded()
    guard scaled.isFinite, abs(scaled) < 9e15 else { return scaled.isFinite ? "\(value)" : "0" }
    let whole = Int(scaled.magnitude)
    var fraction = ""
    if places > 0 {
      let digits = String(whole % power)
      fraction = String(repeating: "0", count: places - digits.count) + digits
      if trims { while fraction.hasSuffix("0") { fraction.removeLast() } }
    }
    let sign = scaled < 0 ? "-" : ""
    return "\(sign)\(whole / power)" + (fraction.isEmpty ? "" : ".\(fraction)")
  }
}
