internal import Networks
internal import Units

/// Groups of blocks that run row by row, the cheapest way to cut a network into them.
///
/// A cut lies where one map is all that lives, and not within a block of the workload file. Between two cuts, stages run
/// layer by layer or as a part of a group. A group is allowed where its weights fit `weights`, for every
/// row needs all of them, and its windows `capacity`. It moves what it reads and what it writes, once
/// each. A shortest path over the cuts finds the cheapest; where `keepsMaps`, a map at a cut may also
/// stay on chip, whole, and a block that runs layer by layer keeps what has room in the rest.
struct RowGroups {
  /// A way to run the stages between two cuts.
  private struct Step {
    let from: Node
    let isGroup: Bool
    /// Whole maps that stay within a block that runs layer by layer.
    let kept: [Int]
  }

  /// A cut, and whether its map is on chip.
  private struct Node: Hashable {
    let cut: Int
    let isKept: Bool
  }

  private let maps: StoredMaps
  private let sizes: MapSizes
  private let windows: MapWindows
  private let capacity: Bytes
  private let weights: Bytes
  private let keepsMaps: Bool
  /// Where each piece between two cuts begins; the end of the last one behind them.
  private let cuts: [Int]
  /// The map that lives at each cut; nil at the end, and at the start where there is not just one.
  private let crossing: [Int?]
  /// Of each piece, windows of what it reads and of what it makes for itself, and bytes of its weights.
  private let inner: [Bytes]
  private let first: [Bytes]
  private let pieceWeights: [Bytes]

  init(
    _ maps: StoredMaps, _ sizes: MapSizes, capacity: Bytes, weights: Bytes, keepsMaps: Bool,
    weightBits: [Bits]
  ) {
    self.maps = maps
    self.sizes = sizes
    self.capacity = capacity
    self.weights = weights
    self.keepsMaps = keepsMaps
    let found = Self.cuts(of: maps)
    cuts = found.map(\.stage) + [maps.stages.count]
    crossing = found.map(\.map) + [nil]
    let pieces = zip(cuts, cuts.dropFirst()).map { $0..<$1 }
    let windows = MapWindows(maps, sizes, pieces: pieces)
    self.windows = windows
    let crossing = crossing
    first = pieces.indices.map { piece in
      crossing[piece].map { windows.window(of: $0) } ?? .zero
    }
    inner = pieces.enumerated().map { index, stages in
      stages.flatMap { maps.stages[$0].writes }.reduce(Bytes.zero) { sum, map in
        map == crossing[index + 1] || maps.maps[map].readers.isEmpty
          ? sum : sum + windows.window(of: map)
      }
    }
    pieceWeights = pieces.map { stages in
      Bytes(holding: stages.reduce(Bits.zero) { $0 + weightBits[$1] })
    }
  }

  /// The stages before which one map is all that lives, with that map.
  private static func cuts(of maps: StoredMaps) -> [(stage: Int, map: Int?)] {
    let inputs = maps.maps.indices.filter { maps.maps[$0].producer == nil }
    var result: [(stage: Int, map: Int?)] = [(0, inputs.count == 1 ? inputs.first : nil)]
    for stage in maps.stages.indices.dropFirst() {
      let (before, own) = (maps.stages[stage - 1].block, maps.stages[stage].block)
      if before != nil, before == own { continue }
      let live = maps.maps.indices.filter { map in
        let own = maps.maps[map]
        return (own.producer ?? -1) < stage && own.readers.contains { $0 >= stage }
      }
      if live.count == 1, maps.maps[live[0]].producer != nil { result.append((stage, live[0])) }
    }
    return result
  }

  /// The map that a group makes that ends at a cut, or with the network.
  private func result(at end: Node) -> Int? {
    crossing[end.cut] ?? maps.stages[cuts[end.cut] - 1].writes.first
  }

