internal import Architectures
internal import Networks
internal import Units

/// The best tiles of all memories of a design that has some between DRAM and its buffers.
///
/// Its space: the array's tiles that it is given; for every level, from DRAM inwards, even cuts of what the memory
/// outside holds in whole tiles of the array, each size at most two thirds of the one before; channels are cut
/// only where one strip and one block of kernels are held; both loop orders everywhere; what is used again stays
/// wherever there is room. Nothing in it depends on what there is, and the recurrence is monotone, so more of a
/// resource never makes the fastest mapping slower. It is exact, as `MappingSearch` is.
struct LevelSearch {
  private let request: MappingRequest
  private let objective: MappingObjective
  private let room: Room
  private var best: (rank: MappingRank, timed: TimedMapping)?
  private var fewestTiles = Double.infinity
  private var shortage: ArrayShortage?
  private var open: [Open] = []
  private var tileLimit = CostBound.tiles
  private var prunes: Bool { !request.triesAll }
  private var memory: MemoryModel { request.memory }

  /// The sizes of all memories.
  struct Room {
    var buffers: BufferSpace
    var levels: [LevelSpace]

    /// Those of a design.
    init(_ memory: MemoryModel) {
      buffers = memory.space
      levels = memory.levels
    }
  }

  /// Searches for `request`, whose design has levels, in `room` in place of the design's where it is given.
  init(_ request: MappingRequest, _ objective: MappingObjective, in room: Room? = nil) {
    self.request = request
    self.objective = objective
    self.room = room ?? Room(request.memory)
  }

  /// A mapping that is still to be timed, and the best that it can be.
  private struct Open {
    let bound: MappingRank
    let mapping: Mapping
  }

  /// What was found of everything that was searched.
  var plan: LayerPlan {
    LayerPlan(best?.timed, fewestTiles: fewestTiles, shortage: shortage)
  }

  /// The best over all tiles of the array that have room.
  mutating func searchAll() {
    // Mappings of many tiles take long to walk: they are looked at only where there are no others.
    for limit in Self.tileLimits where best == nil {
      tileLimit = limit
      searchTiles()
    }
  }

  private static let tileLimits = [1 << 13, 1 << 17, CostBound.tiles]

  private mutating func searchTiles() {
    for images in request.batch == 1 ? [1] : [request.batch, 1] {
      let task = request.task(images, nil)
      search(tiles(of: task), task)
      if best == nil, fewestTiles == .infinity, shortage == nil {
        shortage = memory.shortage(of: task.nest, task.traits.unit)
      }
    }
  }

  /// Sizes of `TileSizes`, thinned, with room in the buffers.
  private func tiles(of task: LayerTask) -> [Tile] {
    let (nest, traits) = (task.nest, task.traits)
    let sizes = TileSizes(nest, traits)
    var tiles: [Tile] = []
    for kernels in Self.thinned(sizes.kernels) {
      for channels in Self.thinned(sizes.channels) {
        for pixels in Self.thinned(sizes.rows.map { sizes.pixels[$0] })
          + Self.thinned(sizes.ragged.map { sizes.pixels[$0] })
        {
          let tile = Tile(pixels: pixels, kernels: kernels, channels: channels)
          let demand = memory.demand(
            of: nest, tile, order: .pixelsOuter, keepsInput: false, keepsWeights: false)
          if traits.allows(tile, of: nest), room.buffers.fits(demand) { tiles.append(tile) }
        }
      }
    }
    return tiles
  }

  /// Of falling sizes the first, the last, and those at most two thirds of the one before.
  private static func thinned(_ sizes: [Int]) -> [Int] {
    var last = Int.max
    return sizes.filter { size in
      guard last == .max || size <= last / 3 * 2 || size == sizes.last else { return false }
      last = size
      return true
    }
  }

  /// Looks at the levels around each of `tiles`, those with the least work first.
  mutating func search(_ tiles: [Tile], _ task: LayerTask) {
    let bounds = LevelBound(request, task)
    let known = tiles.map { ($0, bounds.array($0, countsWork: objective.asksPrices)) }
    for index in known.indices.sorted(by: { (known[$0].1.cycles, $0) < (known[$1].1.cycles, $1) }) {
      let (tile, array) = known[index]
      let count =
        CostBound.tiles(of: task.nest, tile) * Double(request.batch / task.nest.batch)
      guard count <= Double(CostBound.tiles) else {
        fewestTiles = min(fewestTiles, count)
        continue
      }
      guard count <= Double(tileLimit) else { continue }
      extend(
        [], bounds.start(countsAll: objective.asksPrices), within: task.nest.whole, around: tile,
        task,
        bounds, array)
      time(task)
    }
  }

  // MARK: Levels

