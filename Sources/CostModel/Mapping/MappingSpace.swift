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
  let memory: MemoryModel
  /// What the buffers that are to be filled hold.
  let limits: BufferSpace.Limits
  /// Prices of bounds; nil where they are not asked for, where counts bound no energy, and where work is
  /// gated, whose counts are rounded.
  private let prices: MappingPrices?
  private let overhead: Int
  /// How often all images of the nest follow one another.
  private let repeats: Int
  /// Input rows of a strip of each size at most.
  private let mostRows: [Int]
  /// The places of the smallest strips: of whole rows, and of others.
  let smallest: [Int]
  // No access to them calls back while it lasts; checking each one takes longer than most of them.
  @exclusivity(unchecked) private var strips: [MappingBound.Strips?]
  @exclusivity(unchecked) private var known: [Blocks?]
  // What tiles of one size move is asked again and again: by strips, then by channels or kernels.
  @exclusivity(unchecked) private var inputs: Places<Input>
  @exclusivity(unchecked) private var stores: Places<MappingBound.Stores>

  init(
    _ request: MappingRequest, _ task: LayerTask, _ objective: MappingObjective,
    in space: BufferSpace
  ) {
    self.request = request
    self.objective = objective
    limits = space.limits
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
    inputs = Places(
      sizes.pixels.count, by: nest.isDepthwise ? sizes.kernels.count : sizes.channels.count)
    stores = Places(sizes.pixels.count, by: sizes.kernels.count)
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

  // MARK: Bounds

  /// What every mapping with blocks of one size takes and moves at least, each operand once.
  func estimate(_ blocks: Blocks) -> MappingBound.Estimate {
    let parts = leastParts(blocks, leastWork(blocks))
    return bounds.floor(parts, sweeps: (input: 1, weights: 1), blocks.tile).estimate(parts.array)
  }

  /// What the array does with any strips, at least.
  func leastWork(_ blocks: Blocks) -> MappingBound.ArrayWork {
    bounds.arrayCovers ? blocks.array : MappingBound.ArrayWork()
  }

  /// What strips of every size move, at least, where the array does so much.
  private func leastParts(
    _ blocks: Blocks, _ array: MappingBound.ArrayWork
  ) -> MappingBound.Parts {
    MappingBound.Parts(
      input: bounds.stripsCover ? input(blocks, 0).loads : MappingBound.Loads(),
      weights: blocks.weights, stores: stores(blocks, 0), array: array)
  }

  /// The best rank that any mapping with blocks of one size can have.
  func floor(_ blocks: Blocks) -> MappingRank {
    guard bounds.arrayCovers else { return .least }
    return floor(blocks, from: 0, .all, leastWork(blocks))
  }

  /// The best rank that mappings with strips of one size and smaller ones can have.
  ///
  /// What the array does and how often weights are read only grow with the number of strips; `array` is
  /// what it does with any of them at least. What may not stay with any strip is read again and again.
  func floor(
    _ blocks: Blocks, from strip: Int, _ stays: Stays, _ array: MappingBound.ArrayWork
  ) -> MappingRank {
    let parts = leastParts(blocks, array)
    let count = quotient(nest.pixels, sizes.pixels[strip])
    let tiles = tiles(blocks, strip)
    func floor(_ order: Mapping.Order) -> MappingRank {
      let moved = bounds.floor(
        parts,
        sweeps: (
          input: nest.isDepthwise || stays.contains(.input, order) ? 1 : blocks.blocks,
          weights: stays.contains(.weights, order) ? 1 : count
        ), blocks.tile)
      return rank(moved, array, tiles: tiles) {
        Mapping(
          order: order, tile: blocks.tile, keepsInput: true, keepsWeights: true,
          images: nest.batch)
      }
    }
    let first = floor(.pixelsOuter)
    return blocks.hasOrders && stays.differ ? min(first, floor(.kernelsOuter)) : first
  }

  /// What the tiles of one size move, where the array does so much.
  func parts(
    _ blocks: Blocks, _ strip: Int, _ input: Input, _ array: MappingBound.ArrayWork
  ) -> MappingBound.Parts {
    MappingBound.Parts(
      input: input.loads, weights: blocks.weights, stores: stores(blocks, strip), array: array)
  }

  /// What the array does with tiles of one size.
  func work(_ blocks: Blocks, _ strip: Int) -> MappingBound.ArrayWork {
    strip == 0
      ? blocks.array
      : bounds.compute(
        blocks.tile(pixels: sizes.pixels[strip]), countsWork: objective.asksPrices)
  }

  /// What of `array`, which strips of one size take, smaller ones take at least; nil where nothing is known.
  func leastWork(
    below strip: Int, _ array: MappingBound.ArrayWork
  ) -> MappingBound.ArrayWork? {
    guard bounds.arrayCovers, bounds.isLeast(below: sizes.pixels[strip]) else { return nil }
    var least = array
    least.longest = 0
    return least
  }

  /// Whether bounds take so little that one is tried before the array's work is known.
  var boundsAreCheap: Bool { !objective.asksPrices || prices != nil }

  /// The best rank that a mapping can have.
  func bound(
    _ blocks: Blocks, _ strip: Int, _ order: Mapping.Order, _ kept: Kept,
    _ parts: MappingBound.Parts, tiles: Int
  ) -> MappingRank {
    let moved = bounds.moved(loops(blocks, strip, order, kept), strips(strip), parts)
    return rank(moved, parts.array, tiles: tiles) {
      mapping(
        Place(
          kernels: blocks.kernels, channels: blocks.channels, strip: strip, order: order,
          kept: kept))
    }
  }

  /// A closer bound of a mapping; nil where there is none.
  func closerBound(of place: Place) -> MappingRank? {
    let blocks = blocks(kernels: place.kernels, channels: place.channels)
    let (mapping, strips) = (mapping(place), strips(place.strip))
    let parts = parts(
      blocks, place.strip, input(blocks, place.strip), work(blocks, place.strip))
    guard let cycles = bounds.streamed(mapping, strips, parts) else { return nil }
    var moved = bounds.moved(
      loops(blocks, place.strip, place.order, place.kept), strips, parts)
    guard cycles > moved.cycles else { return nil }
    moved.cycles = cycles
    return rank(moved, parts.array, tiles: tiles(blocks, place.strip)) { mapping }
  }

  private func strips(_ strip: Int) -> MappingBound.Strips {
    if let known = strips[strip] { return known }
    let made = bounds.strips(of: sizes.pixels[strip])
    strips[strip] = made
    return made
  }

  func input(_ blocks: Blocks, _ strip: Int) -> Input {
    let own = nest.isDepthwise ? blocks.kernels : blocks.channels
    if let known = inputs[strip, own] { return known }
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
    inputs[strip, own] = made
    return made
  }

  private func stores(_ blocks: Blocks, _ strip: Int) -> MappingBound.Stores {
    if let known = stores[strip, blocks.kernels] { return known }
    let made = bounds.stores(blocks.tile(pixels: sizes.pixels[strip]))
    stores[strip, blocks.kernels] = made
    return made
  }

  /// The rank of a mapping that takes and moves so much; nothing is known of energies where counts
  /// bound none.
  private func rank(
    _ moved: MappingBound.Moved, _ array: MappingBound.ArrayWork, tiles: Int,
    _ mapping: () -> Mapping
  ) -> MappingRank {
    objective.rank(cycles: moved.cycles + overhead, moved: moved.bits.count, tiles: tiles) {
      energy(moved, array.work, mapping)
    }
  }

  private func energy(
    _ moved: MappingBound.Moved, _ work: ActionCounts, _ mapping: () -> Mapping
  ) -> Double {
    if let prices { return prices.least(cycles: moved.cycles, moved.traffic, work) }
    guard bounds.isPriced else { return 0 }
    var timed = TimedMapping(mapping())
    timed.summary.total = moved.cycles
    timed.traffic = moved.traffic
    timed.work = work
    return request.energy(timed)
  }
}
