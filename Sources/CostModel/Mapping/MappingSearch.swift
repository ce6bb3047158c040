internal import Architectures
internal import Networks
internal import Units

/// The best mapping of a layer on an array that needs no layout.
///
/// Its space: both loop orders; images of a batch together or one by one; every size of `TileSizes`; an
/// operand that is used again stays on chip wherever there is room; buffers that hold several operands
/// are divided in any way. Mappings are timed by the same pipeline as all others.
///
/// A mapping that is possible stays possible with more of any resource and takes no more time then: what
/// it needs does not depend on what there is, and the pipeline is monotone in the length of every step.
/// So more resources never make the fastest mapping slower.
///
/// The search is exact: mappings are timed in the order of a lower bound until no bound is below the best.
struct MappingSearch {
  private let request: MappingRequest
  private let objective: MappingObjective
  private let buffers: BufferSpace
  private var best: (rank: MappingRank, timed: TimedMapping)?
  private var fewestTiles = Double.infinity
  private var shortage: ArrayShortage?
  private var tileLimit = 0
  private var prunes: Bool { !request.triesAll }

  /// Searches for `request`, in `buffers` in place of the design's where they are given.
  init(
    _ request: MappingRequest, _ objective: MappingObjective, in buffers: BufferSpace? = nil
  ) {
    self.request = request
    self.objective = objective
    self.buffers = buffers ?? request.memory.space
  }

  /// The best mapping, or why there is none.
  mutating func plan() -> LayerPlan {
    // Mappings of many tiles take long to walk: they are looked at only where there are no others.
    for limit in Self.tileLimits where best == nil {
      tileLimit = limit
      searchAll()
    }
    if let best { return .mapped(best.timed) }
    if fewestTiles < .infinity { return .tooManyTiles(fewestTiles) }
    guard let shortage else { preconditionFailure("a layer has a mapping or a shortage") }
    return .short(shortage)
  }

  private static let tileLimits = [1 << 17, 1 << 20, CostBound.tiles]

  private mutating func searchAll() {
    for images in request.batch == 1 ? [1] : [request.batch, 1] {
      let task = request.task(images, nil)
      search(task)
      if best == nil, fewestTiles == .infinity, shortage == nil {
        shortage = request.memory.shortage(of: task.nest, task.traits.unit)
      }
    }
  }

  // MARK: The order of the search

  /// A mapping that is still to be timed, and the best that it can be.
  private struct Open {
    let bound: MappingRank
    let mapping: Mapping
  }

  private mutating func search(_ task: LayerTask) {
    let space = MappingSpace(request, task, in: buffers)
    let cuts = space.cuts
    var open: [Open] = []
    // The largest strips first: what they take tells most of the rest apart.
    for isFirst in [true, false] {
      for cut in cuts {
        if let best, prunes, space.floor(of: cut, objective) >= best.rank { continue }
        guard let first = space.largestStrip(of: cut) else { continue }
        let keepsWeights = space.mayKeepWeights(cut)
        for strip in isFirst ? first...first : first...space.sizes.pixels.count - 1
        where space.fits(cut, strip: strip) {
          var isOpen = false
          for mapping in space.mappings(of: cut, strip: strip)
          where offer(mapping, strip, keepsWeights, space, to: &open) { isOpen = true }
          if !isOpen { break }
        }
      }
      time(&open, task)
    }
  }

  /// Keeps a mapping that may be the best; gives whether smaller strips may be, too.
  @discardableResult
  private mutating func offer(
    _ mapping: Mapping, _ strip: Int, _ mayKeepWeights: Bool, _ space: MappingSpace,
    to open: inout [Open]
  ) -> Bool {
    let tiles =
      CostBound.tiles(of: space.nest, mapping) * Double(request.batch / mapping.images)
    fewestTiles = min(fewestTiles, tiles)
    guard tiles <= Double(tileLimit) else { return false }
    let (bound, floor) = space.bound(
      of: mapping, strip: strip, objective, mayKeepWeights: mayKeepWeights)
    guard let best, prunes else {
      open.append(Open(bound: bound, mapping: mapping))
      return true
    }
    if bound < best.rank { open.append(Open(bound: bound, mapping: mapping)) }
    return floor < best.rank
  }

