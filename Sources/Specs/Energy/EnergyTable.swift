public import Inputs
public import Units

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Foundation
#endif

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
    reading.expect(preset.width.count > 0, "width", "must be more than 0 bit")
    reading.expect(
      preset.low.amount <= preset.read.amount && preset.read.amount <= preset.high.amount, "low",
      "expected low <= read <= high", restsOn: ["read", "high"])
  }

  private static func check(
    _ value: EnergyValue, _ path: String, _ unit: EnergyUnit, _ reading: SpecReading
  ) {
    reading.expect(
      value.unit == unit, path,
      "in \(value.unit.rawValue), but the file's unit is \(unit.rawValue)", restsOn: ["unit"])
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
      reading.expect(
        entry.size.count > 0 && entry.width.count > 0, path, "size and width must be more than 0")
      check(entry.read, "\(path).read", spec.unit, reading)
      check(entry.write, "\(path).write", spec.unit, reading)
      reading.expect(
        index == 0 || spec.sram[index - 1].size < entry.size, "\(path).size",
        "sizes must rise from entry to entry", restsOn: ["sram[\(index - 1)].size"])
      reading.expect(!entry.source.isEmpty, "\(path).source", "every value names its source")
    }
    for (key, band) in [("arithmetic", spec.band.arithmetic), ("sram", spec.band.sram)] {
      reading.expect(
        band.count == 2 && band[0] > 0 && band[0] <= 1 && band[1] >= 1, "band.\(key)",
        "expected [low, high] with 0 < low <= 1 <= high")
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

  /// Energy per bit and static power of a buffer, log-log interpolated by size and clamped outside.
  public func buffer(size: Bytes) -> (read: Picojoules, write: Picojoules, leakage: Milliwatts) {
    let points = spec.sram
    let above = points.firstIndex { $0.size >= size } ?? points.count - 1
    let below = points[above].size <= size ? above : max(above - 1, 0)
    let (low, high) = (points[below], points[above])
    let share =
      below == above
      ? 0
      : log(Double(size.count) / Double(low.size.count))
        / log(Double(high.size.count) / Double(low.size.count))
    func interpolate(_ value: (SRAMEnergySpec) -> Double) -> Double {
      let (first, last) = (value(low), value(high))
      guard first > 0, last > 0 else { return first + (last - first) * share }
      return exp(log(first) + (log(last) - log(first)) * share)
    }
    return (
      Picojoules(interpolate { $0.read.amount.value / Double($0.width.count) }),
      Picojoules(interpolate { $0.write.amount.value / Double($0.width.count) }),
      Milliwatts(interpolate { $0.leakage.value })
    )
  }

  /// Energy to read one bit from DRAM.
  public var dramReadPerBit: Picojoules { dram.read.amount * (1 / Double(dram.width.count)) }
  /// Energy to write one bit to DRAM.
  public var dramWritePerBit: Picojoules { dram.write.amount * (1 / Double(dram.width.count)) }
}
