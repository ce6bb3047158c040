internal import CostModel
internal import Networks
internal import Units

/// Groups that run row by row.
extension MapMachine {
  /// Runs a group: its last map row by row, everything else as far as that needs it.
  mutating func runGroup(
    _ stages: Range<Int>, _ plan: MapPlan, groupWeights: Int, whole: Set<Int>
  ) throws(ReferenceFailure) {
    let needed = weights[stages].reduce(0) { $0 + $1.count }
    guard needed <= groupWeights else {
      throw fail("weights of stages \(stages) are \(needed) bytes, \(groupWeights) have room")
    }
    group = stages
    fetched = [:]
    let ends = stages.lowerBound...stages.upperBound - 1
    let own = plan.holdings.filter { $0.isWindow && $0.stages == ends }
    for (map, place) in places.enumerated() {
      guard let window = own.first(where: { $0.map == place }) else { continue }
      let row = program.maps[map].elements / program.maps[map].rows
      windows[map] = Window(room: window.bytes.count / row)
    }
    let last = program.stages[stages.upperBound - 1].writes
    let results = ordered(last).filter { map in
      program.maps[map].isWanted || program.maps[map].readers.contains { !stages.contains($0) }
    }
    let result = results.first
    guard let result, results.count == 1 else { throw fail("stages \(stages) have no one result") }
    let stays = places[result].map(whole.contains) ?? false
    var bytes = ByteMap(extents: program.maps[result].extents)
    if stays { windows[result] = Window(room: bytes.rows) }
    guard held <= capacity else {
      throw fail("windows of stages \(stages) need \(held) bytes, \(capacity) have room")
    }
    for stage in stages { run.live[stage] = held }
    for row in 0..<bytes.rows {
      try ensure(result, row)
      guard let line = windows[result]?.rows[row] else { throw fail("a row is lost") }
      bytes[row: row] = line
      if !stays { count(\.written, result, line.reduce(0) { $0 + $1.count }) }
    }
    // Rows of what comes from DRAM that no window reached stream past: a map is read whole.
    for (map, window) in windows where map != result {
      guard program.maps[map].producer.map({ !stages.contains($0) }) ?? true else { continue }
      for _ in window.made..<program.maps[map].rows { try make(map) }
    }
    windows = [:]
    products = [:]
    if stays { keep(result, bytes) } else { dram[result] = bytes }
    free(after: stages.upperBound - 1)
  }

  /// Makes rows of a map up to `row`.
  mutating func ensure(_ map: Int, _ row: Int) throws(ReferenceFailure) {
    guard memory[map] == nil, fetched[map] == nil else { return }
    while let window = windows[map], window.made <= row { try make(map) }
    guard windows[map] != nil else { throw fail("\(name(map)) has no room in \(group)") }
  }

  /// Makes the next row of a map, and of what else its stage makes of the same sums.
  private mutating func make(_ map: Int) throws(ReferenceFailure) {
    let row = windows[map]?.made ?? 0
    guard let stage = program.maps[map].producer, group.contains(stage) else {
      guard let bytes = dram[map] else { throw fail("\(name(map)) is not in DRAM") }
      count(\.read, map, bytes.bytes.count / bytes.rows)
      return try push(map, bytes[row: row])
    }
    let writes = ordered(program.stages[stage].writes)
    if program.maps[map].isMeans {
      // The means are known when the map is.
      for other in writes where !program.maps[other].isMeans {
        try ensure(other, program.maps[other].rows - 1)
      }
    }
    for other in writes where windows[other]?.made == row {
      let isAlike = program.maps[other].rows == program.maps[map].rows
      guard other == map || isAlike && program.maps[other].isMeans == program.maps[map].isMeans
      else { continue }
      try push(other, value(content(other), row))
    }
    dropProducts(of: stage, writes)
  }

  /// Adds a row to a map; the oldest one makes room where there is none.
  private mutating func push(_ map: Int, _ line: [[Int8]]) throws(ReferenceFailure) {
    if let window = windows[map], window.made >= window.room {
      for stage in group { try workAhead(stage, before: window.made - window.room, of: map) }
    }
    guard var window = windows[map] else { return }
    window.rows[window.made] = line
    window.rows[window.made - window.room] = nil
    window.made += 1
    windows[map] = window
  }

  /// Lets a stage use a row before that makes room: its sums wait in their buffer, as many rows as one
  /// row of what it stores is made of.
  private mutating func workAhead(
    _ stage: Int, before row: Int, of map: Int
  ) throws(ReferenceFailure) {
    let most = program.stages[stage].writes.map { sums(content($0)) }.max() ?? 1
    while let needed = next(of: stage),
      needed.contains(where: { $0.map == map && $0.rows.contains(row) }),
      products[stage, default: [:]].count < most,
      needed.allSatisfy({ isThere($0.map, $0.rows) })
    {
      _ = try product(stage, computed[stage, default: 0])
    }
  }

  private func isThere(_ map: Int, _ rows: ClosedRange<Int>) -> Bool {
    if memory[map] != nil || fetched[map] != nil { return true }
    guard let window = windows[map] else { return false }
    return rows.upperBound < window.made && rows.lowerBound >= window.made - window.room
  }

  /// Rows of sums that a row of a value is made of.
  private func sums(_ form: MapForm) -> Int {
    switch form {
    case .stored: 0
    case .product: 1
    case .padded(let form, _): sums(form)
    case .joined(let forms): forms.map(sums).max() ?? 0
    case .apply(let place, let forms):
      (graph.operations[place].windows?[0].span ?? 1) - 1 + (forms.map(sums).max() ?? 0)
    }
  }

  /// Forgets computed rows that nothing is to be made of any more; means are running sums and need
  /// them all.
  private mutating func dropProducts(of stage: Int, _ writes: [Int]) {
    let lowest = writes.compactMap { map -> Int? in
      let made = windows[map]?.made ?? 0
      return made < program.maps[map].rows ? first(content(map), made) : nil
    }
    let least = lowest.min() ?? Int.max
    products[stage] = products[stage]?.filter { $0.key >= least }
  }

  /// The first computed row that a row of a value is made of.
  private func first(_ form: MapForm, _ row: Int) -> Int {
    switch form {
    case .stored: return Int.max
    case .product: return row
    case .joined(let forms): return forms.map { first($0, row) }.min() ?? Int.max
    case .padded(let form, _): return first(form, row)
    case .apply(let place, let forms):
      let operation = graph.operations[place]
      if operation.kind == "global-average-pool" { return 0 }
      guard let windows = operation.windows else {
        return forms.map { first($0, row) }.min() ?? Int.max
      }
      // Rows behind need no earlier ones.
      let taps = (0..<windows[0].kernel).compactMap { windows[0].element(window: row, tap: $0) }
      return taps.min().map { first(forms[0], $0) } ?? 0
    }
  }
}
