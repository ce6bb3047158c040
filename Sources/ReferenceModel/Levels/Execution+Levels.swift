internal import Architectures
internal import CostModel
internal import Units

/// Memories between DRAM and the buffers: what waits for what, by the page `MemoryHierarchies`.
///
/// A memory is named by its place in the list of levels; the buffers come after the last one.
extension Execution {
  /// The buffers' place.
  var inside: Int { levels.count }

  // MARK: Places

  /// The memory outside of `place` that holds an operand; nil for DRAM.
  func source(of operand: Operand, inside place: Int) -> Int? {
    levels.isEmpty ? nil : spec.memory.source(of: operand, inside: place < inside ? place : nil)
  }

  /// The tile of the level `place` that a tile of the memory `inner` is a part of.
  func tile(around tile: TileWork, inside inner: Int, at place: Int) -> TileWork {
    var around = tile
    for level in (place..<inner).reversed() {
      around = levels[level].schedule.tiles[around.outside]
    }
    return around
  }

  /// Whether reads and writes of the memory at `place` take turns: where it gives its results to has one
  /// port.
  func sharesPort(at place: Int) -> Bool {
    spec.memory.supply(source(of: .output, inside: place)).ports == .shared
  }

  // MARK: Plan

  /// Puts the transfers of all levels in their order: the loads of a tile, weights before input, and
  /// the results of the last one.
  mutating func queueLevels() {
    chip.traffic.levels = levels.map { _ in ReferenceLevel() }
    for place in levels.indices {
      let holds = levels[place].spec.holds
      let rate = levels[place].spec.link.perCycle(at: spec.frequency)
      let sharesPort = sharesPort(at: place)
      var before: TileWork?
      func job(
        _ kind: TransferPort.Job.Kind, _ tile: TileWork, _ operand: TransferPort.Job.Operand?,
        _ bits: Int
      ) -> TransferPort.Job {
        TransferPort.Job(
          kind: kind, tile: tile, operand: operand, bits: bits, rate: rate, raw: bits,
          linkBits: bits)
      }
      func queueStore() {
        guard let tile = before else { return }
        let store = job(.store, tile, .output(tile.output), footprint.outputBits(tile))
        levels[place].ports[sharesPort ? 0 : 1].append(store)
        before = nil
      }
      for tile in levels[place].schedule.tiles {
        if storesFirst(before: tile, at: place) { queueStore() }
        // A tile that loads nothing waits like any other.
        levels[place].ports[0].append(job(.load, tile, nil, 0))
        if tile.fetchesWeight, holds.contains(.weight) {
          let bits = footprint.weightBits(tile)
          levels[place].ports[0].append(job(.load, tile, .weight(tile.weight), bits))
          countLoad(.weight, bits, inside: place)
        }
        if tile.fetchesInput, holds.contains(.input) {
          let bits = footprint.inputBits(tile)
          levels[place].ports[0].append(job(.load, tile, .input(tile.input), bits))
          countLoad(.input, bits, inside: place)
        }
        queueStore()
        if tile.isLastChannels, holds.contains(.output) { before = tile }
      }
      queueStore()
    }
  }

  /// Whether results of the last tile leave the memory at `place` before anything of `tile` is loaded:
  /// where a level with one half, this one or one outside, takes its next tile.
  func storesFirst(before tile: TileWork, at place: Int) -> Bool {
    guard tile.index > 0 else { return false }
    let last = (place < inside ? levels[place].schedule : schedule).tiles[tile.index - 1]
    return levels.indices.contains { level in
      guard level <= place, !levels[level].spec.pingPong else { return false }
      return self.tile(around: tile, inside: place, at: level).index
        != self.tile(around: last, inside: place, at: level).index
    }
  }

  /// Counts what is loaded into a memory: read in the one outside, and written to it.
  mutating func countLoad(_ operand: Operand, _ bits: Int, link: Int? = nil, inside place: Int) {
    if place < inside { chip.traffic.levels[place].countWritten(operand, bits) }
    if let source = source(of: operand, inside: place) {
      chip.traffic.levels[source].countRead(operand, bits)
    } else if operand == .weight {
      chip.traffic.weightBits += link ?? bits
    } else {
      chip.traffic.inputBits += link ?? bits
    }
  }

  /// Counts results that have left a memory.
  mutating func countStore(_ bits: Int, link: Int, inside place: Int) {
    if place < inside { chip.traffic.levels[place].countRead(.output, bits) }
    if let source = source(of: .output, inside: place) {
      chip.traffic.levels[source].countWritten(.output, bits)
    } else {
      chip.traffic.outputBits += link
    }
  }

  // MARK: Waiting

  /// Whether the tile outside that a tile of the memory at `place` is a part of is there.
  func hasOutside(_ tile: TileWork, inside place: Int) -> Bool {
    place == 0 || levels[place - 1].there > tile.outside
  }

  /// Whether the memory that takes a tile's results has room for them.
  func takesResults(of tile: TileWork, from place: Int) -> Bool {
    guard let source = source(of: .output, inside: place) else { return true }
    return levels[source].takesResults(of: self.tile(around: tile, inside: place, at: source))
  }

