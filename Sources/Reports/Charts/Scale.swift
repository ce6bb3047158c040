internal import Foundation

/// Maps the values of an axis onto a stretch of the picture, with ticks at round values.
struct Scale {
  /// A labelled position.
  struct Tick: Hashable {
    let value: Double
    let label: String
  }

  let axis: Axis
  /// The values at both ends.
  let domain: (low: Double, high: Double)
  /// The positions of both ends.
  let range: (low: Double, high: Double)
  /// Labelled positions, from low to high.
  let ticks: [Tick]
  /// The axis's title with the prefix that its labels leave out.
  let title: String

  /// Covers `values` (at least what is finite, and positive where the axis is logarithmic) with at
  /// most `count` ticks.
  init(_ axis: Axis, covering values: [Double], range: (low: Double, high: Double), count: Int) {
    let usable = values.filter { $0.isFinite && (!axis.isLogarithmic || $0 > 0) }
    var low = usable.min() ?? (axis.isLogarithmic ? 1 : 0)
    var high = usable.max() ?? (axis.isLogarithmic ? 10 : 1)
    if axis.isLogarithmic {
      let margin = max(pow(high / low, 0.04), 1.05)
      (low, high) = (low / margin, high * margin)
    } else {
      if axis.startsAtZero { (low, high) = (min(low, 0), max(high, 0)) }
      if low == high { (low, high) = Self.widened(low, axis) }
      let margin = (high - low) * 0.04
      if !(axis.startsAtZero && low == 0) { low -= margin }
      if !(axis.startsAtZero && high == 0) { high += margin }
      if axis.unit == "%" {
        if (usable.min() ?? 0) >= 0 { low = max(low, 0) }
        if (usable.max() ?? 1) <= 1 { high = min(high, 1.0000001) }
      }
    }
    self.axis = axis
    self.range = range
    domain = (low, high)
    let found =
      axis.isLogarithmic
      ? LogTicks.make(axis, low, high, count: count)
      : LinearTicks.make(axis, low, high, count: count)
    (ticks, title) = (found.ticks, found.title)
  }

  private static func widened(_ value: Double, _ axis: Axis) -> (Double, Double) {
    if value == 0 { return (0, 1) }
    return axis.startsAtZero ? (0, value) : (value - abs(value) * 0.1, value + abs(value) * 0.1)
  }

  /// Where `value` is drawn; values beyond an end are drawn at it.
  func position(_ value: Double) -> Double {
    let share: Double
    if axis.isLogarithmic {
      guard value > 0 else { return range.low }
      share = log(value / domain.low) / log(domain.high / domain.low)
    } else {
      share = (value - domain.low) / (domain.high - domain.low)
    }
    return range.low + min(max(share, 0), 1) * (range.high - range.low)
  }

  /// The ticks whose labels, `extent` long each, keep apart.
  func spaced(_ extent: (String) -> Double) -> [Tick] {
    for step in 1...max(ticks.count, 1) {
      let kept = ticks.enumerated().filter { $0.offset % step == 0 }.map(\.element)
      let isFree = zip(kept, kept.dropFirst()).allSatisfy { first, second in
        abs(position(first.value) - position(second.value))
          > (extent(first.label) + extent(second.label)) / 2 + 6
      }
      if isFree { return kept }
    }
    return Array(ticks.prefix(1))
  }
}
