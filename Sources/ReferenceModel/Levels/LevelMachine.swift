internal import Architectures
internal import CostModel

/// A memory between DRAM and the buffers in the middle of a run.
struct LevelMachine {
  let spec: MemoryLevelSpec
  let schedule: TileSchedule
  /// How many of the array's tiles have been computed when each of its own has.
  let ends: [Int]
  /// Blocks of results of the memory inside that make up each of its own.
  let expected: [Int]
  /// The port of loads, and of stores where it is not shared.
  var ports = [TransferPort(), TransferPort()]
  /// What it holds, by number.
  var inputs: [Int: InputBlock] = [:]
  var weights: [Int: WeightBlock] = [:]
  /// Bits of the blocks of results that have room in it.
  var results: [Int: Int] = [:]
  /// Blocks of results that have come in, for each block of its own.
  var arrived: [Int]
  /// Blocks of results that have left.
  var left = 0
  /// Tiles that are there, in their order.
  var there = 0
  /// Tiles that have been computed, and whose operands made room where no other needs them.
  var released = 0

  init(_ spec: MemoryLevelSpec, _ schedule: TileSchedule, ends: [Int], expected: [Int]) {
    (self.spec, self.schedule, self.ends, self.expected) = (spec, schedule, ends, expected)
    arrived = Array(repeating: 0, count: expected.count)
  }

  /// Tiles, and blocks of results, that have room side by side.
  var halves: Int { spec.pingPong ? 2 : 1 }

  /// Whether the array, `computed` tiles of which are done, has left the room that a tile is loaded to.
  func hasRoom(for tile: TileWork, computed: Int) -> Bool {
    tile.index < halves || computed >= ends[tile.index - halves]
  }

  /// Whether results of `tile` may come in: those of the block before last, or the last, have left.
  func takesResults(of tile: TileWork) -> Bool { left >= tile.output - (halves - 1) }

  /// Whether all results of a tile have come in.
  func hasResults(of tile: TileWork) -> Bool { arrived[tile.output] == expected[tile.output] }

  /// Whether nothing is left to move.
  var isDone: Bool { ports.allSatisfy { $0.current == nil } }

  /// Whether a transfer that takes no time is next.
  var hasInstant: Bool { ports[0].isInstant || ports[1].isInstant }

  /// Gives away the room of operands that no later tile needs; true where a tile has been computed.
  mutating func release(computed: Int) -> Bool {
    guard released < ends.count, computed >= ends[released] else { return false }
    let tile = schedule.tiles[released]
    if schedule.lastUseOfInput[tile.input] == released { inputs[tile.input] = nil }
    if schedule.lastUseOfWeight[tile.weight] == released { weights[tile.weight] = nil }
    released += 1
    return true
  }
}

extension InputBlock {
  /// Whether all elements of `other` are among its own.
  func covers(_ other: InputBlock) -> Bool {
    guard channels.lowerBound <= other.channels.lowerBound,
      channels.upperBound >= other.channels.upperBound
    else { return false }
    return other.spans.allSatisfy { part in
      spans.contains { $0.image == part.image && Set($0.rows).isSuperset(of: part.rows) }
    }
  }
}

/// The memories between DRAM and the buffers of one run.
struct LevelSchedules {
  let schedules: [TileSchedule]
  /// The array's tiles inside.
  let array: TileSchedule

  /// Cuts `parts`, the nests of a layer, into tiles within tiles.
  init(_ problem: Problem, nests: [TilePart], mapping: Mapping) {
    var (parts, schedules) = (nests, [TileSchedule]())
    for level in mapping.levels {
      let schedule = TileSchedule(problem, parts, TileCut(level))
      parts = schedule.parts
      schedules.append(schedule)
    }
    var array = TileSchedule(problem, parts, TileCut(mapping))
    array.inputRoom = mapping.inputRoom
    array.handsOver = mapping.rowStationary != nil
    (self.schedules, self.array) = (schedules, array)
  }

  /// The memories of `spec` before the first cycle.
  func machines(_ spec: MemorySpec) -> [LevelMachine] {
    var ends: [[Int]] = []
    for place in schedules.indices.reversed() {
      let inside = place + 1 < schedules.count ? schedules[place + 1] : array
      var last = Array(repeating: 0, count: schedules[place].tiles.count)
      for tile in inside.tiles {
        last[tile.outside] = ends.first.map { $0[tile.index] } ?? tile.index + 1
      }
      ends.insert(last, at: 0)
    }
    return schedules.indices.map { place in
      LevelMachine(
        spec.levels[place], schedules[place], ends: ends[place],
        expected: expected(at: place, spec))
    }
  }

  /// Blocks of results of the next memory inside that holds results, for each block of a level's own.
  private func expected(at place: Int, _ spec: MemorySpec) -> [Int] {
    let blocks = (schedules[place].tiles.last?.output ?? -1) + 1
    var counts = Array(repeating: 0, count: blocks)
    guard spec.levels[place].holds.contains(.output) else { return counts }
    let inside = schedules.indices.first {
      $0 > place && spec.levels[$0].holds.contains(.output)
    }
    for tile in (inside.map { schedules[$0] } ?? array).tiles where tile.isLastChannels {
      let around = self.tile(around: tile, inside: inside ?? schedules.count, at: place)
      counts[around.output] += 1
    }
    return counts
  }

  /// The tile of the level `place` that a tile of the memory `inside` is a part of.
  private func tile(around tile: TileWork, inside: Int, at place: Int) -> TileWork {
    var around = tile
    for level in (place..<inside).reversed() { around = schedules[level].tiles[around.outside] }
    return around
  }
}
