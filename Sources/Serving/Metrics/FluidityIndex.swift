/// The share of tokens, or frames, that come in time for a smooth stream.
///
/// Source: Etalon (project-etalon/etalon), documentation and `metric_utils.py`, which differ. For
/// a camera both targets are the frame period; that use is an extension of this simulator.
public struct FluidityIndex: Hashable, Sendable {
  /// Which of the two published definitions is used.
  public enum Variant: String, Codable, CaseIterable, Sendable {
    /// The documentation: late tokens count once, slack carries over.
    case paper
    /// The released code: a late token counts as every deadline that it missed.
    case etalonCode = "etalon-code"
  }

  private let variant: Variant
  private let first: Int
  private let next: Int
  // Grows by up to a target with every token.
  private var slack: Int128 = 0
  private var isFirst = true
  /// Tokens in time.
  public private(set) var onTime = 0
  /// Deadlines missed: late tokens for `paper`.
  public private(set) var missed = 0

  /// Starts a stream with the targets of its first and of every other token.
  public init(_ variant: Variant, first: SimulationTime, next: SimulationTime) {
    precondition(first.count > 0 && next.count > 0, "targets are positive")
    self.variant = variant
    self.first = first.count
    self.next = next.count
  }

  /// Deadlines counted so far.
  public var total: Int { onTime + missed }
  /// Between 0 and 1; 1 for an empty stream.
  public var value: Double { total == 0 ? 1 : Double(onTime) / Double(total) }

  /// Adds a token that came `gap` after the one before it, or after the request.
  public mutating func record(gap: SimulationTime) {
    let target = isFirst ? first : next
    let lateness = Int128(gap.count) - slack - Int128(target)
    if lateness <= 0 {
      onTime += 1
      slack = -lateness
    } else {
      slack = 0
      switch variant {
      case .paper: missed += 1
      case .etalonCode:
        // First token: 1 + floor((x - slack - D_p) / D_d); later ones: floor((x - slack) / D_d).
        // Equal, since for later ones x - slack - D_d is the lateness. The token itself counts
        // with the deadlines it missed, not beside them.
        // The gaps add up to the time that passes, so that the count fits.
        missed += 1 + Int(lateness) / next
      }
    }
    isFirst = false
  }
}
