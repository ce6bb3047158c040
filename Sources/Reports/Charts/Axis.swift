/// What a direction of a picture measures.
public struct Axis: Codable, Hashable, Sendable {
  /// How values are spread.
  public enum Kind: Codable, Hashable, Sendable {
    /// Equal differences take equal room.
    case linear
    /// Equal ratios take equal room; ticks at powers of `base`, 2 or 10.
    case logarithmic(base: Int)
  }

  /// What is measured.
  public let title: String
  /// SI unit; `B` takes binary prefixes, `%` shows shares of one in per cent, and `mm2` stays as is.
  public let unit: String
  /// How values are spread.
  public let kind: Kind
  /// Whether a linear axis starts at zero.
  public let startsAtZero: Bool

  /// Makes an axis.
  public init(_ title: String, unit: String, kind: Kind = .linear, startsAtZero: Bool = false) {
    self.title = title
    self.unit = unit
    self.kind = kind
    self.startsAtZero = startsAtZero
  }

  /// Logarithmic where the positive `values` span more than a factor of twenty, else linear.
  public static func fitting(_ title: String, unit: String, _ values: [Double]) -> Axis {
    let known = values.filter(\.isFinite)
    let isWide =
      unit != "%" && (known.min() ?? 0) > 0 && (known.max() ?? 0) / (known.min() ?? 1) > 20
    return Axis(title, unit: unit, kind: isWide ? .logarithmic(base: 10) : .linear)
  }

  var isLogarithmic: Bool { kind != .linear }

  /// A value with its unit, for people.
  func text(_ value: Double) -> String {
    switch unit {
    case "B": abs(value) < 9e18 ? NumberText.bytes(Int(value.rounded())) : "-"
    case "%": NumberText.share(value)
    case "mm2": "\(Coordinate.fixed(value, decimals: 3, trims: true)) mm2"
    case "":
      value == value.rounded() && abs(value) < 1e6
        ? Coordinate.text(value) : NumberText.quantity(value, unit: "").trimmed
    default: NumberText.quantity(value, unit: unit)
    }
  }
}

extension String {
  /// Without spaces at the end.
  fileprivate var trimmed: String {
    var copy = self
    while copy.hasSuffix(" ") { copy.removeLast() }
    return copy
  }
}
