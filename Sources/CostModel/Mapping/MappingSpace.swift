internal import Architectures
internal import Networks
internal import Units

/// The mappings of one loop nest that have room, and their bounds.
///
/// A class, for it is asked thousands of times; nothing of it outlives a search.
final class MappingSpace {
  let nest: LoopNest
  let traits: LayerTraits
  let sizes: TileSizes
  let bounds: MappingBound
  private let request: MappingRequest
  private let objective: MappingObjective
  private let memory: MemoryModel
  /// The buffers that are to be filled.
  private let space: BufferSpace
  /// Prices of bounds; nil where they are not asked for, where counts bound no energy, and where work is
  /// gated, whose counts are rounded.
  private let prices: MappingPrices?
  private let overhead: Int
  /// How often all images of the nest follow one another.
  private let repeats: Int
  /// Input rows of a strip of each size at most.
  private let mostRows: [Int]
  /// The places of the smallest strips: of whole rows, and of others.
  private let smallest: [Int]
  private var strips: [MappingBound.Strips?]
  private var known: [Blocks?]
  // What tiles of one size move is asked again and again: by strips, then by channels or kernels.
  private var inputs: [[Input?]]
  private var stores: [[MappingBound.Stores?]]

  /// The input of a strip in parts of some channels.
  private struct Input {
    let loads: MappingBound.Loads
    /// What it takes of its buffer where it does not stay, and where it stays in each order.
    let bare: BufferSpace.Need
    let kept: (pixelsOuter: BufferSpace.Need, kernelsOuter: BufferSpace.Need)
  }

  init(
    _ request: MappingRequest, _ task: LayerTask, _ objective: MappingObjective,
    in space: BufferSpace
  ) {
    self.request = request
    self.objective = objective
    self.space = space
    memory = request.memory
    overhead = request.overhead
    nest = task.nest
    traits = task.traits
    sizes = TileSizes(task.nest, task.traits)
    bounds = MappingBound(request, task)
    repeats = request.batch / task.nest.batch
    let (memory, nest) = (memory, task.nest)
    mostRows = sizes.pixels.map { memory.mostInputRows(pixels: $0, in: nest) }
    smallest = [sizes.rows.last, sizes.ragged.last].compactMap(\.self)
    strips = Array(repeating: nil, count: sizes.pixels.count)
    known = Array(repeating: nil, count: sizes.kernels.count * sizes.channels.count)
    inputs = Array(repeating: [], count: sizes.pixels.count)
    stores = Array(repeating: [], count: sizes.pixels.count)
    prices =
      objective.asksPrices && bounds.isPriced && request.datapath.gating == nil
      ? MappingPrices(request, like: Mapping.whole(nest)) : nil
  }

  // MARK: Places

  /// Blocks of one size, and what all mappings with them have in common.
  func blocks(kernels: Int, channels: Int) -> Blocks {
    let place = kernels * sizes.channels.count + channels
    if let known = known[place] { return known }
    let tile = Tile(
      pixels: nest.pixels, kernels: sizes.kernels[kernels], channels: sizes.channels[channels])
    let made = Blocks(
      kernels: kernels, channels: channels, tile: tile,
      blocks: quotient(nest.kernels, tile.kernels), parts: quotient(nest.channels, tile.channels),
      weights: bounds.weightLoads(tile, sweeps: 1),
      array: bounds.compute(tile, countsWork: objective.asksPrices))
    known[place] = made
    return made
  }

  /// The same with what they take of the buffer of weights.
  func room(for blocks: Blocks) -> Blocks {
    func weights(_ order: Mapping.Order) -> BufferSpace.Need {
      memory.demand(
        of: nest, blocks.tile, order: order, keepsInput: false, keepsWeights: true, rows: (1, 1)
      ).weight
    }
    var result = blocks
    result.bare = memory.weightBits(
      kernels: blocks.tile.kernels, channels: blocks.tile.channels, in: nest)
    result.kept = (weights(.pixelsOuter), weights(.kernelsOuter))
    return result
  }

  /// Tiles of all images with strips of one size.
  func tiles(_ blocks: Blocks, _ strip: Int) -> Int {
    quotient(nest.pixels, sizes.pixels[strip]) * blocks.blocks * blocks.parts * repeats
  }

  // MARK: Room

