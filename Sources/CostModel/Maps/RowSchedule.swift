internal import Networks

/// Rows of maps that are there at a time where some stages make what they make row by row.
///
/// A row is made when it is asked for, with the rows that it needs made first, and is dropped when every
/// reader has gone on. What is counted is the largest number of rows that a map holds that way,
/// which is more than a window's where branches that are joined lie behind it at different depths.
/// Means of whole maps do not wait here: `MapWindows` says what they need.
struct RowSchedule {
  /// The rows of a map that its reader needs for the next row of what it computes, or of a sum.
  private struct Need {
    let map: Int
    /// The map that what is read is added to, nil for a part of the input.
    let sum: Int?
    var rows: ClosedRange<Int>?
  }

  private let maps: StoredMaps
  private let stages: Range<Int>
  /// By the stage's place, what its input is made of; by the sum, its terms; by the map, who reads it.
  private var inputs: [Range<Int>] = []
  private var terms: [Range<Int>]
  private var readers: [[Int]]
  private var needs: [Need] = []
  /// What each need is made of, apart from it: needs are copied for every row.
  private var reaches: [RowReach] = []
  private var takesTermsFirst = false
  /// Rows of each map that are made.
  private var made: [Int]
  /// Rows that each stage has computed.
  private var computed: [Int]
  /// The most rows of each map at a time.
  private var most: [Int]

  /// The most rows of each map at a time, whichever side of a sum comes first.
  static func most(_ maps: StoredMaps, _ stages: Range<Int>) -> [Int] {
    let start = RowSchedule(maps, stages)
    var schedule = start
    schedule.run()
    guard start.terms.contains(where: { !$0.isEmpty }) else { return schedule.most }
    var other = start
    other.takesTermsFirst = true
    other.run()
    return zip(schedule.most, other.most).map { max($0, $1) }
  }

  /// Nothing is made yet.
  private init(_ maps: StoredMaps, _ stages: Range<Int>) {
    self.maps = maps
    self.stages = stages
    made = Array(repeating: 0, count: maps.maps.count)
    most = made
    terms = Array(repeating: 0..<0, count: maps.maps.count)
    readers = Array(repeating: [], count: maps.maps.count)
    computed = Array(repeating: 0, count: stages.count)
    for stage in stages {
      let own = maps.stages[stage]
      let first = needs.count
      for read in own.reads where read.use != .term { add(read.map, read.reach) }
      inputs.append(first..<needs.count)
      for map in own.writes { terms[map] = addTerms(of: own, to: map) }
    }
  }

  private mutating func addTerms(of stage: StoredMaps.Stage, to map: Int) -> Range<Int> {
    let first = needs.count
    let axes = maps.maps[map].made.axes
    for read in stage.reads
    where read.use == .term && (read.reach.isWhole || axes.count >= read.level) {
      // Poolings behind the sum are between the term and the map.
      let reach = read.reach.behind(axes.dropFirst(read.level))
      add(read.map, reach, sum: map)
    }
    return first..<needs.count
  }

  private mutating func add(_ map: Int, _ reach: RowReach, sum: Int? = nil) {
    readers[map].append(needs.count)
    needs.append(Need(map: map, sum: sum))
    reaches.append(reach)
    advance(needs.count - 1, to: 0)
  }

  /// What a need is for a row.
  private mutating func advance(_ need: Int, to row: Int) {
    needs[need].rows = reaches[need].rows(for: row, of: maps.maps[needs[need].map].rows)
  }

  /// Runs the stages until all that they write is made.
  private mutating func run() {
    guard let last = stages.last else { return }
    for map in maps.stages[last].writes { ensure(map, maps.maps[map].rows - 1) }
  }

  private mutating func ensure(_ map: Int, _ row: Int) {
    while made[map] <= row { make(map) }
  }

  private mutating func make(_ map: Int) {
    let row = made[map]
    guard let stage = maps.maps[map].producer, stages.contains(stage), !isKnownLater(map, stage)
    else { return push(map) }
    if takesTermsFirst { ensureTerms(of: map) }
    let rows = computedRows(map, stage)
    let place = stage - stages.lowerBound
    if let last = maps.maps[map].made.rows(for: row, of: rows)?.upperBound {
      while computed[place] <= last { compute(place) }
    }
    if !takesTermsFirst { ensureTerms(of: map) }
    for other in maps.stages[stage].writes
    where made[other] == row
      && (other == map || maps.maps[other].made == maps.maps[map].made)
    { push(other) }
  }

  /// Whether a map is the mean of another one that goes on row by row.
  private func isKnownLater(_ map: Int, _ stage: Int) -> Bool {
    maps.maps[map].isMeans
      && maps.stages[stage].writes.contains {
        !maps.maps[$0].isMeans && !maps.maps[$0].readers.isEmpty
      }
  }

  /// Rows that the producer of a map computes for it.
  private func computedRows(_ map: Int, _ stage: Int) -> Int {
    maps.maps[map].made.axes.first?.extent ?? maps.stages[stage].work.layer?.outputRows
      ?? maps.maps[map].rows
  }

  private mutating func compute(_ place: Int) {
    for need in inputs[place] { ensure(need) }
    computed[place] += 1
    for need in inputs[place] { advance(need, to: computed[place]) }
  }

  private mutating func ensureTerms(of map: Int) {
    for need in terms[map] { ensure(need) }
  }

  private mutating func ensure(_ need: Int) {
    if let last = needs[need].rows?.upperBound { ensure(needs[need].map, last) }
  }

  private mutating func push(_ map: Int) {
    made[map] += 1
    for need in terms[map] { advance(need, to: made[map]) }
    // The first row that a reader still needs; a sum that is complete needs none.
    var lowest = made[map] - 1
    for need in readers[map] {
      if let sum = needs[need].sum, made[sum] >= maps.maps[sum].rows { continue }
      if let first = needs[need].rows?.lowerBound { lowest = min(lowest, first) }
    }
    most[map] = max(most[map], made[map] - lowest)
  }
}
