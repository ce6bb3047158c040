public import Units

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Foundation
#endif

extension EnergyTable {
  /// Energy per bit and static power of a buffer, log-log interpolated by size.
  ///
  /// Outside the sizes of the table it is that of the nearest one, or, where `sram_outside` says so,
  /// goes on along the line through the two nearest; below them as `sram_small` says.
  public func buffer(size: Bytes) -> (read: Picojoules, write: Picojoules, leakage: Milliwatts) {
    let points = spec.sram
    if let small = spec.sramSmall, size < points[0].size {
      return Self.scaled(points[0], to: size, exponent: small.exponent)
    }
    let (lower, upper) = neighbours(of: size)
    let (low, high) = (points[lower], points[upper])
    let share =
      lower == upper
      ? 0
      : log(Double(size.count) / Double(low.size.count))
        / log(Double(high.size.count) / Double(low.size.count))
    func interpolate(_ value: (SRAMEnergySpec) -> Double) -> Double {
      let (first, last) = (value(low), value(high))
      // A line to or from nothing has no logarithm; beyond it nothing is less than nothing.
      guard first > 0, last > 0 else { return max(0, first + (last - first) * share) }
      return exp(log(first) + (log(last) - log(first)) * share)
    }
    return (
      Picojoules(interpolate { $0.read.amount.value / Double($0.width.count) }),
      Picojoules(interpolate { $0.write.amount.value / Double($0.width.count) }),
      Milliwatts(interpolate { $0.leakage.value })
    )
  }

  /// The places of the sizes between which a buffer is priced, alike where it is priced as one of them.
  func neighbours(of size: Bytes) -> (lower: Int, upper: Int) {
    let points = spec.sram
    let last = points.count - 1
    let above = points.firstIndex { $0.size >= size } ?? last
    let isInside = points[0].size <= size && size <= points[last].size
    if spec.sramOutside?.rule == .logLog, !isInside {
      return above == 0 ? (0, 1) : (last - 1, last)
    }
    return (points[above].size <= size ? above : max(above - 1, 0), above)
  }

  /// The price of a buffer smaller than `entry`: dynamic energy by the rule of the table, leakage in
  /// proportion to the size.
  private static func scaled(
    _ entry: SRAMEnergySpec, to size: Bytes, exponent: Double
  ) -> (read: Picojoules, write: Picojoules, leakage: Milliwatts) {
    let ratio = Double(size.count) / Double(entry.size.count)
    let factor = pow(ratio, exponent) / Double(entry.width.count)
    return (
      Picojoules(entry.read.amount.value * factor), Picojoules(entry.write.amount.value * factor),
      Milliwatts(entry.leakage.value * ratio)
    )
  }

  /// What a reader has to know of the price of a buffer called `name`: nil where the table has sizes
  /// on both sides of it, or says how it goes on.
  public func caveat(of name: String, size: Bytes) -> SRAMCaveat? {
    guard spec.sramOutside == nil, let first = spec.sram.first, let last = spec.sram.last,
      size > last.size || size < first.size && spec.sramSmall == nil
    else { return nil }
    return SRAMCaveat(
      buffer: name, size: size, priced: size > last.size ? last.size : first.size,
      table: spec.name)
  }
}

/// A buffer outside the sizes of an energy table that does not say how it goes on.
public struct SRAMCaveat: Hashable, Sendable, CustomStringConvertible {
  /// The buffer.
  public let buffer: String
  /// Its capacity.
  public let size: Bytes
  /// The capacity whose price it is given.
  public let priced: Bytes
  /// The table.
  public let table: String

  /// One sentence for a report.
  public var description: String {
    "\(buffer) of \(size) is priced as one of \(priced), where energy table \(table) "
      + (size > priced ? "ends" : "begins")
  }

  /// One caveat for each buffer, table and end of it: that of the size farthest from the table.
  public static func farthest(_ caveats: [SRAMCaveat]) -> [SRAMCaveat] {
    var found: [SRAMCaveat] = []
    for caveat in caveats {
      let known = found.firstIndex {
        $0.buffer == caveat.buffer && $0.table == caveat.table && $0.priced == caveat.priced
          && ($0.size > $0.priced) == (caveat.size > caveat.priced)
      }
      guard let known else {
        found.append(caveat)
        continue
      }
      let isFarther =
        caveat.size > caveat.priced
        ? caveat.size > found[known].size : caveat.size < found[known].size
      if isFarther { found[known] = caveat }
    }
    return found
  }
}
