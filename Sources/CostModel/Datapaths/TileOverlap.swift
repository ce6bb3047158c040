/// When a tile needs its input and has its results, in cycles of its computation.
///
/// Input elements arrive in the order of their first use, results leave in the order in which they
/// are finished; both evenly. An element can be used in the cycle in which it arrives.
public struct TileOverlap: Hashable, Sendable {
  /// Cycles after the one in which the last input element is used for the first time.
  public var afterLastInput: Int
  /// Share of the input that must be there before the computation can go on evenly, 0...1.
  public var headShare = 0.0
  /// Cycles from when that share is needed to the end.
  public var afterHead = 0
  /// Cycles from the first finished result to the end.
  public var afterFirstResult: Int
  /// Share of the results that the last round finishes, 0...1.
  public var lastShare: Double
  /// Cycles from the last round's first result to the end.
  public var afterLastRound: Int

  /// Makes the offsets of a tile.
  public init(
    afterLastInput: Int, afterFirstResult: Int, lastShare: Double, afterLastRound: Int
  ) {
    self.afterLastInput = afterLastInput
    self.afterFirstResult = afterFirstResult
    self.lastShare = lastShare
    self.afterLastRound = afterLastRound
  }
}
