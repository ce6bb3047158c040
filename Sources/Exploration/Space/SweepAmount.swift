internal import Components
internal import Inputs
internal import Units

/// A number with or without a unit, for ranges and derived values.
struct SweepAmount: Hashable, Sendable {
  /// The value in the base unit.
  let value: Double
  /// The base unit, empty for a plain number.
  let unit: String

  private static let families: [[(symbol: String, scale: Double)]] = [
    Bytes.units, Bandwidth.units, Frequency.units, Cycles.units, Bits.units, Percentage.units,
    Milliwatts.units, SquareMillimetres.units, Joules.units,
    // Energies of different kinds of tables are no multiples of each other.
    Picojoules.units.filter { $0.symbol.hasSuffix("J") }, [("mac", 1)], [("unit", 1)],
    [("ns", 1), ("us", 1e3), ("ms", 1e6), ("s", 1e9)],
  ]

  init(value: Double, unit: String) {
    self.value = value
    self.unit = unit
  }

  /// Reads `64 KiB` or `0.5`; nil where the text is no amount.
  init?(_ text: String) {
    let parts = text.split(separator: " ")
    guard let first = parts.first, parts.count <= 2, let number = Double(first), number.isFinite
    else { return nil }
    guard parts.count == 2 else {
      self.init(value: number, unit: "")
      return
    }
    for family in Self.families {
      if let found = family.first(where: { $0.symbol == parts[1] }), let base = family.first {
        let scaled = number * found.scale
        // One decimal multiplication may miss the whole number it means.
        let nearest = scaled.rounded()
        self.init(
          value: abs(scaled - nearest) <= abs(scaled) * 1e-15 ? nearest : scaled,
          unit: base.symbol)
        return
      }
    }
    return nil
  }

  /// The text that a file would hold: in the largest unit that leaves a whole number, or, where
  /// prefixes are decimal, at most three decimals.
  var text: String {
    let family = Self.families.first { $0.first?.symbol == unit } ?? []
    let fitting = family.filter { entry in
      let isDecimal = [1e3, 1e6, 1e9, 1e12].contains(entry.scale)
      let steps = value / entry.scale * (isDecimal ? 1000 : 1)
      return entry.scale >= 1 && value >= entry.scale
        && abs(steps - steps.rounded()) <= steps * 1e-15
    }
    if let best = fitting.max(by: { $0.scale < $1.scale }) {
      return "\((value / best.scale).plain) \(best.symbol)"
    }
    return unit.isEmpty ? value.plain : "\(value.plain) \(unit)"
  }

  /// Combines amounts; throws a sentence when their units do not fit.
  static func combine(
    _ relation: DerivedSpec.Relation, _ amounts: [SweepAmount]
  ) throws(SpecError) -> SweepAmount {
    guard let first = amounts.first else { throw SpecError("of", "expected at least one value") }
    let units = amounts.map(\.unit)
    func sameUnit() throws(SpecError) {
      guard let other = units.first(where: { $0 != first.unit }) else { return }
      throw SpecError("of", "`\(first.unit)` and `\(other)` do not go together")
    }
    switch relation {
    case .equal:
      guard amounts.count == 1 else { throw SpecError("of", "expected one value") }
      return first
    case .sum:
      try sameUnit()
      return SweepAmount(value: amounts.reduce(0) { $0 + $1.value }, unit: first.unit)
    case .difference:
      try sameUnit()
      return SweepAmount(
        value: amounts.dropFirst().reduce(first.value) { $0 - $1.value }, unit: first.unit)
    case .product:
      let named = units.filter { !$0.isEmpty }
      guard named.count <= 1 else {
        throw SpecError("of", "a product has at most one value with a unit, found \(named.count)")
      }
      return SweepAmount(value: amounts.reduce(1) { $0 * $1.value }, unit: named.first ?? "")
    case .ratio:
      guard amounts.count == 2 else {
        throw SpecError("of", "a ratio has two values, found \(amounts.count)")
      }
      guard units[1].isEmpty || units[1] == units[0] else {
        throw SpecError("of", "`\(units[0])` cannot be divided by `\(units[1])`")
      }
      guard amounts[1].value != 0 else { throw SpecError("of", "division by zero") }
      return SweepAmount(
        value: first.value / amounts[1].value, unit: units[1].isEmpty ? first.unit : "")
    case .smallest, .largest:
      try sameUnit()
      let values = amounts.map(\.value)
      let chosen = relation == .smallest ? values.min() : values.max()
      return SweepAmount(value: chosen ?? first.value, unit: first.unit)
    }
  }
}
