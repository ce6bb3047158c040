internal import Foundation

/// Ticks at multiples of 1, 2 or 5 times a power of ten, in the prefix that suits the largest.
enum LinearTicks {
  private static let prefixes: [(symbol: String, power: Double)] = [
    ("p", 1e-12), ("n", 1e-9), ("u", 1e-6), ("m", 1e-3), ("", 1), ("k", 1e3), ("M", 1e6),
    ("G", 1e9), ("T", 1e12), ("P", 1e15),
  ]
  private static let binary: [(symbol: String, power: Double)] = [
    ("", 1), ("Ki", 1024), ("Mi", 1_048_576), ("Gi", 1_073_741_824), ("Ti", 1_099_511_627_776),
  ]

  /// At most `count` ticks between `low` and `high`, and the title with the unit of their labels.
  static func make(
    _ axis: Axis, _ low: Double, _ high: Double, count: Int
  ) -> (ticks: [Scale.Tick], title: String) {
    let largest = max(abs(low), abs(high))
    let unit = unit(axis, largest)
    let step = step(from: low / unit.power, to: high / unit.power, count: count)
    let decimals = max(0, -Int(log10(step * 1.000001).rounded(.down)))
    let first = (low / unit.power / step - 1e-9).rounded(.up)
    let last = (high / unit.power / step + 1e-9).rounded(.down)
    var ticks: [Scale.Tick] = []
    var index = first
    while index <= last, ticks.count <= count + 2 {
      let value = index * step
      let digits = Coordinate.fixed(value, decimals: decimals)
      ticks.append(
        Scale.Tick(
          value: value * unit.power,
          label: index == 0 && axis.unit.isEmpty ? digits : digits + unit.suffix))
      index += 1
    }
    return (ticks, unit.title)
  }

  /// The smallest of 1, 2, 5 times a power of ten that makes at most `count` steps.
  static func step(from low: Double, to high: Double, count: Int) -> Double {
    let rough = (high - low) / Double(max(count, 1))
    guard rough > 0, rough.isFinite else { return 1 }
    let power = pow(10, log10(rough).rounded(.down))
    let factor = [1.0, 2, 5, 10].first { $0 * power >= rough * 0.999999 } ?? 10
    return factor * power
  }

  private static func unit(
    _ axis: Axis, _ largest: Double
  ) -> (power: Double, suffix: String, title: String) {
    switch axis.unit {
    case "%": return (0.01, " %", axis.title)
    case "mm2": return (1, "", "\(axis.title) (mm\u{B2})")
    case "B":
      let chosen = binary.last { $0.power <= largest } ?? ("", 1)
      return (chosen.power, "", "\(axis.title) (\(chosen.symbol)B)")
    case "":
      let chosen = prefixes.last { $0.power <= largest && $0.power >= 1 } ?? ("", 1)
      return (chosen.power, chosen.symbol.isEmpty ? "" : " \(chosen.symbol)", axis.title)
    default:
      let chosen = prefixes.last { $0.power <= largest } ?? ("p", 1e-12)
      return (chosen.power, "", "\(axis.title) (\(chosen.symbol)\(axis.unit))")
    }
  }
}
