/// The recurrence that strings tiles together: transfers and computation share two buffer halves.
///
/// For tile i: its load starts when the read port is free and tile i-2 has been computed; its
/// computation starts when the load has ended, tile i-1 has been computed and the outputs of tile
/// i-2 are stored. On a shared port the load of tile i goes before the store of tile i-1. A stream
/// arrives while the tile computes; what is left to compute after its last element bounds the end.
/// Runs of equal tiles are extrapolated once every time stamp moves by the same amount per tile:
/// the recurrence commutes with a shift of time, so the result equals the full recurrence exactly.
public struct TilePipeline: Sendable {
  /// Where the cycles went.
  public struct Summary: Hashable, Sendable {
    /// All cycles.
    public var total = 0
    /// Those of the array by what it did; there is no overhead within a layer.
    public var spent = Tally<CycleCause, 6>()
  }

  /// What a time stamp is of.
  enum Stamp: Int, TallyKey {
    case readFree, writeFree, computed, computedBefore, stored, storedBefore
    case pendingReady, pendingEnd, preloadFree
  }

  private let sharedPort: Bool
  private let storeOverlap: StoreOverlap
  private let extrapolates: Bool
  private let records: Bool
  /// Before which no tile is loaded and no result stored, where a memory outside is not DRAM; see `open`.
  private var gate = 0
  private var storeGate = 0
  private var isInside = false
  /// Whether the pending store is the last one of a tile outside, and when the last such one ended.
  private var endsOutside = false
  private(set) var storedOutside = 0
  /// What every tile did, where events are recorded.
  private(set) var events: [TileEvent] = []
  private var tile = 0
  private var times = Tally<Stamp, 9>()
  private var pendingStore = 0
  private var pendingTile = 0
  private var hasPending = false
  private var summary = Summary()

  /// Makes an empty pipeline; `extrapolates` is false only to test that it makes no difference.
  ///
  /// A pipeline that `records` keeps an event for everything a tile does, and never extrapolates.
  public init(
    sharedPort: Bool, storeOverlap: StoreOverlap, extrapolates: Bool = true, records: Bool = false
  ) {
    self.sharedPort = sharedPort
    self.storeOverlap = storeOverlap
    self.extrapolates = extrapolates && !records
    self.records = records
  }

  private mutating func record(_ track: TileEvent.Track, _ start: Int, _ end: Int, tile: Int) {
    guard records, end > start else { return }
    events.append(TileEvent(track: track, tile: tile, start: start, end: end))
  }

  /// Runs `runs` one after the other, the whole list `times` over.
  public mutating func append(_ runs: [TileRun], repeated repetitions: Int = 1) {
    repeated(repetitions) { pipeline in
      for run in runs { pipeline.repeated(run.count) { $0.step(run.step) } }
    }
  }

  /// Runs `segments` one after the other, the whole list `times` over.
  mutating func append(_ segments: [TileSegment], repeated repetitions: Int = 1) {
    repeated(repetitions) { pipeline in
      for segment in segments {
        pipeline.repeated(segment.count) { pipeline in
          for block in segment.blocks { pipeline.append(block.runs, repeated: block.count) }
        }
      }
    }
  }

  /// Carries `body` out `count` times, or until it only moves time.
  private mutating func repeated(_ count: Int, _ body: (inout TilePipeline) -> Void) {
    var done = 0
    while done < count {
      let before = state
      body(&self)
      done += 1
      if let shift = shift(from: before), max(gate, storeGate) <= before.times[.computed] {
        extrapolate(from: before, shift: shift, count: count - done)
        return
      }
    }
  }

  /// What tells two moments apart but for time itself.
  struct State {
    let times: Tally<Stamp, 9>
    let summary: Summary
    let pendingStore: Int
    let hasPending: Bool
  }

  var state: State {
    State(times: times, summary: summary, pendingStore: pendingStore, hasPending: hasPending)
  }

  /// How much later it is than at `earlier`, where nothing else has changed.
  func shift(from earlier: State) -> Int? {
    guard extrapolates, pendingStore == earlier.pendingStore, hasPending == earlier.hasPending
    else { return nil }
    return times.shift(from: earlier.times)
  }

  /// Lets `count` times as much time pass as since `before`, spent alike.
  mutating func extrapolate(from before: State, shift: Int, count: Int) {
    times.shift(by: shift * count)
    summary.spent.repeatChange(from: before.summary.spent, times: count)
  }

