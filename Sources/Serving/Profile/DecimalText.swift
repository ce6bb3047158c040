/// Changes of unit in decimal text, exact where multiplying binary numbers is not.
enum DecimalText {
  /// The number times a power of ten, rounded once; nil when the text is no number.
  static func parse(_ text: String, byPowerOfTen power: Int) -> Double? {
    let parts = text.split(maxSplits: 1, omittingEmptySubsequences: false) {
      $0 == "e" || $0 == "E"
    }
    guard let mantissa = parts.first, Double(mantissa) != nil else { return nil }
    guard parts.count == 2 else { return Double("\(mantissa)e\(power)") }
    guard let exponent = Int(parts[1]), abs(exponent) < 1000 else { return nil }
    return Double("\(mantissa)e\(exponent + power)")
  }

  /// A text that `parse` with the opposite power reads as the same number.
  static func scaled(_ value: Double, byPowerOfTen power: Int) -> String {
    let plain = "\(parse("\(value)", byPowerOfTen: power) ?? value)"
    if parse(plain, byPowerOfTen: -power) == value { return plain }
    let parts = "\(value)".split(separator: "e")
    let exponent = parts.count == 2 ? Int(parts[1]) ?? 0 : 0
    return "\(parts[0])e\(exponent + power)"
  }
}