  /// Times what is open until nothing that is left can be better.
  private mutating func time(_ open: inout [Open], _ task: LayerTask) {
    for index in open.indices.sorted(by: { (open[$0].bound, $0) < (open[$1].bound, $1) }) {
      if let best, prunes, open[index].bound >= best.rank { break }
      let timed = request.time(task, open[index].mapping)
      let rank = objective.rank(
        cycles: timed.summary.total + request.overhead, moved: timed.traffic.moved.count,
        tiles: open[index].bound.tiles,
        energy: { request.energy(timed) })
      if best.map({ rank < $0.rank }) ?? true { best = (rank, timed) }
    }
    open.removeAll(keepingCapacity: true)
  }
}

/// The mappings of one loop nest that have room, and their bounds.
///
/// A class, for it is asked thousands of times; nothing of it outlives a search.
final class MappingSpace {
  let request: MappingRequest
  let nest: LoopNest
  let traits: LayerTraits
  let sizes: TileSizes
  private let bounds: MappingBound
  /// The buffers that are to be filled.
  private let space: BufferSpace
  /// Bits of the input, each once.
  private let leastInput: Bits
  /// Input rows of a strip of each size at most.
  private let mostRows: [Int]
  private var strips: [MappingBound.Strips?]
  private var memory: MemoryModel { request.memory }

  /// A loop order with the sizes of blocks.
  struct Cut {
    let order: Mapping.Order
    let kernels: Int
    let channels: Int
  }

  init(_ request: MappingRequest, _ task: LayerTask, in space: BufferSpace) {
    self.request = request
    self.space = space
    nest = task.nest
    traits = task.traits
    sizes = TileSizes(task.nest, task.traits)
    bounds = MappingBound(request, task)
    let (memory, nest) = (request.memory, task.nest)
    leastInput = bounds.leastInput
    mostRows = sizes.pixels.map { memory.mostInputRows(pixels: $0, in: nest) }
    strips = Array(repeating: nil, count: sizes.pixels.count)
  }

  /// Every order and size of blocks.
  var cuts: [Cut] {
    Mapping.Order.allCases.flatMap { order in
      sizes.kernels.flatMap { kernels in
        // One block of kernels has no order to choose.
        order == .kernelsOuter && kernels == nest.kernels
          ? [] : sizes.channels.map { Cut(order: order, kernels: kernels, channels: $0) }
      }
    }
  }

  /// The largest strip that a cut has room for, as a place in `sizes.pixels`.
  func largestStrip(of cut: Cut) -> Int? {
    // Of whole rows larger strips need more, and so it is with the others.
    func first(_ places: [Int]) -> Int? {
      var (low, high) = (0, places.count)
      while low < high {
        let middle = (low + high) / 2
        if fits(cut, strip: places[middle]) { high = middle } else { low = middle + 1 }
      }
      return low < places.count ? places[low] : nil
    }
    switch (first(sizes.rows), first(sizes.ragged)) {
    case (let row?, let other?): return min(row, other)
    case (let row, let other): return row ?? other
    }
  }

  /// Whether weights may stay on chip with some strip.
  func mayKeepWeights(_ cut: Cut) -> Bool {
    fits(cut, strip: sizes.pixels.count - 1, keepsInput: false, keepsWeights: true)
  }

  /// Whether a tile has room.
  func fits(_ cut: Cut, strip: Int) -> Bool {
    fits(cut, strip: strip, keepsInput: false, keepsWeights: false)
  }

  /// The mappings of a cut with strips of one size: everything that finds room stays on chip; where not all
  /// of it does, each that does.
  func mappings(of cut: Cut, strip: Int) -> [Mapping] {
    func mapping(_ keepsInput: Bool, _ keepsWeights: Bool) -> Mapping {
      Mapping(
        order: cut.order,
        tile: Tile(pixels: sizes.pixels[strip], kernels: cut.kernels, channels: cut.channels),
        keepsInput: keepsInput, keepsWeights: keepsWeights, images: nest.batch)
    }
    func fits(_ keepsInput: Bool, _ keepsWeights: Bool) -> Bool {
      self.fits(cut, strip: strip, keepsInput: keepsInput, keepsWeights: keepsWeights)
    }
    let (input, weights) = (fits(true, false), fits(false, true))
    if input, weights, fits(true, true) { return [mapping(true, true)] }
    if input || weights {
      return (input ? [mapping(true, false)] : []) + (weights ? [mapping(false, true)] : [])
    }
    return [mapping(false, false)]
  }

