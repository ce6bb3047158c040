/// The tiles of a layer, one after the other.
public struct TileTimeline: Hashable, Sendable {
  /// How many there are.
  public let tiles: Int
  /// What they, or the first of them where only those were asked for, did, in order of start; nil where
  /// there are more than was asked for.
  public let events: [TileEvent]?
}
