public import Inputs
public import Units

/// A checked energy table together with the DRAM preset chosen beside it.
public struct EnergyTable: Sendable {
  /// The table.
  public let spec: EnergyTableSpec
  /// The DRAM preset.
  public let dram: DRAMEnergySpec

  /// Checks both files.
  public init(table: SpecFile, dram: SpecFile) throws(InputError) {
    let spec = try table.decode(EnergyTableSpec.self)
    let preset = try dram.decode(DRAMEnergySpec.self)
    try table.locating { () throws(SpecError) in try Self.check(spec) }
    try dram.locating { () throws(SpecError) in
      try Self.check(preset)
      guard preset.unit == spec.unit else {
        throw SpecError(
          "unit",
          "\(preset.name) is in \(preset.unit.rawValue), but table \(spec.name) is in "
            + "\(spec.unit.rawValue); choose a DRAM preset of the same unit")
      }
    }
    self.spec = spec
    self.dram = preset
  }

  /// Checks a DRAM preset on its own.
  public static func check(_ preset: DRAMEnergySpec) throws(SpecError) {
    for (key, value) in [
      ("read", preset.read), ("write", preset.write), ("low", preset.low), ("high", preset.high),
    ] {
      try check(value, key, preset.unit)
    }
    try check(width: preset.width, "width")
    guard preset.low.amount <= preset.read.amount, preset.read.amount <= preset.high.amount else {
      throw SpecError("low", "expected low <= read <= high")
    }
  }

  private static func check(
    _ value: EnergyValue, _ path: String, _ unit: EnergyUnit
  ) throws(SpecError) {
    guard value.unit == unit else {
      throw SpecError(
        path, "in \(value.unit.rawValue), but the file's unit is \(unit.rawValue)")
    }
    guard isPriced(value.amount.value) else {
      throw SpecError(
        path, "expected 0 or 1e-12 to 1e12, found \(value.amount.value.plain) \(unit.rawValue)")
    }
  }

  /// Whether a price or a power is nothing, or neither so small nor so large that ratios of two of
  /// them, or a sum over all that a network can count, are no finite number.
  public static func isPriced(_ value: Double) -> Bool {
    value == 0 || (1e-12...1e12).contains(value)
  }

  /// Widths of an access: at most 1 Mibit.
  private static func check(width: Bits, _ path: String) throws(SpecError) {
    guard (1...1 << 20).contains(width.count) else {
      throw SpecError(path, "expected 1 bit to 1048576 bit, found \(width)")
    }
  }

  private static func check(_ spec: EnergyTableSpec) throws(SpecError) {
    for (key, entries) in [
      ("multiply", spec.multiply), ("add", spec.add), ("register", spec.register),
    ] {
      guard !entries.isEmpty else { throw SpecError(key, "expected at least one entry") }
      for (index, entry) in entries.enumerated() {
        guard (1...128).contains(entry.bits) else {
          throw SpecError("\(key)[\(index)].bits", "expected 1 to 128, found \(entry.bits)")
        }
        try check(entry.energy, "\(key)[\(index)].energy", spec.unit)
        guard !entry.source.isEmpty else {
          throw SpecError("\(key)[\(index)].source", "every value names its source")
        }
      }
    }
    guard !spec.sram.isEmpty else { throw SpecError("sram", "expected at least one entry") }
    for (index, entry) in spec.sram.enumerated() {
      guard entry.size.count > 0 else {
        throw SpecError("sram[\(index)].size", "must be more than 0 B")
      }
      try check(width: entry.width, "sram[\(index)].width")
      guard isPriced(entry.leakage.value) else {
        throw SpecError(
          "sram[\(index)].leakage", "expected 0 or 1e-12 to 1e12 mW, found \(entry.leakage)")
      }
      try check(entry.read, "sram[\(index)].read", spec.unit)
      try check(entry.write, "sram[\(index)].write", spec.unit)
      guard index == 0 || spec.sram[index - 1].size < entry.size else {
        throw SpecError("sram[\(index)].size", "sizes must rise from entry to entry")
      }
      guard !entry.source.isEmpty else {
        throw SpecError("sram[\(index)].source", "every value names its source")
      }
    }
    if let outside = spec.sramOutside {
      guard spec.sram.count > 1 else {
        throw SpecError("sram_outside", "a line needs two sizes, found one; leave it out")
      }
      guard !outside.source.isEmpty else {
        throw SpecError("sram_outside.source", "every rule names its source")
      }
    }
    for (key, band) in [("arithmetic", spec.band.arithmetic), ("sram", spec.band.sram)] {
      guard band.count == 2, (1e-6...1).contains(band[0]), (1...1e6).contains(band[1]) else {
        throw SpecError(
          "band.\(key)", "expected [low, high] with 1e-6 <= low <= 1 <= high <= 1e6")
      }
    }
  }

  /// Energy of one multiplication; other widths scale with the square of the nearest one.
  ///
  /// Source of the scaling: Accelergy's Aladdin tables, `(bits / 32)^2`; QKeras' quadratic fit.
  public func multiply(bits: Int) -> Picojoules {
    let entry = Self.nearest(bits, spec.multiply)
    let ratio = Double(bits) / Double(entry.bits)
    return entry.energy.amount * (ratio * ratio)
  }

  /// Energy of one addition; other widths scale linearly from the nearest one.
  public func add(bits: Int) -> Picojoules {
    let entry = Self.nearest(bits, spec.add)
    return entry.energy.amount * (Double(bits) / Double(entry.bits))
  }

  /// Energy of one register access; other widths scale linearly from the nearest one.
  public func register(bits: Int) -> Picojoules {
    let entry = Self.nearest(bits, spec.register)
    return entry.energy.amount * (Double(bits) / Double(entry.bits))
  }

  private static func nearest(_ bits: Int, _ entries: [OperationEnergySpec]) -> OperationEnergySpec
  {
    guard
      let best = entries.min(by: { abs($0.bits - bits) < abs($1.bits - bits) })
    else { preconditionFailure("a checked table has an entry for every operation") }
    return best
  }

  /// Energy to read one bit from DRAM.
  public var dramReadPerBit: Picojoules { dram.read.amount * (1 / Double(dram.width.count)) }
  /// Energy to write one bit to DRAM.
  public var dramWritePerBit: Picojoules { dram.write.amount * (1 / Double(dram.width.count)) }
}
