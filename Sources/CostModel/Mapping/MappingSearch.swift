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
  private var best: (rank: MappingRank, timed: TimedMapping)?
  private var fewestTiles = Double.infinity
  private var prunes: Bool { !request.triesAll }

  init(_ request: MappingRequest, _ objective: MappingObjective) {
    self.request = request
    self.objective = objective
  }

  /// The best mapping, or why there is none.
  mutating func plan() -> LayerPlan {
    var shortage: ArrayShortage?
    for images in request.batch == 1 ? [1] : [request.batch, 1] {
      let task = request.task(images, nil)
      search(task)
      if best == nil, fewestTiles == .infinity, shortage == nil {
        shortage = request.memory.shortage(of: task.nest, task.traits)
      }
    }
    if let best { return .mapped(best.timed) }
    if fewestTiles < .infinity { return .tooManyTiles(fewestTiles) }
    guard let shortage else { preconditionFailure("a layer has a mapping or a shortage") }
    return .short(shortage)
  }

  // MARK: The order of the search

  /// A mapping that is still to be timed, and the best that it can be.
  private struct Open {
    let bound: MappingRank
    let mapping: Mapping
  }

  private mutating func search(_ task: LayerTask) {
    var space = MappingSpace(request, task)
    var open: [Open] = []
    // The largest tiles alone first: what they take tells most of the others apart.
    space.forEachCut { cut in
      guard let place = space.largestStrip(of: cut) else { return }
      for mapping in space.mappings(of: cut, strip: place) {
        offer(mapping, place, &space, to: &open)
      }
    }
    drain(&open, task)
    space.forEachCut { cut in
      guard var place = space.largestStrip(of: cut) else { return }
      while place + 1 < space.sizes.pixels.count {
        place += 1
        var isOpen = false
        for mapping in space.mappings(of: cut, strip: place) where offer(mapping, place, &space, to: &open) {
          isOpen = true
        }
        // Smaller strips take no less of the array and read weights no less often.
        if !isOpen { break }
      }
    }
    drain(&open, task)
  }

  /// Keeps a mapping that may be the best; gives whether smaller strips may be, too.
  @discardableResult
  private mutating func offer(
    _ mapping: Mapping, _ strip: Int, _ space: inout MappingSpace, to open: inout [Open]
  ) -> Bool {
    let tiles =
      CostBound.tiles(of: space.nest, mapping) * Double(request.batch / mapping.images)
    fewestTiles = min(fewestTiles, tiles)
    guard tiles <= Double(CostBound.tiles) else { return false }
    let (bound, floor) = space.bound(of: mapping, strip: strip, objective)
    guard let best, prunes else {
      open.append(Open(bound: bound, mapping: mapping))
      return true
    }
    if bound < best.rank { open.append(Open(bound: bound, mapping: mapping)) }
    return floor < best.rank
  }

  /// Times what is open until nothing that is left can be better.
  private mutating func drain(_ open: inout [Open], _ task: LayerTask) {
    for index in open.indices.sorted(by: { (open[$0].bound, $0) < (open[$1].bound, $1) }) {
      if let best, prunes, open[index].bound >= best.rank { break }
      let timed = request.time(task, open[index].mapping)
      let rank = objective.rank(
        cycles: timed.summary.total, moved: timed.traffic.moved.count,
        energy: { request.energy(timed) })
      if best.map({ rank < $0.rank }) ?? true { best = (rank, timed) }
    }
    open.removeAll(keepingCapacity: true)
  }
}

/// The mappings of one loop nest that have room, and their bounds.
struct MappingSpace {
  let request: MappingRequest
  let nest: LoopNest
  let traits: LayerTraits
  let sizes: TileSizes
  private let bounds: MappingBound
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

  init(_ request: MappingRequest, _ task: LayerTask) {
    self.request = request
    nest = task.nest
    traits = task.traits
    sizes = TileSizes(task.nest, task.traits)
    bounds = MappingBound(request, task)
    let (memory, nest) = (request.memory, task.nest)
    mostRows = sizes.pixels.map { memory.mostInputRows(pixels: $0, in: nest) }
    strips = Array(repeating: nil, count: sizes.pixels.count)
  }

