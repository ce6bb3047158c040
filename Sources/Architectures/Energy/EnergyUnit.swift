package import Components
public import Units

/// Whether a table is absolute.
public enum EnergyUnit: String, Codable, CaseIterable, Sendable {
  /// Picojoules.
  case picojoule = "pJ"
  /// Multiples of one multiply-accumulate.
  case mac
  /// A unit that the source does not state.
  case unstated = "unit"
}

/// How figures carry the unit of the table that priced them: under a name of their own, so that
/// relative energies are never read as joules.
extension EnergyUnit {
  /// Whether energies are joules.
  public var isAbsolute: Bool { self == .picojoule }

  /// `energy_j`, `energy_macs` or `energy_units`: the name of a figure in JSON, CSV and HDF5.
  public var key: String {
    switch self {
    case .picojoule: "energy_j"
    case .mac: "energy_macs"
    case .unstated: "energy_units"
    }
  }

  /// The unit as a person reads it.
  public var symbol: String {
    switch self {
    case .picojoule: "J"
    case .mac: "MACe"
    case .unstated: "units"
    }
  }

  /// What a relative unit means.
  public var explanation: String {
    switch self {
    case .picojoule: "joules"
    case .mac: "MACe, the energy of one multiply-accumulate"
    case .unstated: "units that the table's source leaves open"
    }
  }

  /// An energy as the model keeps it, in joules or in the relative unit.
  public func amount(_ energy: Picojoules) -> Double {
    isAbsolute ? energy.value * 1e-12 : energy.value
  }
}

extension EnergyValue: SchemaDescribed {
  package static var schemaNode: SchemaNode {
    .quantity(
      units: Picojoules.units.map(\.symbol), words: [], example: Picojoules.example)
  }
  package static var schemaExample: EnergyValue { EnergyValue(amount: .zero, unit: .picojoule) }
}
