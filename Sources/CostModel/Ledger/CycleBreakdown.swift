public import Units

/// What a cycle was spent on.
public enum CycleCause: String, TallyKey {
  /// The array computed, or filled or drained.
  case compute
  /// The array waited for a transfer from DRAM.
  case dramRead = "dram_read"
  /// The array waited for a transfer to DRAM.
  case dramWrite = "dram_write"
  /// The fixed cost of starting a layer.
  case overhead
  /// Cores waited for one another or for the network between them.
  case network
  /// The array waited for a memory between DRAM and its buffers.
  case level

  /// The place in the list of causes.
  public var slot: Int {
    switch self {
    case .compute: 0
    case .dramRead: 1
    case .dramWrite: 2
    case .overhead: 3
    case .network: 4
    case .level: 5
    }
  }
}

/// Cycles by cause.
public struct CycleBreakdown: Hashable, Sendable {
  private var counts: Tally<CycleCause, 6>

  /// The cycles that `counts` has for each cause.
  init(_ counts: Tally<CycleCause, 6>) { self.counts = counts }

  /// Cycles spent on `cause`.
  public subscript(cause: CycleCause) -> Cycles { Cycles(counts[cause]) }
}
