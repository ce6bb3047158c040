internal import Histogram

/// Latencies in constant memory: exact count, sum and maximum, percentiles to 0.1 %.
///
/// The sum is kept in 128 bits, and percentiles are read from the histogram's counts alone: its own
/// iterators add up value x count in 64 bits, which overload exceeds.
public struct LatencyDistribution: Sendable {
  // Three digits from 1 ps to 2^62 ps: about 400 KiB, of which few pages are touched.
  private var histogram = Histogram<UInt64>(
    lowestDiscernibleValue: 1, highestTrackableValue: 1 << 62,
    numberOfSignificantValueDigits: .three)
  private var total: Int128 = 0
  /// Number of queries.
  public private(set) var count = 0
  /// The largest, exact.
  public private(set) var largest = SimulationTime(0)

  /// An empty distribution.
  public init() {}

  /// Records the latency of a query.
  @inline(__always)
  package mutating func record(_ time: SimulationTime) {
    _ = histogram.record(UInt64(max(time.count, 0)))
    total += Int128(time.count)
    count += 1
    if time > largest { largest = time }
  }

  /// Records the same latency for many queries.
  mutating func record(_ time: SimulationTime, count copies: Int) {
    _ = histogram.record(UInt64(max(time.count, 0)), count: UInt64(copies))
    total += Int128(time.count) * Int128(copies)
    count += copies
    if time > largest { largest = time }
  }

  /// Adds what another distribution counted, each at the lower end of its bucket.
  package mutating func add(_ other: LatencyDistribution) {
    for value in other.histogram.recordedValues() {
      _ = histogram.record(value.value, count: value.count)
    }
    total += other.total
    count += other.count
    largest = max(largest, other.largest)
  }

  /// The sum in picoseconds, exact.
  public var sum: Int128 { total }

  /// The mean in seconds; nil when empty.
  public var meanSeconds: Double? {
    count == 0 ? nil : Double(total) / Double(count) / 1e12
  }

  /// The value that a share of the queries, in per cent, does not exceed; nil when empty.
  ///
  /// The end of its histogram bucket, never above the largest latency.
  public func percentile(_ percent: Double) -> SimulationTime? { percentiles([percent]).first }

  /// The values of several percentiles, `percents` rising, in one pass over the histogram; none when
  /// empty.
  public func percentiles(_ percents: [Double]) -> [SimulationTime] {
    guard count > 0 else { return [] }
    var values: [SimulationTime] = []
    values.reserveCapacity(percents.count)
    var bucket = histogram.lowestEquivalentForValue(histogram.min)
    var counted = histogram.countForValue(bucket)
    for percent in percents {
      // The least count that is this share of all; one unit in the last place absorbs the rounding.
      let rank = max(1, (percent.nextDown * Double(count) / 100).rounded(.up))
      while Double(counted) < rank, counted < count {
        bucket = histogram.nextNonEquivalentForValue(bucket)
        counted += histogram.countForValue(bucket)
      }
      let end = SimulationTime(Int(histogram.highestEquivalentForValue(bucket)))
      values.append(min(end, largest))
    }
    return values
  }

  /// Whether enough queries stand behind a percentile: at least ten beyond it, 10,000 in all for p99.9.
  public func isReliable(percentile percent: Double) -> Bool {
    Self.isReliable(percentile: percent, count: count)
  }

  /// Whether `count` queries are enough for a percentile: at least ten beyond it.
  public static func isReliable(percentile percent: Double, count: Int) -> Bool {
    // 1e-9 absorbs the rounding of `100 - 99.9`.
    Double(count) * (100 - percent) / 100 + 1e-9 >= 10
  }

  /// The memory that the histogram takes.
  public var footprintBytes: Int { histogram.estimatedFootprintInBytes }
}
