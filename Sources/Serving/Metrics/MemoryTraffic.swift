internal import Units

/// Models that came into memories of devices and left them.
public struct MemoryTraffic: Hashable, Sendable {
  /// Models that were loaded.
  public private(set) var loads = 0
  /// Models that left to make room.
  public private(set) var evictions = 0
  /// Bytes of the models that were loaded.
  public private(set) var bytes: Int128 = 0

  mutating func add(_ bytes: Bytes, evicting count: Int) {
    loads += 1
    evictions += count
    self.bytes += Int128(bytes.count)
  }
}
