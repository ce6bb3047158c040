internal import Architectures
internal import Reports
internal import Units

/// One figure of a design point, with a column in the result store.
public struct Metric: Hashable, Sendable {
  /// What a metric measures.
  public enum Dimension: String, Codable, Sendable {
    /// Clock cycles.
    case cycles
    /// Seconds.
    case seconds
    /// Joules.
    case joules
    /// Energy of a table that has no absolute unit; in stores of earlier versions.
    case relativeEnergy = "relative_energy"
    /// Multiples of one multiply-accumulate's energy.
    case macEnergy = "mac_energy"
    /// Energy in units that a table's source leaves open.
    case unstatedEnergy = "unstated_energy"
    /// Joule-seconds.
    case jouleSeconds = "joule_seconds"
    /// Watts.
    case watts
    /// Bytes.
    case bytes
    /// Square millimetres.
    case squareMillimetres = "square_millimetres"
    /// 0 to 1.
    case share
    /// Things.
    case count
    /// Per second.
    case hertz

    /// Whether it counts whole things.
    var isCounted: Bool { [.cycles, .bytes, .count].contains(self) }
  }

  /// Column name, with its SI unit.
  public let name: String
  /// The word in sweep files.
  public let word: String
  /// What it measures.
  public let dimension: Dimension
  /// Whether more is better.
  public let prefersLarge: Bool

  /// Makes a metric.
  public init(_ name: String, _ word: String, _ dimension: Dimension, prefersLarge: Bool = false) {
    self.name = name
    self.word = word
    self.dimension = dimension
    self.prefersLarge = prefersLarge
  }

  /// The energy in the unit of the table that prices it.
  static func energy(in unit: EnergyUnit) -> Metric {
    let dimension: Dimension =
      switch unit {
      case .picojoule: .joules
      case .mac: .macEnergy
      case .unstated: .unstatedEnergy
      }
    return Metric(unit.key, "energy", dimension)
  }

  /// Units a constraint may use, each with its size in the column's unit.
  var units: [(symbol: String, scale: Double)] {
    switch dimension {
    case .cycles: Cycles.units
    case .seconds: [("s", 1), ("ms", 1e-3), ("us", 1e-6), ("ns", 1e-9)]
    case .joules: [("J", 1), ("mJ", 1e-3), ("uJ", 1e-6), ("nJ", 1e-9), ("pJ", 1e-12)]
    case .relativeEnergy: [("mac", 1), ("unit", 1)]
    case .macEnergy: [(EnergyUnit.mac.rawValue, 1)]
    case .unstatedEnergy: [(EnergyUnit.unstated.rawValue, 1)]
    case .jouleSeconds: [("Js", 1), ("mJs", 1e-3), ("uJs", 1e-6), ("nJs", 1e-9), ("pJs", 1e-12)]
    case .watts: [("W", 1), ("mW", 1e-3), ("uW", 1e-6)]
    case .bytes: Bytes.units
    case .squareMillimetres: SquareMillimetres.units
    case .share: Percentage.units
    case .hertz: Frequency.units
    case .count: []
    }
  }

  /// The column's unit as a file states it.
  var unitText: String {
    switch dimension {
    case .cycles: "cycles"
    case .seconds: "s"
    case .joules: "J"
    case .relativeEnergy, .share, .count: "1"
    case .macEnergy: EnergyUnit.mac.symbol
    case .unstatedEnergy: EnergyUnit.unstated.symbol
    case .jouleSeconds: "J s"
    case .watts: "W"
    case .bytes: "B"
    case .squareMillimetres: "mm2"
    case .hertz: "Hz"
    }
  }

  /// One sentence for `umemaki list metrics`.
  var summary: String {
    let units = units.map(\.symbol)
    let unit = units.isEmpty ? "a plain number" : "in \(units.joined(separator: ", "))"
    return "\(prefersLarge ? "more is better" : "less is better"), column \(name), limits \(unit)."
  }

  /// The value as a cell of a report.
  func cell(_ value: Double) -> Table.Cell {
    guard !value.isNaN else { return .none }
    return switch dimension {
    case .cycles, .count: .count(Int(value))
    case .seconds: .quantity(value, unit: "s")
    case .joules: .quantity(value, unit: "J")
    case .relativeEnergy: .quantity(value, unit: "")
    case .macEnergy: .quantity(value, unit: EnergyUnit.mac.symbol)
    case .unstatedEnergy: .quantity(value, unit: EnergyUnit.unstated.symbol)
    case .jouleSeconds: .quantity(value, unit: "Js")
    case .watts: .quantity(value, unit: "W")
    case .bytes: .quantity(value.rounded(), unit: "B")
    case .squareMillimetres: .text("\(Self.rounded(value)) mm2")
    case .share: .share(value)
    case .hertz: .quantity(value, unit: "Hz")
    }
  }

  /// The value as a person reads it.
  func text(_ value: Double) -> String { NumberText.text(of: cell(value)) }

  /// The value in CSV: whole numbers where the quantity is counted, nothing where there is none.
  func plain(_ value: Double) -> String {
    guard value.isFinite else { return "" }
    return switch dimension {
    case .cycles, .count: "\(Int(value))"
    case .bytes where value == value.rounded() && abs(value) < 0x1p62: "\(Int(value))"
    default: "\(value)"
    }
  }

  private static func rounded(_ value: Double) -> String {
    ((value * 1000).rounded() / 1000).plain
  }
}
