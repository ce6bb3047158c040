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
  private struct Node {
    let cut: Int
    let isKept: Bool

    /// The place among all of them.
    var place: Int { 2 * cut + (isKept ? 1 : 0) }
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
    // By how much the number of maps that live changes at each stage, and the sum of their places, which
    // is that of the only one where one lives.
    var change = Array(repeating: (count: 0, places: 0), count: maps.stages.count + 1)
    for map in maps.maps.indices {
      let start = (maps.maps[map].producer ?? -1) + 1
      guard let end = maps.maps[map].readers.max(), start <= end else { continue }
      change[start].count += 1
      change[start].places += map
      change[end + 1].count -= 1
      change[end + 1].places -= map
    }
    var live = change[0]
    for stage in maps.stages.indices.dropFirst() {
      live.count += change[stage].count
      live.places += change[stage].places
      let before = maps.stages[stage - 1].block
      if before != nil, before == maps.stages[stage].block { continue }
      if live.count == 1, maps.maps[live.places].producer != nil {
        result.append((stage, live.places))
      }
    }
    return result
  }

  /// The map that a group makes that ends at a cut, or with the network.
  private func result(at end: Node) -> Int? {
    crossing[end.cut] ?? maps.stages[cuts[end.cut] - 1].writes.first
  }

  /// The last cut that a group from a cut may end at, as far as its weights and the windows within it
  /// decide; both only grow from piece to piece.
  private func lastEnd(of from: Int) -> Int {
    guard crossing[from] != nil else { return from }
    var (room, held) = (Bytes.zero, Bytes.zero)
    for piece in from..<cuts.count - 1 {
      room = room + inner[piece]
      if piece > from { room = room + first[piece] }
      held = held + pieceWeights[piece]
      if held > weights || room > capacity { return piece }
    }
    return cuts.count - 1
  }

  /// What a group of the pieces `from` up to `to` reads and writes at its ends, kept maps left out;
  /// nil where it has no room.
  private func group(_ from: Node, _ to: Node) -> Bytes? {
    guard let start = crossing[from.cut] else { return nil }
    var room = (from.cut..<to.cut).reduce(Bytes.zero) { $0 + first[$1] + inner[$1] }
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
    let own = [crossing[from.cut], crossing[to.cut]].compactMap { $0 }
    let kept =
      keepsMaps
      ? ResidentMaps(maps, sizes, capacity: capacity - taken).kept(of: stages, others: own) : []
    var isOnChip = Array(repeating: false, count: maps.maps.count)
    for map in kept + ends { isOnChip[map] = true }
    var moved = Bytes.zero
    for stage in stages {
      for read in maps.stages[stage].reads where !isOnChip[read.map] {
        moved = moved + sizes.read[read.map]
      }
      for map in maps.stages[stage].writes where !isOnChip[map] {
        moved = moved + sizes.written[map]
      }
    }
    return (moved, kept)
  }

  /// Marks the cheapest way in `plan`; of equal ones that with fewer groups.
  func apply(to plan: inout MapPlan) {
    let end = Node(cut: cuts.count - 1, isKept: false)
    var best: [(moved: Bytes, step: Step?)?] = Array(repeating: nil, count: 2 * cuts.count)
    best[Node(cut: 0, isKept: false).place] = (.zero, nil)
    for from in nodes {
      guard let known = best[from.place]?.moved else { continue }
      func offer(_ to: Node, _ moved: Bytes, _ step: Step) {
        let all = known + moved
        if best[to.place].map({ all < $0.moved }) ?? true { best[to.place] = (all, step) }
      }
      let next = from.cut + 1
      let last = lastEnd(of: from.cut)
      for isKept in [false, true] {
        for cut in next...max(next, last) where !isKept || canKeep(cut) {
          let to = Node(cut: cut, isKept: isKept)
          if cut == next, let (moved, kept) = layers(from, to) {
            offer(to, moved, Step(from: from, isGroup: false, kept: kept))
          }
          if cut <= last, let moved = group(from, to) {
            offer(to, moved, Step(from: from, isGroup: true, kept: []))
          }
        }
      }
    }
    var node = end
    var path: [(to: Node, step: Step)] = []
    while let step = best[node.place]?.step {
      path.append((node, step))
      node = step.from
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
