public import Components
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
    let spec = try Self.spec(table)
    let preset = try Self.preset(dram)
    try dram.locating { () throws(SpecError) in
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

  /// Reads a table on its own; throws one error that says everything that is wrong.
  public static func spec(_ file: SpecFile) throws(InputError) -> EnergyTableSpec {
    let reading = SpecReading(file)
    let spec = reading.decode(EnergyTableSpec.self)
    if let spec { check(spec, reading) }
    return try reading.finish(spec)
  }

  /// Reads a DRAM preset on its own; throws one error that says everything that is wrong.
  public static func preset(_ file: SpecFile) throws(InputError) -> DRAMEnergySpec {
    let reading = SpecReading(file)
    let preset = reading.decode(DRAMEnergySpec.self)
    if let preset { check(preset, reading) }
    return try reading.finish(preset)
  }

  private static func check(_ preset: DRAMEnergySpec, _ reading: SpecReading) {
    for (key, value) in [
      ("read", preset.read), ("write", preset.write), ("low", preset.low), ("high", preset.high),
    ] {
      check(value, key, preset.unit, reading)
    }
    check(width: preset.width, "width", reading)
    reading.expect(
      preset.low.amount <= preset.read.amount && preset.read.amount <= preset.high.amount, "low",
      "expected low <= read <= high", restsOn: ["read", "high"])
    AssumedSpec.check(preset.assumed, reading)
  }

  private static func check(
    _ value: EnergyValue, _ path: String, _ unit: EnergyUnit, _ reading: SpecReading
  ) {
    reading.expect(
      value.unit == unit, path,
      "in \(value.unit.rawValue), but the file's unit is \(unit.rawValue)", restsOn: ["unit"])
    reading.expect(
      value.unit != unit || isPriced(value.amount.value), path,
      "expected 0 or 1e-12 to 1e12, found \(value.amount.value.plain) \(unit.rawValue)",
      restsOn: ["unit"])
  }

  /// Whether a price or a power is nothing, or neither so small nor so large that ratios of two of
  /// them, or a sum over all that a network can count, are no finite number.
  public static func isPriced(_ value: Double) -> Bool {
    value == 0 || (1e-12...1e12).contains(value)
  }

  /// Widths of an access: at most 1 Mibit.
  private static func check(width: Bits, _ path: String, _ reading: SpecReading) {
    reading.expect(
      (1...1 << 20).contains(width.count), path, "expected 1 bit to 1048576 bit, found \(width)")
  }

  private static func check(_ spec: EnergyTableSpec, _ reading: SpecReading) {
    for (key, entries) in [
      ("multiply", spec.multiply), ("add", spec.add), ("register", spec.register),
    ] {
      reading.expect(!entries.isEmpty, key, "expected at least one entry")
      for (index, entry) in entries.enumerated() {
        let path = "\(key)[\(index)]"
        reading.expect(
          (1...128).contains(entry.bits), "\(path).bits", "expected 1 to 128, found \(entry.bits)")
        check(entry.energy, "\(path).energy", spec.unit, reading)
        reading.expect(!entry.source.isEmpty, "\(path).source", "every value names its source")
      }
    }
    reading.expect(!spec.sram.isEmpty, "sram", "expected at least one entry")
    for (index, entry) in spec.sram.enumerated() {
      let path = "sram[\(index)]"
      reading.expect(entry.size.count > 0, "\(path).size", "must be more than 0 B")
      check(width: entry.width, "\(path).width", reading)
      reading.expect(
        isPriced(entry.leakage.value), "\(path).leakage",
        "expected 0 or 1e-12 to 1e12 mW, found \(entry.leakage)")
      check(entry.read, "\(path).read", spec.unit, reading)
      check(entry.write, "\(path).write", spec.unit, reading)
      reading.expect(
        index == 0 || spec.sram[index - 1].size < entry.size, "\(path).size",
        "sizes must rise from entry to entry", restsOn: ["sram[\(index - 1)].size"])
      reading.expect(!entry.source.isEmpty, "\(path).source", "every value names its source")
    }
    if let outside = spec.sramOutside {
      reading.expect(
        spec.sram.count > 1, "sram_outside", "a line needs two sizes, found one; leave it out",
        restsOn: ["sram"])
      reading.expect(
        !outside.source.isEmpty, "sram_outside.source", "every rule names its source")
    }
    if let small = spec.sramSmall {
      reading.expect(
        (0...2).contains(small.exponent), "sram_small.exponent",
        "expected 0 to 2, found \(small.exponent.plain)")
      reading.expect(!small.source.isEmpty, "sram_small.source", "every rule names its source")
    }
    for (key, band) in [("arithmetic", spec.band.arithmetic), ("sram", spec.band.sram)] {
      reading.expect(
        band.count == 2 && (1e-6...1).contains(band[0]) && (1...1e6).contains(band[1]),
        "band.\(key)", "expected [low, high] with 1e-6 <= low <= 1 <= high <= 1e6")
    }
    AssumedSpec.check(spec.assumed, reading)
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
    entries[place(of: bits, in: entries)]
  }

  /// The place of the entry whose width is nearest, the first of equally near ones.
  static func place(of bits: Int, in entries: [OperationEnergySpec]) -> Int {
    guard
      let best = entries.indices.min(by: {
        abs(entries[$0].bits - bits) < abs(entries[$1].bits - bits)
      })
    else { preconditionFailure("a checked table has an entry for every operation") }
    return best
  }

  /// Energy to read one bit from DRAM.
  public var dramReadPerBit: Picojoules { dram.read.amount * (1 / Double(dram.width.count)) }
  /// Energy to write one bit to DRAM.
  public var dramWritePerBit: Picojoules { dram.write.amount * (1 / Double(dram.width.count)) }
}
