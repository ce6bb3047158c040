/// What one tile of a plan asks of hardware that builds partial sums level by level.
///
/// Level l holds the additions that need the results of level l - 1; one level's additions can run
/// together.
public struct TileProfile: Hashable, Sendable {
  /// The columns of the tile.
  public let width: Int
  /// The columns that some pattern of the tile has.
  public let liveColumns: Int
  /// The non-zero patterns, F.
  public let nonZeroPatterns: Int
  /// The non-zero patterns of one column, which need no partial sum.
  public let singleColumnPatterns: Int
  /// The distinct non-zero patterns.
  public let uniquePatterns: Int
  /// The additions of each level.
  public let buildLevels: [Int]
}

extension ReusePlan {
  /// The profile of each tile of the tiling that the plan was made of.
  ///
  /// Levels follow the plan's additions.
  public func profiles(_ tiling: PatternTiling) -> [TileProfile] {
    var levels = Array(repeating: 0, count: inputs)
    var profiles: [TileProfile] = []
    for tile in 0..<tiling.tiles {
      var counts: [Int] = []
      for addition in additions[tileBounds[tile]..<tileBounds[tile + 1]] {
        let level = max(levels[Int(addition.left)], levels[Int(addition.right)]) + 1
        levels.append(level)
        if counts.count < level { counts.append(0) }
        counts[level - 1] += 1
      }
      let nonZero = tiling.patterns(tile: tile).filter { $0 != 0 }
      profiles.append(
        TileProfile(
          width: tiling.widths[tile],
          liveColumns: nonZero.reduce(0, |).nonzeroBitCount,
          nonZeroPatterns: nonZero.count,
          singleColumnPatterns: nonZero.count { $0.nonzeroBitCount == 1 },
          uniquePatterns: Set(nonZero).count, buildLevels: counts))
    }
    return profiles
  }
}