  /// Adds the next level inside of `outer`, or the buffers inside of the last one.
  private mutating func extend(
    _ levels: [LevelMapping], _ estimate: LevelBound.Estimate, within outer: Tile,
    around tile: Tile, _ task: LayerTask, _ bounds: LevelBound, _ array: MappingBound.ArrayWork
  ) {
    let nest = task.nest
    let place = levels.count
    func isOpen(_ rank: MappingRank) -> Bool {
      guard let best, prunes else { return true }
      return rank < best.rank
    }
    guard isOpen(rank(estimate, levels, tile, nest, bounds, array)) else { return }
    guard place < room.levels.count else {
      let buffers = room.buffers
      let kept = Self.kept(tile, within: outer, nest) {
        buffers.fits(
          memory.demand(
            of: nest, $0.tile, order: $0.order, keepsInput: $0.keepsInput,
            keepsWeights: $0.keepsWeights, within: outer))
      }
      for own in kept {
        let bound = rank(
          bounds.adding(own, to: estimate), levels, tile, nest, bounds, array)
        guard isOpen(bound) else { continue }
        let mapping = Mapping(
          order: own.order, tile: tile, keepsInput: own.keepsInput,
          keepsWeights: own.keepsWeights, images: nest.batch, levels: levels)
        open.append(Open(bound: bound, mapping: mapping))
      }
      return
    }
    for part in Self.parts(of: outer, in: tile) {
      let kept = Self.kept(part, within: outer, nest) {
        memory.bits(of: $0, at: place, within: outer, in: nest) <= room.levels[place].pool.size
      }
      for own in kept {
        extend(
          levels + [own], bounds.adding(own, to: estimate), within: part, around: tile, task,
          bounds, array)
      }
      if kept.isEmpty, best == nil, part == tile { missing(part, place, outer, nest) }
    }
  }

  /// Even cuts of `outer` in whole tiles of the array.
  private static func parts(of outer: Tile, in tile: Tile) -> [Tile] {
    func sizes(_ extent: Int, _ unit: Int) -> [Int] {
      thinned(EvenCuts.sizes(of: extent, unit: unit))
    }
    var parts: [Tile] = []
    for pixels in sizes(outer.pixels, tile.pixels) {
      for kernels in sizes(outer.kernels, tile.kernels) {
        parts.append(Tile(pixels: pixels, kernels: kernels, channels: outer.channels))
        guard pixels <= tile.pixels, kernels <= tile.kernels else { continue }
        parts += sizes(outer.channels, tile.channels).dropFirst().map {
          Tile(pixels: pixels, kernels: kernels, channels: $0)
        }
      }
    }
    return parts
  }

  /// The orders of a memory's loops, each with everything that has room kept; where not all of it has, with
  /// each that has.
  private static func kept(
    _ tile: Tile, within outer: Tile, _ nest: LoopNest, _ fits: (LevelMapping) -> Bool
  ) -> [LevelMapping] {
    let hasOrders = tile.pixels < outer.pixels && tile.kernels < outer.kernels
    return (hasOrders ? Mapping.Order.allCases : [.pixelsOuter]).flatMap { order in
      func own(_ input: Bool, _ weights: Bool) -> LevelMapping {
        LevelMapping(order: order, tile: tile, keepsInput: input, keepsWeights: weights)
      }
      guard fits(own(false, false)) else { return [LevelMapping]() }
      return nest.kept { fits(own($0, $1)) }.map(own)
    }
  }

  /// Notes a level that has no room for the smallest tile.
  private mutating func missing(_ part: Tile, _ place: Int, _ outer: Tile, _ nest: LoopNest) {
    let own = LevelMapping(
      order: .pixelsOuter, tile: part, keepsInput: false, keepsWeights: false)
    let demand = memory.bits(of: own, at: place, within: outer, in: nest)
    let pool = room.levels[place].pool
    if let shortage, shortage.demand <= demand { return }
    shortage = ArrayShortage(
      resource: pool.name, demand: demand, bound: pool.size,
      lever: .text("raise \(pool.name).size to \(Bytes(holding: demand))"))
  }

  // MARK: Ranks

  private func rank(
    _ estimate: LevelBound.Estimate, _ levels: [LevelMapping], _ tile: Tile, _ nest: LoopNest,
    _ bounds: LevelBound, _ array: MappingBound.ArrayWork
  ) -> MappingRank {
    let cycles = estimate.cycles(array.cycles)
    return objective.rank(
      cycles: cycles + request.overhead, moved: estimate.traffic.moved.count, tiles: 0
    ) {
      guard bounds.isPriced else { return 0 }
      var timed = TimedMapping(
        Mapping(
          order: .pixelsOuter, tile: tile, keepsInput: false, keepsWeights: false,
          images: nest.batch, levels: levels))
      timed.summary.total = cycles
      timed.traffic = estimate.traffic
      timed.add(estimate.crossings, times: 1)
      timed.work = array.work
      return request.energy(timed)
    }
  }

  /// Times what is open until nothing that is left can be better.
  private mutating func time(_ task: LayerTask) {
    for index in open.indices.sorted(by: { (open[$0].bound, $0) < (open[$1].bound, $1) }) {
      if let best, prunes, open[index].bound >= best.rank { break }
      let mapping = open[index].mapping
      let timed = request.time(task, mapping)
      let rank = objective.rank(
        cycles: timed.summary.total + request.overhead, moved: timed.traffic.moved.count,
        tiles: Int(CostBound.tiles(of: task.nest, mapping)) * (request.batch / mapping.images),
        energy: { request.energy(timed) })
      if best.map({ rank < $0.rank }) ?? true { best = (rank, timed) }
    }
    open.removeAll(keepingCapacity: true)
  }
}