  /// The largest strip that blocks of one size have room for.
  func largestStrip(_ blocks: Blocks) -> Int? {
    // Of whole rows larger strips need more, and so it is with the others.
    func first(_ places: [Int]) -> Int? {
      var (low, high) = (0, places.count)
      while low < high {
        let middle = (low + high) / 2
        if fits(blocks, places[middle]) { high = middle } else { low = middle + 1 }
      }
      return low < places.count ? places[low] : nil
    }
    return switch (first(sizes.rows), first(sizes.ragged)) {
    case (let row?, let other?): min(row, other)
    case (let row, let other): row ?? other
    }
  }

  /// Whether a tile has room where nothing stays.
  func fits(_ blocks: Blocks, _ strip: Int) -> Bool {
    traits.allows(blocks.tile(pixels: sizes.pixels[strip]), of: nest)
      && space.fits(demand(blocks, strip))
  }

  /// What may stay on chip with some strip.
  func stays(_ blocks: Blocks) -> Stays {
    var stays = Stays()
    for strip in smallest where fits(blocks, strip) {
      for order in Mapping.Order.allCases {
        let own = kept(blocks, strip, order)
        if own.hasInput { stays.insert(.input, order) }
        if own.hasWeights { stays.insert(.weights, order) }
      }
    }
    return stays
  }

  /// What stays of a tile that has room, under one order: everything that finds room; where not all of it does,
  /// each that does.
  func kept(_ blocks: Blocks, _ strip: Int, _ order: Mapping.Order) -> KeptSet {
    let bare = demand(blocks, strip)
    let input = input(blocks, strip).kept
    func fits(_ keepsInput: Bool, _ keepsWeights: Bool) -> Bool {
      var demand = bare
      let isOuter = order == .pixelsOuter
      if keepsInput { demand.input = isOuter ? input.pixelsOuter : input.kernelsOuter }
      if keepsWeights {
        demand.weight = isOuter ? blocks.kept.pixelsOuter : blocks.kept.kernelsOuter
      }
      return space.fits(demand)
    }
    return KeptSet(isDepthwise: nest.isDepthwise, fits)
  }

  private func demand(_ blocks: Blocks, _ strip: Int) -> BufferSpace.Demand {
    BufferSpace.Demand(
      input: input(blocks, strip).bare, weight: BufferSpace.Need(replaced: blocks.bare),
      sums: memory.sumBits(pixels: sizes.pixels[strip], kernels: blocks.tile.kernels))
  }

  // MARK: Bounds

  /// What every mapping with blocks of one size takes and moves at least, each operand once.
  func estimate(_ blocks: Blocks) -> MappingBound.Estimate {
    let covers = bounds.stripsCover
    return bounds.floor(
      MappingBound.Parts(
        input: covers ? input(blocks, 0).loads : MappingBound.Loads(), weights: blocks.weights,
        stores: stores(blocks, 0), array: covers ? blocks.array : MappingBound.ArrayWork()),
      sweeps: (input: 1, weights: 1), blocks.tile)
  }

  /// The best rank that any mapping with blocks of one size can have.
  func floor(_ blocks: Blocks) -> MappingRank {
    guard bounds.stripsCover else { return .least }
    return floor(blocks, from: 0, .all, after: nil)
  }

  /// The best rank that mappings with strips of one size and smaller ones can have.
  ///
  /// What the array does and how often weights are read only grow with the number of strips; `array` is
  /// what it does with the next larger ones. What may not stay with any strip is read again and again.
  func floor(
    _ blocks: Blocks, from strip: Int, _ stays: Stays, after array: MappingBound.ArrayWork?
  ) -> MappingRank {
    var least = MappingBound.ArrayWork()
    if bounds.stripsCover {
      let isFull = array != nil && bounds.isLeast(below: sizes.pixels[strip - 1])
      least = isFull ? array ?? least : blocks.array
    }
    let parts = MappingBound.Parts(
      input: bounds.stripsCover ? input(blocks, 0).loads : MappingBound.Loads(),
      weights: blocks.weights, stores: stores(blocks, 0), array: least)
    let count = quotient(nest.pixels, sizes.pixels[strip])
    let tiles = tiles(blocks, strip)
    func floor(_ order: Mapping.Order) -> MappingRank {
      let estimate = bounds.floor(
        parts,
        sweeps: (
          input: nest.isDepthwise || stays.contains(.input, order) ? 1 : blocks.blocks,
          weights: stays.contains(.weights, order) ? 1 : count
        ), blocks.tile)
      return rank(estimate, tiles: tiles) {
        Mapping(
          order: order, tile: blocks.tile, keepsInput: true, keepsWeights: true,
          images: nest.batch)
      }
    }
    let first = floor(.pixelsOuter)
    return blocks.hasOrders && stays.differ ? min(first, floor(.kernelsOuter)) : first
  }

