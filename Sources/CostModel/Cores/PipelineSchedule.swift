/// When the cores of a pipeline work: each runs its tiles in order, one layer per core.
///
/// A core begins a tile when it has ended the one before, when the rows that the tile needs have
/// arrived, and when the core that takes its rows has room for them: room is taken when a tile begins
/// and given back when no later tile of the other core needs a row of it. Rows and the word that there
/// is room are under way as long as the links between the two cores take.
struct PipelineSchedule {
  /// A tile of rows on its core.
  struct Tile: Hashable {
    /// Cycles from its first transfer to its last.
    let cycles: Int
    /// Tiles of the core before, from the first one on, that have to be there.
    let needs: Int
    /// Tiles of the core before, from the first one on, that no later tile needs.
    let releases: Int
    /// Bytes of the rows that it hands on.
    let bytes: Int
  }

  /// When each tile of each core ends.
  private(set) var ends: [[Int]] = []

  /// Runs `stages`, whose rows are `ways` cycles under way to the next one, which has `room` bytes for
  /// them; nil where that is too little.
  init?(_ stages: [[Tile]], ways: [Int], room: Int) {
    var waits: [[Int]] = []
    for (stage, next) in zip(stages, stages.dropFirst()) {
      guard let found = Self.waits(stage, next, room) else { return nil }
      waits.append(found)
    }
    ends = stages.map { _ in [] }
    var isMoving = true
    while isMoving {
      isMoving = false
      for stage in stages.indices {
        while let start = start(stage, stages, waits, ways) {
          ends[stage].append(start + stages[stage][ends[stage].count].cycles)
          isMoving = true
        }
      }
    }
    guard zip(ends, stages).allSatisfy({ $0.count == $1.count }) else { return nil }
  }

  /// When the next tile of a core begins; nil while that is not known, and when there is none.
  private func start(
    _ stage: Int, _ stages: [[Tile]], _ waits: [[Int]], _ ways: [Int]
  ) -> Int? {
    let place = ends[stage].count
    guard place < stages[stage].count else { return nil }
    var start = ends[stage].last ?? 0
    if stage > 0 {
      let needs = stages[stage][place].needs
      guard ends[stage - 1].count >= needs else { return nil }
      if needs > 0 { start = max(start, ends[stage - 1][needs - 1] + ways[stage - 1]) }
    }
    if stage + 1 < stages.count {
      let wait = waits[stage][place]
      guard ends[stage + 1].count >= wait else { return nil }
      if wait > 0 { start = max(start, ends[stage + 1][wait - 1] + ways[stage]) }
    }
    return start
  }

  /// How many tiles of the core that takes the rows have to have ended before each tile of the one that
  /// makes them has room; nil where one of them never has.
  private static func waits(_ stage: [Tile], _ next: [Tile], _ room: Int) -> [Int]? {
    var (sum, freed, released, ended) = (0, 0, 0, 0)
    var waits: [Int] = []
    for (place, tile) in stage.enumerated() {
      sum += tile.bytes
      while sum - freed > room {
        guard ended < next.count, next[ended].needs <= place else { return nil }
        while released < min(next[ended].releases, place) {
          freed += stage[released].bytes
          released += 1
        }
        ended += 1
      }
      waits.append(ended)
    }
    return waits
  }
}
