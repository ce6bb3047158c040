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
  /// Spread of the open sources.
  public let band: BandSpec
}

/// Whether a table is absolute.
public enum EnergyUnit: String, Codable, CaseIterable, Sendable {
  /// Picojoules.
  case picojoule = "pJ"
  /// Multiples of one multiply-accumulate.
  case mac
}

/// Energy of one operation at one width.
public struct OperationEnergySpec: Codable, Hashable, Sendable {
  /// Operand width in bits.
  public let bits: Int
  /// Energy of one operation.
  public let energy: Picojoules
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
  public let read: Picojoules
  /// Energy of one write.
  public let write: Picojoules
  /// Static power.
  public let leakage: Milliwatts
  /// Where the values come from.
  public let source: String
}

/// Multipliers that the open sources support, low and high.
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
  public let read: Picojoules
  /// Energy of one write.
  public let write: Picojoules
  /// Lowest read energy in the open sources.
  public let low: Picojoules
  /// Highest read energy in the open sources.
  public let high: Picojoules
  /// Where the values come from.
  public let source: String
}
