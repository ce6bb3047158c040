internal import Histogram

/// Latencies in constant memory: exact count, sum and maximum, percentiles to 0.1 %.
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

  @inline(__always)
  mutating func record(_ time: SimulationTime) {
    _ = histogram.record(UInt64(max(time.count, 0)))
    total += Int128(time.count)
    count += 1
    if time > largest { largest = time }
  }

  /// The sum in picoseconds, exact.
  public var sum: Int128 { total }

  /// The mean in seconds; zero when empty.
  public var meanSeconds: Double {
    count == 0 ? 0 : Double(total) / Double(count) / 1e12
  }

  /// The value that a share of the queries, in per cent, does not exceed.
  ///
  /// The end of its histogram bucket, never above the largest latency.
  public func percentile(_ percent: Double) -> SimulationTime { percentiles([percent])[0] }

  /// The values of several percentiles, `percents` rising, in one pass over the histogram.
  public func percentiles(_ percents: [Double]) -> [SimulationTime] {
    var values: [SimulationTime] = []
    values.reserveCapacity(percents.count)
    var buckets = histogram.recordedValues()
    var bucket = buckets.next()
    for percent in percents {
      // The least count that is this share of all; one unit in the last place absorbs the rounding.
      let rank = max(1, (percent.nextDown * Double(count) / 100).rounded(.up))
      while let known = bucket, Double(known.totalCountToThisValue) < rank {
        bucket = buckets.next()
      }
      let end = bucket.map { SimulationTime(Int($0.value)) } ?? largest
      values.append(min(end, largest))
    }
    return values
  }

  /// Whether enough queries stand behind a percentile: at least ten beyond it, 10,000 in all for p99.9.
  public func isReliable(percentile percent: Double) -> Bool {
    // 1e-9 absorbs the rounding of `100 - 99.9`.
    Double(count) * (100 - percent) / 100 + 1e-9 >= 10
  }

  /// The memory that the histogram takes.
  public var footprintBytes: Int { histogram.estimatedFootprintInBytes }
}
