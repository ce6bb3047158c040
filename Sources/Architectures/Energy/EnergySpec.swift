public import Units

/// An energy table as its file describes it.
public struct EnergyTableSpec: Codable, Hashable, Sendable {
  /// The name, equal to the file's.
  public let name: String
  /// One sentence.
  public let summary: String
  /// Process node.
  public let technology: String
  /// Supply voltage, or `unstated`.
  public let voltage: String
  /// Unit of every energy in the table.
  public let unit: EnergyUnit
  /// One multiplication by operand width.
  public let multiply: [OperationEnergySpec]
  /// One addition by operand width.
  public let add: [OperationEnergySpec]
  /// One register access by width.
  public let register: [OperationEnergySpec]
  /// One buffer access by size.
  public let sram: [SRAMEnergySpec]
  /// What a buffer larger or smaller than all of `sram` costs; as much as one of the nearest size,
  /// with a warning in every report, when left out.
  public let sramOutside: SRAMOutsideSpec?
  /// What a buffer smaller than all of `sram` costs; as `sram_outside` says when left out.
  public let sramSmall: SRAMSmallSpec?
  /// Spread of the open sources, or an assumed one.
  public let band: BandSpec
  /// Values that no source gives; the model does not read it.
  public let assumed: [AssumedSpec]?
}

/// What buffers outside the sizes of a table cost.
public struct SRAMOutsideSpec: Codable, Hashable, Sendable {
  /// The rule.
  public let rule: Rule
  /// Why it holds.
  public let source: String

  /// How the table goes on.
  public enum Rule: String, Codable, CaseIterable, Sendable {
    /// Along the line through the two nearest sizes, both axes logarithmic.
    case logLog = "log-log"
  }
}

/// What buffers smaller than all of a table cost: the smallest one's price per access times a power of
/// the ratio of their sizes.
public struct SRAMSmallSpec: Codable, Hashable, Sendable {
  /// The power.
  public let exponent: Double
  /// Why it holds.
  public let source: String
}

/// Energy of one operation at one width.
public struct OperationEnergySpec: Codable, Hashable, Sendable {
  /// Operand width in bits.
  public let bits: Int
  /// Energy of one operation.
  public let energy: EnergyValue
  /// Where the value comes from.
  public let source: String
}

/// Energy of one access to a buffer of one size.
public struct SRAMEnergySpec: Codable, Hashable, Sendable {
  /// Capacity.
  public let size: Bytes
  /// Bits moved by one access.
  public let width: Bits
  /// Energy of one read.
  public let read: EnergyValue
  /// Energy of one write.
  public let write: EnergyValue
  /// Static power.
  public let leakage: Milliwatts
  /// Where the values come from.
  public let source: String
}

/// Multipliers that open sources support or that are assumed, low and high; `source` says which.
public struct BandSpec: Codable, Hashable, Sendable {
  /// For arithmetic and registers.
  public let arithmetic: [Double]
  /// For buffers.
  public let sram: [Double]
  /// Why.
  public let source: String
}

/// A DRAM preset as its file describes it.
public struct DRAMEnergySpec: Codable, Hashable, Sendable {
  /// The name, equal to the file's.
  public let name: String
  /// One sentence.
  public let summary: String
  /// Unit of every energy in the preset.
  public let unit: EnergyUnit
  /// Bits moved by one access.
  public let width: Bits
  /// Energy of one read.
  public let read: EnergyValue
  /// Energy of one write.
  public let write: EnergyValue
  /// Lowest read energy in the open sources.
  public let low: EnergyValue
  /// Highest read energy in the open sources.
  public let high: EnergyValue
  /// Where the values come from.
  public let source: String
  /// Values that no source gives; the model does not read it.
  public let assumed: [AssumedSpec]?
}

/// An energy as a table writes it, absolute or relative.
public struct EnergyValue: Codable, Hashable, Sendable {
  /// The energy, in picojoules or in multiples of one multiply-accumulate.
  public let amount: Picojoules
  /// Which of the two.
  public let unit: EnergyUnit

  /// Makes an energy.
  public init(amount: Picojoules, unit: EnergyUnit) {
    self.amount = amount
    self.unit = unit
  }

  /// Decodes `0.2 pJ`, `6 mac` or `0.1 unit`.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    amount = try container.decode(Picojoules.self)
    let text = try container.decode(String.self)
    unit = text.hasSuffix("mac") ? .mac : text.hasSuffix("unit") ? .unstated : .picojoule
  }

  /// Encodes the amount with its unit.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode("\(amount.value.plain) \(unit.rawValue)")
  }
}
