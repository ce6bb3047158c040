internal import Networks

/// Rows of maps that are there at a time where some stages make what they make row by row.
///
/// A row is made when it is asked for, with the rows that it needs made first, and is dropped when every
/// reader has gone on. What is counted is the largest number of rows that a map holds that way,
/// which is more than a window's where branches that are joined lie behind it at different depths.
/// Means of whole maps do not wait here: `MapWindows` says what they need.
struct RowSchedule {
  /// A stage that reads a map, and which of its reads that is.
  private typealias Reader = (stage: Int, read: StoredMaps.Read)

  private let maps: StoredMaps
  private let stages: Range<Int>
  private let takesTermsFirst: Bool
  private var readers: [[Reader]]
  /// Rows of each map that are made.
  private var made: [Int]
  /// Rows that each stage has computed.
  private var computed: [Int]
  /// The most rows of each map at a time.
  private(set) var most: [Int]

  /// Runs `stages` until all they write is made, terms of sums before or after what is added to them.
  init(_ maps: StoredMaps, _ stages: Range<Int>, takesTermsFirst: Bool) {
    self.maps = maps
    self.stages = stages
    self.takesTermsFirst = takesTermsFirst
    readers = Array(repeating: [], count: maps.maps.count)
    made = Array(repeating: 0, count: maps.maps.count)
    most = made
    computed = Array(repeating: 0, count: stages.count)
    for stage in stages {
      for read in maps.stages[stage].reads { readers[read.map].append((stage, read)) }
    }
    guard let last = stages.last else { return }
    for map in maps.stages[last].writes {
      for row in 0..<maps.maps[map].rows { ensure(map, row) }
    }
  }

  private mutating func ensure(_ map: Int, _ row: Int) {
    while made[map] <= row { make(map) }
  }

  private mutating func make(_ map: Int) {
    let row = made[map]
    guard let stage = maps.maps[map].producer, stages.contains(stage), !isKnownLater(map, stage)
    else { return push(map) }
    if takesTermsFirst { addTerms(stage, map, row) }
    let rows = computedRows(maps.maps[map], stage)
    if let last = maps.maps[map].made.rows(for: row, of: rows)?.upperBound {
      while computed[stage - stages.lowerBound] <= last { compute(stage) }
    }
    if !takesTermsFirst { addTerms(stage, map, row) }
    for other in maps.stages[stage].writes
    where made[other] == row && maps.maps[other].made == maps.maps[map].made { push(other) }
  }

  /// Whether a map is the mean of another one that goes on row by row.
  private func isKnownLater(_ map: Int, _ stage: Int) -> Bool {
    maps.maps[map].isMeans
      && maps.stages[stage].writes.contains {
        !maps.maps[$0].isMeans && !maps.maps[$0].readers.isEmpty
      }
  }

  /// Rows that the producer of a map computes for it.
  private func computedRows(_ map: StoredMaps.Map, _ stage: Int) -> Int {
    map.made.axes.first?.extent ?? maps.stages[stage].work.layer?.outputRows ?? map.rows
  }

  private mutating func compute(_ stage: Int) {
    let row = computed[stage - stages.lowerBound]
    for read in maps.stages[stage].reads where read.use != .term {
      if let last = read.reach.rows(for: row, of: maps.maps[read.map].rows)?.upperBound {
        ensure(read.map, last)
      }
    }
    computed[stage - stages.lowerBound] += 1
  }

  private mutating func addTerms(_ stage: Int, _ map: Int, _ row: Int) {
    for read in maps.stages[stage].reads where read.use == .term {
      if let last = rows(of: read, addedTo: maps.maps[map], row)?.upperBound {
        ensure(read.map, last)
      }
    }
  }

  /// The rows of a term that a row of a map is made of, poolings behind the sum included.
  private func rows(
    of read: StoredMaps.Read, addedTo map: StoredMaps.Map, _ row: Int
  ) -> ClosedRange<Int>? {
    guard read.reach.isWhole || map.made.axes.count >= read.level else { return nil }
    return read.reach.behind(map.made.axes.dropFirst(read.level))
      .rows(for: row, of: maps.maps[read.map].rows)
  }

  private mutating func push(_ map: Int) {
    made[map] += 1
    let lowest = readers[map].compactMap { next($0.stage, $0.read) }.min()
    most[map] = max(most[map], made[map] - min(lowest ?? made[map] - 1, made[map] - 1))
  }

  /// The first row that a reader still needs; nil where it needs none.
  private func next(_ stage: Int, _ read: StoredMaps.Read) -> Int? {
    guard read.use == .term else {
      return read.reach.rows(
        for: computed[stage - stages.lowerBound], of: maps.maps[read.map].rows)?
        .lowerBound
    }
    return maps.stages[stage].writes.compactMap { map in
      made[map] < maps.maps[map].rows
        ? rows(of: read, addedTo: maps.maps[map], made[map])?.lowerBound : nil
    }.min()
  }
}
