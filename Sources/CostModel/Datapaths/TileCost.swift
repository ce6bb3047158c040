/// What a datapath does with a tile: cycles with operands always ready, and counted actions.
public struct TileCost: Hashable, Sendable {
  /// Cycles, operands always ready.
  public var cycles = 0
  /// What it does.
  public var counts = ActionCounts()

  /// No work.
  public init() {}

  /// Adds `other`, `times` over.
  public mutating func add(_ other: TileCost, times: Int) {
    cycles += other.cycles * times
    counts.add(other.counts, times: times)
  }
}
