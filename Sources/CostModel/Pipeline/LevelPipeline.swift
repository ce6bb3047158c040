/// A tile of a memory between DRAM and the buffers: its transfers, and the tiles of the memory inside.
struct LevelTile: Hashable, Sendable {
  /// Cycles of its loads.
  var load = 0
  /// Cycles of its results' store.
  var store = 0
  /// Whether results are finished in it.
  var stores = false
  /// The tiles inside, of the next level.
  var tiles: [LevelRun] = []
  /// The tiles inside, of the array.
  var runs: [TileRun] = []
}

/// Consecutive equal tiles of a level.
struct LevelRun: Hashable, Sendable {
  /// One of them.
  let tile: LevelTile
  /// How many follow one another.
  var count: Int

  /// The array's tiles in all of them.
  var arrayTiles: Int {
    count
      * (tile.runs.reduce(0) { $0 + $1.count } + tile.tiles.reduce(0) { $0 + $1.arrayTiles })
  }
}

/// The recurrence of `TilePipeline` for memories outside of the buffers: a tile of each is computed by the tiles
/// inside.
///
/// For tile i of a level: its load starts when its link is free, the tile outside is there and tile i-2 has been
/// computed, or tile i-1 where the level has one half. Tiles inside are loaded after it. Their results come in
/// when the block of results before last has left, or the last one; and leave after the last of them has come.
/// On a shared port the load of tile i goes before the store of tile i-1, but not where there is one half.
struct LevelPipeline {
  /// What is the same for all tiles of a level.
  struct Level: Hashable, Sendable {
    /// Whether its loads and stores take turns.
    let sharedPort: Bool
    /// Whether it has two halves.
    let pingPong: Bool
    /// Whether results stop there.
    let holdsOutput: Bool
  }

  private enum Stamp: Int, TallyKey {
    case readFree, writeFree, computed, computedBefore, stored, storedBefore
  }

  private struct State {
    var times = Tally<Stamp, 6>()
    var pendingStore = 0
    var hasPending = false
    /// Whether the pending store is the last of a tile outside, and when the last such one ended.
    var endsOutside = false
    var storedOutside = 0

    /// How much later it is than at `earlier`, where nothing else has changed.
    func shift(from earlier: State) -> Int? {
      guard pendingStore == earlier.pendingStore, hasPending == earlier.hasPending,
        endsOutside == earlier.endsOutside
      else { return nil }
      return times.shift(from: earlier.times)
    }
  }

  private let levels: [Level]
  private var states: [State]
  private var inside: TilePipeline

  /// Levels from DRAM inwards, at least one, around the array's tiles.
  init(_ levels: [Level], around tiles: TilePipeline) {
    self.levels = levels
    states = Array(repeating: State(), count: levels.count)
    inside = tiles
  }

  /// Runs `runs` of the outermost level one after the other, the whole list `times` over.
  mutating func append(_ runs: [LevelRun], repeated times: Int) {
    repeated(times, gate: 0) { $0.append(runs, level: 0, gate: 0, storeGate: 0) }
  }

  private mutating func append(_ runs: [LevelRun], level: Int, gate: Int, storeGate: Int) {
    for run in runs {
      repeated(run.count, gate: max(gate, storeGate)) {
        $0.step(run.tile, level, gate: gate, storeGate: storeGate)
      }
    }
  }

  /// Carries `body` out `count` times, or until it only moves time; nothing is known of it before `gate`.
  private mutating func repeated(_ count: Int, gate: Int, _ body: (inout LevelPipeline) -> Void) {
    var done = 0
    while done < count {
      let (states, tiles) = (states, inside.state)
      let start = inside.computed
      body(&self)
      done += 1
      if done < count, gate <= start, let shift = inside.shift(from: tiles),
        zip(self.states, states).allSatisfy({ $0.shift(from: $1) == shift })
      {
        inside.extrapolate(from: tiles, shift: shift, count: count - done)
        for level in levels.indices { self.states[level].times.shift(by: shift * (count - done)) }
        return
      }
    }
  }

  private mutating func step(_ tile: LevelTile, _ level: Int, gate: Int, storeGate: Int) {
    let kind = levels[level]
    // With one half everything of the tile before has left, or has begun to, before this one comes.
    if !kind.pingPong { flush(from: level) }
    let times = states[level].times
    let loaded =
      max(times[.readFree], times[kind.pingPong ? .computedBefore : .computed], gate) + tile.load
    states[level].times[.readFree] = loaded
    if kind.sharedPort { states[level].times[.writeFree] = max(times[.writeFree], loaded) }
    let room =
      !kind.holdsOutput
      ? storeGate
      : times[!kind.pingPong || states[level].hasPending ? .stored : .storedBefore]
    if level + 1 < levels.count {
      append(tile.tiles, level: level + 1, gate: loaded, storeGate: room)
    } else {
      inside.open(gate: loaded, storeGate: room)
      inside.append(tile.runs)
    }
    // The first tile inside has sent what was left of the tile before.
    store(level)
    states[level].times[.computedBefore] = states[level].times[.computed]
    states[level].times[.computed] = inside.computed
    if tile.stores {
      states[level].pendingStore = tile.store
      states[level].hasPending = true
      endInside(level)
    }
    // Stamps before the tile before last can no longer delay anything.
    let before = states[level].times[.computedBefore]
    for stamp in [.readFree, .writeFree, .stored, .storedBefore] as [Stamp] {
      states[level].times[stamp] = max(states[level].times[stamp], before)
    }
  }

  /// The next level inside that results stop at; nil for the array's buffer.
  private func holder(inside level: Int) -> Int? {
    levels.indices.first { $0 > level && levels[$0].holdsOutput }
  }

  /// Results inside that are on their way are the last ones of a level's tile.
  private mutating func endInside(_ level: Int) {
    if let holder = holder(inside: level) {
      states[holder].endsOutside = states[holder].hasPending
    } else {
      inside.endOutside()
    }
  }

  /// Stores what is left of the tile before, all of which has come in.
  private mutating func store(_ level: Int) {
    guard states[level].hasPending else { return }
    let ready = holder(inside: level).map { states[$0].storedOutside } ?? inside.storedOutside
    var state = states[level]
    let port =
      levels[level].sharedPort
      ? max(state.times[.readFree], state.times[.writeFree]) : state.times[.writeFree]
    let end = max(port, ready) + state.pendingStore
    state.times[.writeFree] = end
    if levels[level].sharedPort { state.times[.readFree] = end }
    state.times[.storedBefore] = state.times[.stored]
    state.times[.stored] = end
    state.hasPending = false
    if state.endsOutside { state.storedOutside = end }
    state.endsOutside = false
    states[level] = state
  }

  /// Sends everything that is on its way to a level, and what the level holds.
  private mutating func flush(from level: Int) {
    inside.flushStore()
    for place in levels.indices.reversed() where place >= level { store(place) }
  }

  /// What the array's tiles did, where that is recorded.
  func recorded() -> [TileEvent] {
    var copy = self
    copy.flush(from: 0)
    return copy.inside.recorded()
  }

  /// The cycles so far, the last stores included.
  func finished() -> TilePipeline.Summary {
    var copy = self
    copy.flush(from: 0)
    var result = copy.inside.finished()
    let end = copy.states.reduce(result.total) { max($0, $1.times[.stored]) }
    result.spent[.dramWrite] += end - result.total
    result.total = end
    return result
  }
}
