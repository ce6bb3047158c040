public import Units

/// What a run measured of one device; the sums over all devices are those of the run.
public struct DeviceMetrics: Sendable {
  /// The device's number, from 0.
  public let index: Int
  /// The number of its kind.
  public let kind: Int
  /// Queries after the warm-up that it served to the end.
  public internal(set) var completed = 0
  /// Batches and segments that it started.
  public internal(set) var services = 0
  /// Time that it was serving, loading or actuating, in ps.
  public internal(set) var busy: Int128 = 0
  /// Energy of all its work; nil where the table has none.
  public internal(set) var energy: Picojoules?
  /// Off-chip bytes of all its work; nil where the table has none.
  public internal(set) var dramBytes: Int128?
  /// Services on another sub-network than the one before.
  public internal(set) var subnetSwitches = 0
  /// Sub-graphs that it loaded.
  public internal(set) var subgraphLoads = 0
  /// Models that came into its memory and left it.
  public internal(set) var memory = MemoryTraffic()
  /// How often it failed.
  public internal(set) var failures = 0

  init(index: Int, kind: Int, _ table: ProfileTable) {
    self.index = index
    self.kind = kind
    energy = table.hasEnergy ? .zero : nil
    dramBytes = table.hasTraffic ? 0 : nil
  }

  /// Busy time over the time measured; nil when no time passed.
  public func utilization(over span: SimulationTime) -> Double? {
    span.count == 0 ? nil : Double(busy) / Double(span.count)
  }
}
