internal import Foundation

/// Numbers as people read them.
public enum NumberText {
  /// Three significant digits with an SI prefix: `12.3 ms`.
  public static func quantity(_ value: Double, unit: String) -> String {
    guard value.isFinite else { return "-" }
    guard value != 0 else { return "0 \(unit)" }
    let prefixes = ["p", "n", "u", "m", "", "k", "M", "G", "T", "P"]
    let magnitude = Int((log10(abs(value)) / 3).rounded(.down))
    var index = min(max(magnitude + 4, 0), prefixes.count - 1)
    var scaled = value / pow(1000, Double(index - 4))
    if abs(scaled) >= 999.5, index < prefixes.count - 1 {
      index += 1
      scaled /= 1000
    }
    let digits = abs(scaled) >= 99.95 ? 0 : abs(scaled) >= 9.995 ? 1 : 2
    return "\(String(format: "%.\(digits)f", scaled)) \(prefixes[index])\(unit)"
  }

  /// Bytes with a binary prefix: `27.5 MiB`.
  public static func bytes(_ count: Int) -> String { bytes(Double(count)) }

  /// Bytes with a binary prefix, a fraction of a byte left out: `27.5 MiB`.
  public static func bytes(_ count: Double) -> String {
    guard count.isFinite else { return "-" }
    let units = ["B", "KiB", "MiB", "GiB", "TiB"]
    var value = count
    var index = 0
    while value >= 1024, index < units.count - 1 {
      value /= 1024
      index += 1
    }
    if value >= 999.5, index > 0, index < units.count - 1 {
      value /= 1024
      index += 1
    }
    let digits = value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2
    return index == 0
      ? "\(Int(count)) B" : "\(String(format: "%.\(digits)f", value)) \(units[index])"
  }

  /// Digits in groups of three: `1,234,567`.
  public static func count(_ value: Int) -> String {
    var digits = String(value.magnitude)
    var groups: [String] = []
    while digits.count > 3 {
      groups.insert(String(digits.suffix(3)), at: 0)
      digits.removeLast(3)
    }
    return (value < 0 ? "-" : "") + ([digits] + groups).joined(separator: ",")
  }

  /// One decimal: `12.3 %`.
  public static func share(_ value: Double) -> String { String(format: "%.1f %%", value * 100) }

  /// Three decimals: `0.987`.
  public static func ratio(_ value: Double) -> String { String(format: "%.3f", value) }

  /// A cell as people read it.
  public static func text(of cell: Table.Cell) -> String {
    switch cell {
    case .text(let text): text
    case .count(let value): count(value)
    case .quantity(let value, "B"): bytes(value)
    case .quantity(let value, let unit): quantity(value, unit: unit)
    case .share(let value): share(value)
    case .ratio(let value): ratio(value)
    case .none: "-"
    }
  }
}
