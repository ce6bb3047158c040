public import Units

/// Areas of multipliers, adders, registers and buffers, as the file writes them.
public struct AreaTableSpec: Codable, Hashable, Sendable {
  /// The name, equal to the file's.
  public let name: String
  /// One sentence.
  public let summary: String
  /// Feature size of the process.
  public let technology: String
  /// One multiplier; other widths scale with the square of the width.
  public let multiplier: UnitAreaSpec
  /// One adder; other widths scale linearly.
  public let adder: UnitAreaSpec
  /// One register; other widths scale linearly.
  public let register: UnitAreaSpec
  /// Buffers by size.
  public let sram: [BufferAreaSpec]
  /// Values that no source gives; the model does not read it.
  public let assumed: [AssumedSpec]?
}

/// Area of one unit at one width.
public struct UnitAreaSpec: Codable, Hashable, Sendable {
  /// Operand width in bits.
  public let bits: Int
  /// The area.
  public let area: SquareMillimetres
  /// Where the value comes from.
  public let source: String
}

/// Area of a buffer of one size.
public struct BufferAreaSpec: Codable, Hashable, Sendable {
  /// Capacity.
  public let size: Bytes
  /// The area.
  public let area: SquareMillimetres
  /// Where the value comes from.
  public let source: String
}