  /// Whether the next transfer of a level's port may move data now.
  func canRun(level place: Int, port: Int) -> Bool {
    guard let job = levels[place].ports[port].current else { return false }
    guard job.kind == .store else {
      return levels[place].hasRoom(for: job.tile, computed: computed)
        && hasOutside(job.tile, inside: place)
    }
    return levels[place].hasResults(of: job.tile) && takesResults(of: job.tile, from: place)
  }

  // MARK: Time

  /// Everything at the levels that takes no time; true when something happened.
  mutating func settleLevels() -> Bool {
    var changed = false
    for place in levels.indices {
      while levels[place].release(computed: computed) { changed = true }
      for port in 0...1 {
        while levels[place].ports[port].isInstant, canRun(level: place, port: port) {
          begin(level: place, port: port)
          finish(level: place, port: port)
          changed = true
        }
      }
      while levels[place].there < levels[place].ends.count {
        let tile = levels[place].schedule.tiles[levels[place].there]
        guard hasOutside(tile, inside: place), levels[place].ports[0].hasLoaded(tile.index) else {
          break
        }
        levels[place].there += 1
        changed = true
      }
    }
    return changed
  }

  /// One cycle of a level's port that may move data.
  mutating func move(level place: Int, port: Int) {
    guard let job = levels[place].ports[port].current else { return }
    if !levels[place].ports[port].hasBegun { begin(level: place, port: port) }
    levelMoves += 1
    if levels[place].ports[port].step(available: job.bits) { finish(level: place, port: port) }
  }

  // MARK: Data

  /// Makes room for what a level's transfer brings, and for results where they go.
  private mutating func begin(level place: Int, port: Int) {
    guard let job = levels[place].ports[port].current else { return }
    checkSource(of: job, inside: place)
    switch job.operand {
    case .input(let number):
      levels[place].inputs[number] = block(of: job.tile)
    case .weight(let number):
      levels[place].weights[number] = WeightBlock(
        kernels: job.tile.kernels, channels: job.tile.channels)
    case .output: openResults(of: job.tile, from: place)
    case nil: break
    }
    checkRoom(of: place)
  }

  private mutating func finish(level place: Int, port: Int) {
    guard let job = levels[place].ports[port].current else { return }
    switch job.operand {
    case .input(let number):
      let elements = levels[place].inputs[number]?.elements ?? 0
      levels[place].inputs[number]?.arrived = elements
    case .weight(let number): levels[place].weights[number]?.isComplete = true
    case .output(let number):
      levels[place].results[number] = nil
      levels[place].left += 1
      countStore(job.raw, link: job.linkBits, inside: place)
      takeIn(job.tile, from: place)
    case nil: break
    }
    levels[place].ports[port].end()
  }

  /// Makes room for results in the memory that takes them.
  mutating func openResults(of tile: TileWork, from place: Int) {
    guard let source = source(of: .output, inside: place) else { return }
    let around = self.tile(around: tile, inside: place, at: source)
    guard levels[source].results[around.output] == nil else { return }
    levels[source].results[around.output] = footprint.outputBits(around)
    checkRoom(of: source)
  }

  /// Notes that results are in the memory that takes them.
  mutating func takeIn(_ tile: TileWork, from place: Int) {
    guard let source = source(of: .output, inside: place) else { return }
    levels[source].arrived[self.tile(around: tile, inside: place, at: source).output] += 1
  }

  /// Checks that the memory outside holds what a transfer of the memory at `place` takes from it.
  mutating func checkSource(of job: TransferPort.Job, inside place: Int) {
    var isHeld = true
    let tile = job.tile
    switch job.operand {
    case .input:
      guard let source = source(of: .input, inside: place) else { return }
      let around = self.tile(around: tile, inside: place, at: source)
      let held = levels[source].inputs[around.input]
      isHeld = held.map { $0.arrived == $0.elements && $0.covers(block(of: tile)) } ?? false
    case .weight:
      guard let source = source(of: .weight, inside: place) else { return }
      let around = self.tile(around: tile, inside: place, at: source)
      isHeld =
        levels[source].weights[around.weight].map { held in
          held.isComplete && tile.kernels.clamped(to: held.kernels) == tile.kernels
            && tile.channels.clamped(to: held.channels) == tile.channels
        } ?? false
    default: return
    }
    if !isHeld {
      let memory = place < inside ? levels[place].spec.name : "the array"
      chip.fail("tile \(tile.index) of \(memory) loads what the memory outside does not hold")
    }
  }

  /// The input of a tile as a block of its own.
  private func block(of tile: TileWork) -> InputBlock {
    InputBlock(
      tile.pixels, problem.isDepthwise ? tile.kernels : tile.channels, of: problem,
      alignment: spec.memory.transfers.input.channelAlignment, sideBySide: 1)
  }

  /// Checks that a level holds no more than its size.
  private mutating func checkRoom(of place: Int) {
    let level = levels[place]
    let weights = level.weights.values.reduce(0) {
      $0 + footprint.weightBits(kernels: $1.kernels, channels: $1.channels)
    }
    let bits =
      heldBits(Array(level.inputs.values)) + weights + level.results.values.reduce(0, +)
    let size = level.spec.size.bits.count
    guard bits > size else { return }
    chip.fail("\(level.spec.name) holds \(size) bits, the mapping needs \(bits)")
  }
}