  /// Whether a tile has room, and what stays beside it.
  private func fits(_ cut: Cut, strip: Int, keepsInput: Bool, keepsWeights: Bool) -> Bool {
    let tile = Tile(
      pixels: sizes.pixels[strip], kernels: cut.kernels, channels: cut.channels)
    guard traits.allows(tile, of: nest), !(keepsInput && nest.isDepthwise) else { return false }
    return space.fits(
      memory.demand(
        of: nest, tile, order: cut.order, keepsInput: keepsInput, keepsWeights: keepsWeights,
        rows: (mostRows[strip], mostRows[0])))
  }

  // MARK: Bounds

  /// The best rank that any strip of a cut can have.
  func floor(of cut: Cut, _ objective: MappingObjective) -> MappingRank {
    guard nest.rows.stride <= nest.rows.span else {
      return MappingRank(objective: 0, cycles: 0, moved: 0, tiles: 0)
    }
    let whole = strips[0] ?? bounds.strips(of: sizes.pixels[0])
    strips[0] = whole
    let mapping = Mapping(
      order: cut.order,
      tile: Tile(pixels: nest.pixels, kernels: cut.kernels, channels: cut.channels),
      keepsInput: true, keepsWeights: true, images: nest.batch)
    let estimate = bounds.estimate(mapping, whole, countsWork: objective.asksPrices)
    let cycles = max(estimate.firstWeights + estimate.computed, estimate.port)
    return objective.rank(
      cycles: cycles + request.overhead, moved: estimate.traffic.moved.count, tiles: 0
    ) {
      guard bounds.isExact else { return 0 }
      var timed = TimedMapping(mapping)
      timed.summary.total = cycles
      timed.traffic = estimate.traffic
      timed.work = estimate.work
      return request.energy(timed)
    }
  }

  /// The best rank that a mapping can have, and the best that the same can have with smaller strips.
  func bound(
    of mapping: Mapping, strip: Int, _ objective: MappingObjective, mayKeepWeights: Bool
  ) -> (own: MappingRank, smaller: MappingRank) {
    let known = strips[strip] ?? bounds.strips(of: sizes.pixels[strip])
    strips[strip] = known
    let estimate = bounds.estimate(mapping, known, countsWork: objective.asksPrices)
    let moved = estimate.traffic.moved.count
    let own = objective.rank(
      cycles: estimate.cycles + request.overhead, moved: moved,
      tiles: Int(CostBound.tiles(of: nest, mapping)) * (request.batch / nest.batch)
    ) {
      guard bounds.isExact else { return 0 }
      var timed = TimedMapping(mapping)
      timed.summary.total = estimate.cycles
      timed.traffic = estimate.traffic
      timed.work = estimate.work
      return request.energy(timed)
    }
    // What the array does and how often weights are read only grow with the number of strips; input may be
    // read less often, and weights once where they may stay.
    let weights = (bits: estimate.traffic[.weightRead], cycles: estimate.weightCycles)
    let once = mayKeepWeights && !mapping.keepsWeights ? known.count : 1
    let array = bounds.least(mapping.tile, estimate, countsWork: objective.asksPrices)
    let floor = (
      cycles: max(array.cycles, weights.cycles / once), weights: Bits(weights.bits.count / once)
    )
    let fixed = estimate.traffic[.outputWrite] + floor.weights
    let smaller = objective.rank(
      cycles: floor.cycles + request.overhead, moved: (leastInput + fixed).count, tiles: 0
    ) {
      guard bounds.isExact else { return 0 }
      var timed = TimedMapping(mapping)
      timed.summary.total = floor.cycles
      timed.traffic = estimate.traffic
      timed.traffic[.weightRead] = floor.weights
      timed.traffic[.inputRead] = min(leastInput, estimate.traffic[.inputRead])
      timed.traffic[.inputDecoded] = .zero
      timed.work = array.work
      return request.energy(timed)
    }
    return (own, smaller)
  }
}
