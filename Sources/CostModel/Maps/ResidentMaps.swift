internal import Networks
internal import Units

/// Whole maps on chip, decided once, in order of execution.
///
/// A map stays if it has a reader and has room beside what lives when it is made; a map lives from its
/// producer to its last reader, both included, so that what a stage reads and what it writes are there
/// together. What does not stay is written, and read once by each reader. Nothing is given up for
/// something better, and nothing is known of what comes.
struct ResidentMaps {
  private let maps: StoredMaps
  private let sizes: MapSizes
  private let capacity: Bytes

  /// Whole maps in `capacity` bytes.
  init(_ maps: StoredMaps, _ sizes: MapSizes, capacity: Bytes) {
    self.maps = maps
    self.sizes = sizes
    self.capacity = capacity
  }

  /// Which of the maps that `stages` make stay; `others`, a few, are decided by someone else and take
  /// no room of `capacity`.
  func kept(of stages: Range<Int>, others: [Int] = []) -> [Int] {
    var live = Bytes.zero
    var kept: [Int] = []
    var isLive = Array(repeating: false, count: maps.maps.count)
    for stage in stages {
      for map in maps.stages[stage].writes where !others.contains(map) {
        let bytes = sizes.written[map]
        guard live + bytes <= capacity, !maps.maps[map].readers.isEmpty, !maps.maps[map].isWanted,
          !maps.maps[map].isLocal
        else { continue }
        live = live + bytes
        kept.append(map)
        isLive[map] = true
      }
      // A map may be read twice by one stage.
      for read in maps.stages[stage].reads
      where isLive[read.map] && maps.maps[read.map].lastReader == stage {
        live = live - sizes.written[read.map]
        isLive[read.map] = false
      }
    }
    return kept
  }
}

extension MapPlan {
  /// Keeps whole maps on chip.
  mutating func keep(_ kept: [Int], _ sizes: MapSizes) {
    var isKept = Array(repeating: false, count: maps.maps.count)
    for map in kept { isKept[map] = true }
    for place in maps.stages.indices {
      for (index, read) in maps.stages[place].reads.enumerated() where isKept[read.map] {
        hold(index, of: place)
      }
    }
    holdings.reserveCapacity(holdings.count + kept.count)
    for map in kept {
      leave(map)
      guard let first = maps.maps[map].producer, let last = maps.maps[map].lastReader
      else { continue }
      holdings.append(
        Holding(map: map, bytes: sizes.written[map], stages: first...last, isWindow: false))
    }
  }
}
