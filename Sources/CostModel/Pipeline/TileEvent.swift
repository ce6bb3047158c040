/// What one tile of a layer did, and when, in cycles from the start of the layer's first transfer.
public struct TileEvent: Hashable, Sendable {
  /// Who was busy.
  public enum Track: String, CaseIterable, Sendable {
    /// The array.
    case compute
    /// The link from DRAM.
    case read
    /// The link to DRAM.
    case write
  }

  /// Who was busy.
  public let track: Track
  /// Number of the tile, in order of execution.
  public let tile: Int
  /// The first cycle.
  public let start: Int
  /// The cycle after the last.
  public let end: Int
}