  /// What the tiles of one size move and compute.
  func parts(_ blocks: Blocks, _ strip: Int) -> MappingBound.Parts {
    MappingBound.Parts(
      input: input(blocks, strip).loads, weights: blocks.weights, stores: stores(blocks, strip),
      array: strip == 0
        ? blocks.array
        : bounds.compute(
          blocks.tile(pixels: sizes.pixels[strip]), countsWork: objective.asksPrices))
  }

  /// The best rank that a mapping can have.
  func bound(
    _ mapping: Mapping, _ strip: Int, _ parts: MappingBound.Parts, tiles: Int
  ) -> MappingRank {
    rank(bounds.estimate(mapping, strips(strip), parts), tiles: tiles) { mapping }
  }

  /// A closer bound of a mapping; nil where there is none.
  func closerBound(of place: Place) -> MappingRank? {
    let blocks = blocks(kernels: place.kernels, channels: place.channels)
    let (mapping, strips) = (mapping(place), strips(place.strip))
    let parts = parts(blocks, place.strip)
    guard let cycles = bounds.streamed(mapping, strips, parts) else { return nil }
    var estimate = bounds.estimate(mapping, strips, parts)
    guard cycles > estimate.cycles else { return nil }
    estimate.cycles = cycles
    return rank(estimate, tiles: tiles(blocks, place.strip)) { mapping }
  }

  private func strips(_ strip: Int) -> MappingBound.Strips {
    if let known = strips[strip] { return known }
    let made = bounds.strips(of: sizes.pixels[strip])
    strips[strip] = made
    return made
  }

  private func input(_ blocks: Blocks, _ strip: Int) -> Input {
    let (own, count) =
      nest.isDepthwise
      ? (blocks.kernels, sizes.kernels.count) : (blocks.channels, sizes.channels.count)
    if inputs[strip].isEmpty { inputs[strip] = Array(repeating: nil, count: count) }
    if let known = inputs[strip][own] { return known }
    let tile = blocks.tile(pixels: sizes.pixels[strip])
    func need(_ order: Mapping.Order, keeps: Bool) -> BufferSpace.Need {
      memory.demand(
        of: nest, tile, order: order, keepsInput: keeps, keepsWeights: false,
        rows: (mostRows[strip], mostRows[0])
      ).input
    }
    let made = Input(
      loads: bounds.inputLoads(tile, strips(strip)), bare: need(.pixelsOuter, keeps: false),
      kept: (need(.pixelsOuter, keeps: true), need(.kernelsOuter, keeps: true)))
    inputs[strip][own] = made
    return made
  }

  private func stores(_ blocks: Blocks, _ strip: Int) -> MappingBound.Stores {
    if stores[strip].isEmpty {
      stores[strip] = Array(repeating: nil, count: sizes.kernels.count)
    }
    if let known = stores[strip][blocks.kernels] { return known }
    let made = bounds.stores(blocks.tile(pixels: sizes.pixels[strip]))
    stores[strip][blocks.kernels] = made
    return made
  }

  /// The rank of a mapping that takes and moves so much; nothing is known of energies where counts
  /// bound none.
  private func rank(
    _ estimate: MappingBound.Estimate, tiles: Int, _ mapping: () -> Mapping
  ) -> MappingRank {
    objective.rank(
      cycles: estimate.cycles + overhead, moved: estimate.traffic.moved.count, tiles: tiles
    ) {
      if let prices {
        return prices.least(cycles: estimate.cycles, estimate.traffic, estimate.array.work)
      }
      guard bounds.isPriced else { return 0 }
      var timed = TimedMapping(mapping())
      timed.summary.total = estimate.cycles
      timed.traffic = estimate.traffic
      timed.work = estimate.array.work
      return request.energy(timed)
    }
  }
}
