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

  /// A member's whole name.
  private struct Name: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(_ unit: StoredEnergyUnit, after part: String = "", before end: String = "") {
      stringValue = "energy_\(part)\(unit.rawValue)\(end)"
    }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  /// Reads the energy in whatever unit it is.
  package init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: Name.self)
    // Where there is none at all, the message names joules.
    unit = StoredEnergyUnit.allCases.first { members.contains(Name($0)) } ?? .joules
    amount = try members.decode(Double.self, forKey: Name(unit))
    breakdown = try members.decode([String: Double].self, forKey: Name(unit, after: "breakdown_"))
    guard
      members.contains(Name(unit, before: "_low")) || members.contains(Name(unit, before: "_high"))
    else {
      band = nil
      return
    }
    band = Band(
      low: try members.decode(Double.self, forKey: Name(unit, before: "_low")),
      high: try members.decode(Double.self, forKey: Name(unit, before: "_high")))
  }

  /// Writes the energy below the names of its unit.
  package func encode(to encoder: any Encoder) throws {
    var members = encoder.container(keyedBy: Name.self)
    try members.encode(amount, forKey: Name(unit))
    try members.encode(breakdown, forKey: Name(unit, after: "breakdown_"))
    guard let band else { return }
    try members.encode(band.low, forKey: Name(unit, before: "_low"))
    try members.encode(band.high, forKey: Name(unit, before: "_high"))
  }
}

/// Figures and an energy as members of one mapping.
@dynamicMemberLookup
package struct WithEnergy<Figures: Codable & Hashable & Sendable>: Codable, Hashable, Sendable {
  package let figures: Figures
  package let energy: EnergyFigures

  package init(_ figures: Figures, energy: EnergyFigures) {
    self.figures = figures
    self.energy = energy
  }

  /// One of the figures.
  package subscript<Value>(dynamicMember path: KeyPath<Figures, Value>) -> Value {
    figures[keyPath: path]
  }

  /// Reads both from one mapping.
  package init(from decoder: any Decoder) throws {
    figures = try Figures(from: decoder)
    energy = try EnergyFigures(from: decoder)
  }

  /// Writes both into one mapping.
  package func encode(to encoder: any Encoder) throws {
    try figures.encode(to: encoder)
    try energy.encode(to: encoder)
  }
}
