/// The unit of energies in a document, as their names end.
package enum StoredEnergyUnit: String, CaseIterable, Codable, Hashable, Sendable {
  /// Joules.
  case joules = "j"
  /// Multiples of one multiply-accumulate.
  case macs
  /// A unit that the table's source leaves open.
  case unstated = "units"

  /// As a person reads it.
  package var symbol: String {
    switch self {
    case .joules: "J"
    case .macs: "MACe"
    case .unstated: "units"
    }
  }
}

/// An energy below names that say its unit, such as `energy_j` and `energy_breakdown_j`.
package struct EnergyFigures: Codable, Hashable, Sendable {
  /// The least and the most that an energy may be.
  package struct Band: Hashable, Sendable {
    package let low: Double
    package let high: Double

    package init(low: Double, high: Double) {
      self.low = low
      self.high = high
    }
  }

  package let unit: StoredEnergyUnit
  package let amount: Double
  /// Between which it may be; nil where that is not said.
  package let band: Band?
  /// By component.
  package let breakdown: [String: Double]

  package init(
    unit: StoredEnergyUnit, amount: Double, band: Band? = nil,
    breakdown: [String: Double]
  ) {
    self.unit = unit
    self.amount = amount
    self.band = band
    self.breakdown = breakdown
  }

  /// Reads the energy in whatever unit it is.
  package init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: EnergyName.self)
    // Where there is none at all, the message names joules.
    unit = StoredEnergyUnit.allCases.first { members.contains(EnergyName($0)) } ?? .joules
    amount = try members.decode(Double.self, forKey: EnergyName(unit))
    breakdown = try members.decode(
      [String: Double].self, forKey: EnergyName(unit, after: "breakdown_"))
    guard
      members.contains(EnergyName(unit, before: "_low"))
        || members.contains(EnergyName(unit, before: "_high"))
    else {
      band = nil
      return
    }
    band = Band(
      low: try members.decode(Double.self, forKey: EnergyName(unit, before: "_low")),
      high: try members.decode(Double.self, forKey: EnergyName(unit, before: "_high")))
  }

  /// Writes the energy below the names of its unit.
  package func encode(to encoder: any Encoder) throws {
    var members = encoder.container(keyedBy: EnergyName.self)
    try members.encode(amount, forKey: EnergyName(unit))
    try members.encode(breakdown, forKey: EnergyName(unit, after: "breakdown_"))
    guard let band else { return }
    try members.encode(band.low, forKey: EnergyName(unit, before: "_low"))
    try members.encode(band.high, forKey: EnergyName(unit, before: "_high"))
  }
}

/// The whole name of an energy.
struct EnergyName: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }

  init(_ unit: StoredEnergyUnit, after part: String = "", before end: String = "") {
    stringValue = "energy_\(part)\(unit.rawValue)\(end)"
  }
  init?(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}

/// Figures beside an energy.
package typealias WithEnergy<Figures: Codable & Hashable & Sendable> = Joined<
  Figures, EnergyFigures
>

extension Joined where Second == EnergyFigures {
  /// The energy.
  package var energy: EnergyFigures { second }
}
