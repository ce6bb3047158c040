public import Units

/// A point or a span of simulated time, in whole picoseconds.
public struct SimulationTime: IntegerQuantity {
  /// Picoseconds.
  public var count: Int

  /// Makes a time from picoseconds.
  @inline(__always)
  public init(_ count: Int) { self.count = count }

  /// The latest time a simulation may reach, about 53 days.
  public static let limit = SimulationTime(1 << 62)

  /// The nearest picosecond, clamped to `limit`.
  public init(seconds: Double) {
    let picoseconds = (seconds * 1e12).rounded()
    count = picoseconds < 4.6e18 ? Int(max(picoseconds, -4.6e18)) : Self.limit.count
  }

  /// Makes a time when `base` is a whole number of picoseconds below 53 days.
  public init?(base: Double) {
    let nearest = base.rounded()
    // One decimal multiplication such as `16.1 * 1e9` is off by a few units in the last place.
    guard base.isFinite, abs(base - nearest) <= abs(base) * 1e-15, nearest < 4.6e18 else {
      return nil
    }
    count = Int(nearest)
  }

  /// Picoseconds and decimal multiples up to the second.
  public static var units: [(symbol: String, scale: Double)] {
    [("ps", 1), ("ns", 1e3), ("us", 1e6), ("ms", 1e9), ("s", 1e12)]
  }
  /// `36 ms`.
  public static var example: String { "36 ms" }
  /// What a file may say.
  public static var range: String { "a whole number of ps below 53 days" }

  /// The time in seconds.
  public var seconds: Double { Double(count) / 1e12 }

  /// The sum; one that 64 bits do not hold stays at the largest time, which is beyond `limit`.
  ///
  /// A phase, a think time or a deadline near `limit` may add up past the end of time. The engine
  /// refuses whatever lies beyond `limit`, so that the exact value does not matter there.
  @inline(__always)
  public static func + (left: Self, right: Self) -> Self {
    let (sum, isOver) = left.count.addingReportingOverflow(right.count)
    return Self(isOver ? (left.count < 0 ? .min : .max) : sum)
  }
  /// The difference.
  @inline(__always)
  public static func - (left: Self, right: Self) -> Self { Self(left.count - right.count) }
  /// Orders by time.
  @inline(__always)
  public static func < (left: Self, right: Self) -> Bool { left.count < right.count }
  /// Whether both are the same picosecond.
  @inline(__always)
  public static func == (left: Self, right: Self) -> Bool { left.count == right.count }
}