  /// What a group of the pieces `from` up to `to` reads and writes at its ends, kept maps left out;
  /// nil where it is not allowed.
  private func group(_ from: Node, _ to: Node) -> Bytes? {
    guard let start = crossing[from.cut] else { return nil }
    let pieces = from.cut..<to.cut
    let allWeights = pieces.reduce(Bytes.zero) { $0 + pieceWeights[$1] }
    guard allWeights <= weights else { return nil }
    var room = pieces.reduce(Bytes.zero) { $0 + first[$1] + inner[$1] }
    var moved = Bytes.zero
    if from.isKept {
      room = room - first[from.cut] + sizes.written[start]
    } else {
      moved = moved + sizes.read[start]
    }
    let result = result(at: to)
    if let result {
      // One row of the result is made at a time.
      room = room + (to.isKept ? sizes.written[result] : windows.row(of: result))
      if !to.isKept { moved = moved + sizes.written[result] }
    }
    guard room <= capacity else { return nil }
    for stage in cuts[from.cut]..<cuts[to.cut] {
      for map in maps.stages[stage].writes
      where map != result && (maps.maps[map].isWanted || maps.maps[map].readers.isEmpty) {
        moved = moved + sizes.written[map]
      }
      for read in maps.stages[stage].reads
      where read.map != start && maps.maps[read.map].producer == nil {
        moved = moved + sizes.read[read.map]
      }
    }
    return moved
  }

  /// What a piece that runs layer by layer moves, and the maps that stay within it.
  private func layers(_ from: Node, _ to: Node) -> (moved: Bytes, kept: [Int])? {
    let stages = cuts[from.cut]..<cuts[to.cut]
    let ends = [from.isKept ? crossing[from.cut] : nil, to.isKept ? crossing[to.cut] : nil]
      .compactMap { $0 }
    let taken = ends.reduce(Bytes.zero) { $0 + sizes.written[$1] }
    guard taken <= capacity else { return nil }
    let own = Set([crossing[from.cut], crossing[to.cut]].compactMap { $0 })
    let kept =
      keepsMaps
      ? ResidentMaps(maps, sizes, capacity: capacity - taken).kept(of: stages, others: own) : []
    let onChip = Set(kept + ends)
    var moved = Bytes.zero
    for stage in stages {
      for read in maps.stages[stage].reads where !onChip.contains(read.map) {
        moved = moved + sizes.read[read.map]
      }
      for map in maps.stages[stage].writes where !onChip.contains(map) {
        moved = moved + sizes.written[map]
      }
    }
    return (moved, kept)
  }

  /// Marks the cheapest way in `plan`; of equal ones that with fewer groups.
  func apply(to plan: inout MapPlan) {
    let end = Node(cut: cuts.count - 1, isKept: false)
    var best: [Node: (moved: Bytes, step: Step?)] = [
      Node(cut: 0, isKept: false): (.zero, nil)
    ]
    for from in nodes {
      guard let known = best[from] else { continue }
      func offer(_ to: Node, _ moved: Bytes, _ step: Step) {
        let all = known.moved + moved
        if best[to].map({ all < $0.moved }) ?? true { best[to] = (all, step) }
      }
      for isKept in [false, true] {
        for cut in (from.cut + 1)..<cuts.count where !isKept || canKeep(cut) {
          let to = Node(cut: cut, isKept: isKept)
          if cut == from.cut + 1, let (moved, kept) = layers(from, to) {
            offer(to, moved, Step(from: from, isGroup: false, kept: kept))
          }
          if let moved = group(from, to) {
            offer(to, moved, Step(from: from, isGroup: true, kept: []))
          }
        }
      }
    }
    var place = end
    var path: [(to: Node, step: Step)] = []
    while let step = best[place]?.step {
      path.append((place, step))
      place = step.from
    }
    for (to, step) in path.reversed() { mark(step, to, in: &plan) }
    plan.holdings.sort {
      ($0.stages.lowerBound, $0.map) < ($1.stages.lowerBound, $1.map)
    }
  }

  private func canKeep(_ cut: Int) -> Bool {
    keepsMaps && crossing[cut].map { !maps.maps[$0].isWanted } ?? false
  }

  private var nodes: [Node] {
    cuts.indices.dropLast().flatMap { cut in
      [Node(cut: cut, isKept: false), Node(cut: cut, isKept: true)]
    }
  }

