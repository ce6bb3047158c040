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
    guard preset.width.count > 0 else { throw SpecError("width", "must be more than 0 bit") }
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
      guard entry.size.count > 0, entry.width.count > 0 else {
        throw SpecError("sram[\(index)]", "size and width must be more than 0")
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
    for (key, band) in [("arithmetic", spec.band.arithmetic), ("sram", spec.band.sram)] {
      guard band.count == 2, band[0] > 0, band[0] <= 1, band[1] >= 1 else {
        throw SpecError("band.\(key)", "expected [low, high] with 0 < low <= 1 <= high")
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
