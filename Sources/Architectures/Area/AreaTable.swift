public import Components
public import Inputs
public import Units

/// A checked area table.
public struct AreaTable: Hashable, Sendable {
  /// The table.
  public let spec: AreaTableSpec

  /// Checks the file; throws one error that says everything that is wrong.
  public init(_ file: SpecFile) throws(InputError) {
    let reading = SpecReading(file)
    let spec = reading.decode(AreaTableSpec.self)
    if let spec { Self.check(spec, reading) }
    self.spec = try reading.finish(spec)
  }

  private static func check(_ spec: AreaTableSpec, _ reading: SpecReading) {
    for (key, unit) in [
      ("multiplier", spec.multiplier), ("adder", spec.adder), ("register", spec.register),
    ] {
      reading.expect(
        (1...128).contains(unit.bits), "\(key).bits", "expected 1 to 128, found \(unit.bits)")
      reading.expect(
        EnergyTable.isPriced(unit.area.value), "\(key).area",
        "expected 0 or 1e-12 to 1e12 mm2, found \(unit.area)")
      reading.expect(!unit.source.isEmpty, "\(key).source", "every value names its source")
    }
    reading.expect(!spec.sram.isEmpty, "sram", "expected at least one entry")
    for (index, entry) in spec.sram.enumerated() {
      let path = "sram[\(index)]"
      reading.expect(entry.size.count > 0, "\(path).size", "must be more than 0 B")
      reading.expect(
        EnergyTable.isPriced(entry.area.value), "\(path).area",
        "expected 0 or 1e-12 to 1e12 mm2, found \(entry.area)")
      reading.expect(
        index == 0 || spec.sram[index - 1].size < entry.size, "\(path).size",
        "sizes must rise from entry to entry", restsOn: ["sram[\(index - 1)].size"])
      reading.expect(!entry.source.isEmpty, "\(path).source", "every value names its source")
    }
    AssumedSpec.check(spec.assumed, reading)
  }

  /// One multiplier; the area goes with the square of the width.
  public func multiplier(bits: Int) -> SquareMillimetres {
    let ratio = Double(bits) / Double(spec.multiplier.bits)
    return spec.multiplier.area * (ratio * ratio)
  }

  /// One adder; the area goes with the width.
  public func adder(bits: Int) -> SquareMillimetres {
    spec.adder.area * (Double(bits) / Double(spec.adder.bits))
  }

  /// One register; the area goes with the width.
  public func register(bits: Int) -> SquareMillimetres {
    spec.register.area * (Double(bits) / Double(spec.register.bits))
  }

  /// One buffer: linear between the sizes of the table, in proportion to the size outside.
  public func buffer(size: Bytes) -> SquareMillimetres {
    guard let first = spec.sram.first, let last = spec.sram.last else {
      preconditionFailure("a checked table has a buffer")
    }
    if size <= first.size { return first.area * (Double(size.count) / Double(first.size.count)) }
    if size >= last.size { return last.area * (Double(size.count) / Double(last.size.count)) }
    guard let above = spec.sram.firstIndex(where: { $0.size >= size }) else { return last.area }
    let (low, high) = (spec.sram[above - 1], spec.sram[above])
    let share = Double((size - low.size).count) / Double((high.size - low.size).count)
    return low.area + (high.area - low.area) * share
  }
}
