internal import Units

/// A positive number with its unit, as a file writes it, that can be moved by a share.
package struct AssumedValue: Hashable, Sendable {
  private let number: Double
  private let unit: String
  /// Size of the number's unit in what is counted, nil for what is measured.
  private let scale: Double?

  /// Reads `text`; nil unless it is a number above 0 and, where it has one, a unit.
  package init?(_ text: String) {
    let parts = text.split(separator: " ", maxSplits: 1)
    guard let first = parts.first, first.first?.isNumber == true, let number = Double(first),
      number > 0, number.isFinite
    else { return nil }
    let unit = parts.count > 1 ? parts[1].drop { $0 == " " } : ""
    self.number = number
    self.unit = String(unit)
    if let size = Bytes.units.first(where: { $0.symbol == unit })?.scale {
      scale = size
    } else {
      let isWhole = number == number.rounded()
      let isCounted = unit.isEmpty ? isWhole && !first.contains(".") : Self.counted.contains(unit)
      scale = isCounted ? 1 : nil
    }
    // Whole numbers from here on are no longer exact.
    guard number * (scale ?? 1) < 9_007_199_254_740_992 else { return nil }
  }

  private static let counted = (Cycles.units + Bits.units).map { Substring($0.symbol) }

  /// The text of the value times `factor`; things that are counted stay whole and move by one at
  /// least, sizes stay whole bytes.
  package func moved(by factor: Double) -> String {
    guard let scale else {
      let moved = (number * factor * 1e9).rounded() / 1e9
      return unit.isEmpty ? "\(moved)" : "\(moved) \(unit)"
    }
    let base = number * scale
    var moved = Int((base * factor).rounded())
    if moved == Int(base) { moved += factor > 1 ? 1 : -1 }
    if unit.isEmpty { return "\(moved)" }
    return Bytes.units.contains { $0.symbol == unit } ? "\(moved) B" : "\(moved) \(unit)"
  }
}