  private mutating func step(_ step: TileStep) {
    // The port serves this tile's load, then the store of the tile before.
    var loaded = max(times[.readFree], times[.computedBefore]) + step.load
    if tile > 0, let handover = step.handover { loaded = max(loaded, times[.computed] + handover) }
    times[.readFree] = loaded
    record(.read, loaded - step.load, loaded, tile: tile)
    if sharedPort { times[.writeFree] = max(times[.writeFree], loaded) }
    flushStore()
    if sharedPort { times[.readFree] = max(times[.readFree], times[.writeFree]) }

    var ready = max(loaded, times[.computed])
    if step.exposed > 0 {
      ready = max(ready, times[.readFree]) + step.exposed
      record(.read, ready - step.exposed, ready, tile: tile)
      times[.readFree] = ready
    }
    let filled =
      step.preload == 0
      ? ready : max(ready, max(arrival(step, loaded, ready), times[.preloadFree]) + step.preload)
    let streamStart = max(times[.readFree], loaded)
    let streamed = streamStart + step.stream
    let outputSlot = storeOverlap == .none ? times[.stored] : times[.storedBefore]
    let start = max(filled, outputSlot)
    var end = start + step.compute
    if step.stream > 0 {
      end = max(end, streamed, streamStart + max(step.compute, step.streamBound))
      times[.readFree] = streamed
      record(.read, streamed - step.stream, streamed, tile: tile)
    }
    // A load into the array that is seen belongs to the computation.
    if start == filled {
      record(.compute, ready, end, tile: tile)
    } else {
      record(.compute, ready, filled, tile: tile)
      record(.compute, start, end, tile: tile)
    }

    spend(ready - times[.computed], outside: min(ready, gate) - times[.computed], .dramRead)
    summary.spent[.compute] += filled - ready + step.compute
    spend(start - filled, outside: min(start, storeGate) - filled, .dramWrite)
    spend(end - start - step.compute, outside: 0, .dramRead)
    times[.computedBefore] = times[.computed]
    times[.computed] = end
    times[.preloadFree] = end - step.lastFold
    if step.stores {
      pendingStore = step.store
      pendingTile = tile
      hasPending = true
      times[.pendingReady] = max(
        storeGate, (storeOverlap == .streaming ? end - step.afterFirstResult : end) + step.drain)
      times[.pendingEnd] = end + step.lateStore + step.drain
    }
    tile += 1
    // Stamps at or before the tile before last can no longer delay anything.
    times[.readFree] = max(times[.readFree], times[.computedBefore])
    times[.writeFree] = max(times[.writeFree], times[.computedBefore])
    times[.stored] = max(times[.stored], times[.computedBefore])
    times[.storedBefore] = max(times[.storedBefore], times[.computedBefore])
    if !hasPending {
      times[.pendingReady] = times[.computedBefore]
      times[.pendingEnd] = times[.computedBefore]
    }
  }

  /// Counts cycles that the array waits: for DRAM, or of those that another memory's transfers take the ones
  /// that pass before it has what is asked of it.
  private mutating func spend(_ cycles: Int, outside: Int, _ cause: CycleCause) {
    let own = isInside ? max(0, outside) : cycles
    summary.spent[cause] += own
    summary.spent[.level] += cycles - own
  }

  /// When the operand that is to be preloaded is on chip.
  private func arrival(_ step: TileStep, _ loaded: Int, _ ready: Int) -> Int {
    switch step.preloadArrival {
    case .before: 0
    case .load: loaded - step.afterPreloaded
    case .exposed: ready - step.afterPreloaded
    case .computed: times[.computed]
    }
  }

  mutating func flushStore() {
    guard hasPending else { return }
    let port = sharedPort ? max(times[.readFree], times[.writeFree]) : times[.writeFree]
    let end = max(max(port, times[.pendingReady]) + pendingStore, times[.pendingEnd])
    record(.write, end - pendingStore, end, tile: pendingTile)
    times[.writeFree] = end
    if sharedPort { times[.readFree] = end }
    times[.storedBefore] = times[.stored]
    times[.stored] = end
    hasPending = false
    if endsOutside { storedOutside = end }
    endsOutside = false
  }

  /// Every recorded event, the last store included, in order of start.
  func recorded() -> [TileEvent] {
    var copy = self
    copy.flushStore()
    return copy.events.enumerated().sorted {
      ($0.element.start, $0.offset) < ($1.element.start, $1.offset)
    }.map(\.element)
  }

  /// The cycles so far, the last store included.
  public func finished() -> Summary {
    var copy = self
    copy.flushStore()
    let total = max(copy.times[.computed], copy.times[.stored])
    copy.spend(total - copy.times[.computed], outside: 0, .dramWrite)
    copy.summary.total = total
    return copy.summary
  }
}

// What a memory outside that is not DRAM asks of the array's tiles, see `LevelPipeline`.
extension TilePipeline {
  /// When the last tile has been computed.
  var computed: Int { times[.computed] }

  /// Begins the tiles of a tile outside: it is there at `gate`, and has room for results at `storeGate`.
  mutating func open(gate: Int, storeGate: Int) {
    self.gate = gate
    self.storeGate = storeGate
    isInside = true
    times[.readFree] = max(times[.readFree], gate)
  }

  /// The results that are pending are the last ones of the tile outside.
  mutating func endOutside() { endsOutside = hasPending }
}
