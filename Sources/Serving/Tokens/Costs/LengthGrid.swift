internal import Units

/// Lengths at which costs are worked out; between them they are interpolated.
///
/// Every length up to 16, then eight in every octave: between two of them what grows with the square of a
/// length is too large by at most 1/512.
enum LengthGrid {
  /// The place of a length at or below `length`, from 0.
  @inline(__always)
  static func index(_ length: Int) -> Int {
    guard length >= 16 else { return length }
    let octave = Int.bitWidth - 1 - length.leadingZeroBitCount
    return 16 + (octave - 4) * 8 + ((length >> (octave - 3)) & 7)
  }

  /// The length at a place.
  @inline(__always)
  static func length(_ index: Int) -> Int {
    guard index >= 16 else { return index }
    let (octave, part) = ((index - 16) / 8 + 4, (index - 16) % 8)
    return (8 + part) << (octave - 3)
  }
}

/// A sum of costs in numbers that interpolation keeps whole.
struct CostSum: Hashable, Sendable {
  var picoseconds = 0
  var picojoules = 0.0
  var bytes = 0

  init() {}

  init(_ cost: ServiceCost) {
    picoseconds = cost.latency.count
    picojoules = cost.energy.value
    bytes = cost.dramBytes.count
  }

  @inline(__always)
  static func += (sum: inout CostSum, other: CostSum) {
    sum.picoseconds += other.picoseconds
    sum.picojoules += other.picojoules
    sum.bytes += other.bytes
  }

  /// The value at `position` of `width` steps from `low` to `high`.
  @inline(__always)
  static func between(_ low: CostSum, _ high: CostSum, _ position: Int, of width: Int) -> CostSum {
    guard position > 0 else { return low }
    var value = CostSum()
    value.picoseconds =
      low.picoseconds + scaled(high.picoseconds - low.picoseconds, position, width)
    value.bytes = low.bytes + scaled(high.bytes - low.bytes, position, width)
    value.picojoules =
      low.picojoules + (high.picojoules - low.picojoules) * Double(position) / Double(width)
    return value
  }

  /// `value x position / width`, rounded towards zero; products beyond 64 bits are taken at full width.
  @inline(__always)
  private static func scaled(_ value: Int, _ position: Int, _ width: Int) -> Int {
    let (product, isOver) = value.multipliedReportingOverflow(by: position)
    return isOver ? Int(Int128(value) * Int128(position) / Int128(width)) : product / width
  }
}