  private func mark(_ step: Step, _ to: Node, in plan: inout MapPlan) {
    let stages = cuts[step.from.cut]..<cuts[to.cut]
    var kept = step.kept
    if to.isKept, let map = crossing[to.cut] { kept.append(map) }
    plan.keep(kept, sizes)
    guard step.isGroup else { return }
    plan.groups.append(stages)
    let (start, result) = (crossing[step.from.cut], result(at: to))
    func hold(_ map: Int, _ bytes: Bytes) {
      plan.holdings.append(
        MapPlan.Holding(
          map: map, bytes: bytes, stages: stages.lowerBound...(stages.upperBound - 1),
          isWindow: true))
    }
    var seen: Set<Int> = []
    for stage in stages {
      for (index, read) in maps.stages[stage].reads.enumerated() {
        // What the group reads first is fetched once; the rest of its readers find it.
        let isOwn = read.map == start || maps.maps[read.map].producer.map(stages.contains) ?? false
        if isOwn, read.map != start || !seen.insert(read.map).inserted {
          plan.hold(index, of: stage)
        }
      }
      for map in maps.stages[stage].writes
      where map != result && !maps.maps[map].isWanted && !maps.maps[map].readers.isEmpty {
        plan.leave(map)
        hold(map, windows.window(of: map))
      }
    }
    if let start, !step.from.isKept { hold(start, windows.window(of: start)) }
    if let result, !to.isKept { hold(result, windows.row(of: result)) }
  }
}

/// Rows of maps that are needed at a time where layers run row by row.
struct MapWindows {
  private let maps: StoredMaps
  private let sizes: MapSizes
  /// Rows of each map where the stages between two cuts run row by row.
  private var scheduled: [Int]

  init(_ maps: StoredMaps, _ sizes: MapSizes, pieces: [Range<Int>]) {
    self.maps = maps
    self.sizes = sizes
    scheduled = Array(repeating: 0, count: maps.maps.count)
    for piece in pieces where Self.joinsBranches(piece, maps) {
      for (map, rows) in RowSchedule.most(maps, piece).enumerated() {
        scheduled[map] = max(scheduled[map], rows)
      }
    }
  }

  /// Whether stages of a piece read more than one map of rows.
  private static func joinsBranches(_ piece: Range<Int>, _ maps: StoredMaps) -> Bool {
    piece.contains { maps.stages[$0].reads.count > 1 }
  }

  /// Bytes of the rows of a map that its readers need at a time.
  ///
  /// As many as the tallest kernel or the largest stride of those that work on it. Where it is read
  /// twice, as many as the layers in between, which have rows to wait for, are behind, or as many as
  /// a schedule of the branches finds, where they are joined. Its whole height where a mean of each
  /// channel has to be known before it is read.
  func window(of map: Int) -> Bytes {
    waitsForMeans(map)
      ? sizes.written[map]
      : Bytes(min(max(rows(of: map), scheduled[map]), maps.maps[map].rows) * row(of: map).count)
  }

  /// Bytes of one row of a map.
  func row(of map: Int) -> Bytes {
    Bytes(sizes.written[map].count / max(maps.maps[map].rows, 1))
  }

  private func waitsForMeans(_ map: Int) -> Bool {
    guard let producer = maps.maps[map].producer, !maps.maps[map].isMeans else { return false }
    return maps.stages[producer].writes.contains {
      maps.maps[$0].isMeans && !maps.maps[$0].readers.isEmpty
    }
  }

  private func rows(of map: Int) -> Int {
    let readers = maps.maps[map].readers
    var rows = 1
    for reader in readers {
      let stage = maps.stages[reader]
      guard stage.reads.contains(where: { $0.map == map && $0.use == .input }) else { continue }
      rows = max(rows, stage.window.rows, stage.window.stride)
    }
    guard let first = readers.first, let last = readers.last, readers.count > 1 else { return rows }
    let behind = (first...last).reduce(0) { sum, stage in
      sum + ((maps.stages[stage].work.layer?.rows.span ?? 1) - 1) / 2
    }
    return max(rows, 1 + behind)
  }
}