  /// Calls `body` for every order and size of blocks.
  func forEachCut(_ body: (Cut) -> Void) {
    for order in Mapping.Order.allCases {
      for kernels in sizes.kernels {
        // One block of kernels, or one strip, has no order to choose.
        if order == .kernelsOuter, kernels == nest.kernels { continue }
        for channels in sizes.channels {
          body(Cut(order: order, kernels: kernels, channels: channels))
        }
      }
    }
  }

  /// The largest strip that a cut has room for, as a place in `sizes.pixels`.
  func largestStrip(of cut: Cut) -> Int? {
    sizes.pixels.indices.first { fits(cut, strip: $0, keepsInput: false, keepsWeights: false) }
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
    let pixels = sizes.pixels[strip]
    // Sums that stay in the array allow channels to be cut only within one fold.
    if traits.keepsSums, cut.channels < nest.channels,
      pixels > traits.granule.pixels || cut.kernels > traits.granule.kernels
    {
      return false
    }
    func input(_ rows: Int, _ channels: Int) -> Bits {
      memory.inputBits(rows: rows, channels: channels, in: nest)
    }
    /// All channels, which come in parts that are aligned each on its own.
    func wholeInput(_ rows: Int) -> Bits {
      let (parts, rest) = nest.channels.quotientAndRemainder(dividingBy: cut.channels)
      return input(rows, cut.channels) * parts + (rest > 0 ? input(rows, rest) : .zero)
    }
    var inputs = BufferSpace.Need(
      replaced: input(mostRows[strip], nest.isDepthwise ? cut.kernels : cut.channels))
    var weights = BufferSpace.Need(
      replaced: memory.weightBits(kernels: cut.kernels, channels: cut.channels, in: nest))
    if keepsInput {
      guard !nest.isDepthwise else { return false }
      switch cut.order {
      case .pixelsOuter: inputs.replaced = wholeInput(mostRows[strip])
      case .kernelsOuter: inputs.once = wholeInput(mostRows[0])
      }
    }
    if keepsWeights {
      switch cut.order {
      case .pixelsOuter:
        weights.once = memory.weightBits(
          kernels: nest.kernels, channels: nest.channels, in: nest)
      case .kernelsOuter:
        weights.replaced = memory.weightBits(
          kernels: cut.kernels, channels: nest.channels, in: nest)
      }
    }
    return memory.space.fits(
      input: inputs, weight: weights,
      sums: memory.sumBits(pixels: pixels, kernels: cut.kernels))
  }

  // MARK: Bounds

  /// The best rank that a mapping can have, and the best that one of smaller strips can.
  mutating func bound(
    of mapping: Mapping, strip: Int, _ objective: MappingObjective
  ) -> (own: MappingRank, smaller: MappingRank) {
    let known = strips[strip] ?? bounds.strips(of: sizes.pixels[strip])
    strips[strip] = known
    let estimate = bounds.estimate(mapping, known, countsWork: objective.asksPrices)
    let moved = estimate.traffic.moved.count
    let own = objective.rank(cycles: estimate.cycles, moved: moved) {
      guard bounds.isExact else { return 0 }
      var timed = TimedMapping(mapping)
      timed.summary.total = estimate.cycles
      timed.traffic = estimate.traffic
      timed.work = estimate.work
      return request.energy(timed)
    }
    // What the array does and how often weights are read only grow with the number of strips.
    let smaller: MappingRank =
      switch objective {
      case .latency:
        MappingRank(
          objective: Double(estimate.floor), cycles: estimate.floor, moved: 0)
      case .bytes:
        MappingRank(
          objective: Double(estimate.traffic[.weightRead].count), cycles: 0, moved: 0)
      case .energy, .edp: MappingRank(objective: 0, cycles: 0, moved: 0)
      }
    return (own, smaller)
  }
}
