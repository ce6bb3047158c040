public import Units

/// What the next pieces of a batch cost together.
public struct ServiceCost: Hashable, Sendable {
  /// From start to completion.
  public let latency: SimulationTime
  /// Of all of them, in the unit of the profile table's energies.
  public let energy: Picojoules
  /// Off-chip bytes of all of them.
  public let dramBytes: Bytes

  /// Makes a cost.
  public init(
    latency: SimulationTime, energy: Picojoules = .zero, dramBytes: Bytes = .zero
  ) {
    self.latency = latency
    self.energy = energy
    self.dramBytes = dramBytes
  }

  /// Whether a service can cost that.
  @inline(__always)
  var isPossible: Bool {
    latency.count > 0 && latency.count < 1 << 60 && dramBytes.count >= 0
  }
}
