internal import Architectures
internal import Networks
internal import Units

/// The mappings of one loop nest that have room, and their bounds.
///
/// A class, for it is asked thousands of times; nothing of it outlives a search.
final class MappingSpace {
  let request: MappingRequest
  let nest: LoopNest
  let traits: LayerTraits
  let sizes: TileSizes
  let bounds: MappingBound
  private let objective: MappingObjective
  /// The buffers that are to be filled.
  private let space: BufferSpace
  /// Prices of bounds; nil where they are not asked for, where counts are bounds alone, and where work is
  /// gated, whose counts are rounded.
  private let prices: MappingPrices?
  /// How often all images of the nest follow one another.
  private let repeats: Int
  /// Input rows of a strip of each size at most.
  private let mostRows: [Int]
  /// The places of the smallest strips: of whole rows, and of others.
  private let smallest: [Int]
  private var strips: [MappingBound.Strips?]
  // What tiles of one size move is asked again and again: by strips, then by channels or kernels.
  private var inputs: [[MappingBound.Loads?]]
  private var stores: [[MappingBound.Stores?]]
  private var weights: [MappingBound.Loads?]
  /// What the array does with the whole map as one strip.
  private var arrays: [MappingBound.ArrayWork?]
  private var memory: MemoryModel { request.memory }

  init(
    _ request: MappingRequest, _ task: LayerTask, _ objective: MappingObjective,
    in space: BufferSpace
  ) {
    self.request = request
    self.objective = objective
    self.space = space
    nest = task.nest
    traits = task.traits
    sizes = TileSizes(task.nest, task.traits)
    bounds = MappingBound(request, task)
    repeats = request.batch / task.nest.batch
    let (memory, nest) = (request.memory, task.nest)
    mostRows = sizes.pixels.map { memory.mostInputRows(pixels: $0, in: nest) }
    smallest = [sizes.rows.last, sizes.ragged.last].compactMap(\.self)
    strips = Array(repeating: nil, count: sizes.pixels.count)
    inputs = Array(repeating: [], count: sizes.pixels.count)
    stores = inputs.map { _ in [] }
    weights = Array(repeating: nil, count: sizes.kernels.count * sizes.channels.count)
    arrays = weights.map { _ in nil }
    prices =
      objective.asksPrices && bounds.isExact && request.datapath.gating == nil
      ? MappingPrices(request, like: Mapping.whole(nest)) : nil
  }

  // MARK: Places

  /// The number of a place, by which places are in their order.
  func number(of place: Place) -> Int {
    (((place.kernels * sizes.channels.count + place.channels) * sizes.pixels.count + place.strip)
      * 2 + (place.order == .pixelsOuter ? 0 : 1)) * Kept.allCases.count + place.kept.rawValue
  }

  /// The place of a number.
  func place(_ number: Int) -> Place {
    let (outer, kept) = number.quotientAndRemainder(dividingBy: Kept.allCases.count)
    let (sized, order) = outer.quotientAndRemainder(dividingBy: 2)
    let (cut, strip) = sized.quotientAndRemainder(dividingBy: sizes.pixels.count)
    let (kernels, channels) = cut.quotientAndRemainder(dividingBy: sizes.channels.count)
    return Place(
      kernels: kernels, channels: channels, strip: strip,
      order: order == 0 ? .pixelsOuter : .kernelsOuter, kept: Kept(rawValue: kept) ?? .none)
  }

  /// The mapping of a place.
  func mapping(_ place: Place) -> Mapping {
    Mapping(
      order: place.order, tile: tile(place), keepsInput: place.kept.hasInput,
      keepsWeights: place.kept.hasWeights, images: nest.batch)
  }

  func tile(_ place: Place) -> Tile {
    Tile(
      pixels: sizes.pixels[place.strip], kernels: sizes.kernels[place.kernels],
      channels: sizes.channels[place.channels])
  }

  /// Tiles of all nests of one group.
  func tiles(_ place: Place) -> Int { Int(CostBound.tiles(of: nest, tile(place))) * repeats }

  private func cut(_ place: Place) -> Int {
    place.kernels * sizes.channels.count + place.channels
  }

  /// One block of kernels has no order to choose.
  private func orders(_ place: Place) -> [Mapping.Order] {
    place.kernels == 0 ? [.pixelsOuter] : Mapping.Order.allCases
  }

  // MARK: Room

  /// The largest strip that blocks of one size have room for.
  func largestStrip(of place: Place) -> Int? {
    // Of whole rows larger strips need more, and so it is with the others.
    func first(_ places: [Int]) -> Int? {
      var (low, high) = (0, places.count)
      var place = place
      while low < high {
        let middle = (low + high) / 2
        place.strip = places[middle]
        if fits(place) { high = middle } else { low = middle + 1 }
      }
      return low < places.count ? places[low] : nil
    }
    return switch (first(sizes.rows), first(sizes.ragged)) {
    case (let row?, let other?): min(row, other)
    case (let row, let other): row ?? other
    }
  }

  /// Whether a tile has room where nothing stays.
  func fits(_ place: Place) -> Bool {
    traits.allows(tile(place), of: nest) && space.fits(demand(place, .none))
  }

  /// What may stay on chip with some strip.
  func stays(_ place: Place) -> Stays {
    var stays = Stays()
    var place = place
    for order in orders(place) {
      place.order = order
      for strip in smallest {
        place.strip = strip
        guard traits.allows(tile(place), of: nest) else { continue }
        let own = kept(place)
        if own.contains(where: \.hasInput) { stays.insert(.input, order) }
        if own.contains(where: \.hasWeights) { stays.insert(.weights, order) }
      }
    }
    return stays
  }

  /// The mappings of a tile that has room: in each order everything that finds room stays on chip; where
  /// not all of it does, each that does.
  func mappings(_ place: Place) -> [Place] {
    orders(place).flatMap { order in
      var own = place
      own.order = order
      return kept(own).map { kept in
        own.kept = kept
        return own
      }
    }
  }

  private func kept(_ place: Place) -> [Kept] {
    let bare = demand(place, .none)
    let all = demand(place, nest.isDepthwise ? .weights : .both)
    return nest.kept { input, weights in
      var demand = bare
      if input { demand.input = all.input }
      if weights { demand.weight = all.weight }
      return space.fits(demand)
    }.map { Kept(input: $0.input, weights: $0.weights) }
  }

  private func demand(_ place: Place, _ kept: Kept) -> BufferSpace.Demand {
    memory.demand(
      of: nest, tile(place), order: place.order, keepsInput: kept.hasInput,
      keepsWeights: kept.hasWeights, rows: (mostRows[place.strip], mostRows[0]))
  }

  // MARK: Bounds

  /// The best rank that any mapping with blocks of one size can have.
  func floor(of place: Place) -> MappingRank {
    guard bounds.stripsCover else { return .least }
    return floor(from: place, .all, after: nil)
  }

  /// The best rank that mappings with strips of that of `place` and smaller ones can have.
  ///
  /// What the array does and how often weights are read only grow with the number of strips; `array` is
  /// what it does with larger ones. What may not stay with any strip is read again and again.
  func floor(
    from place: Place, _ stays: Stays, after array: MappingBound.ArrayWork?
  ) -> MappingRank {
    let tile = tile(place)
    var least = MappingBound.ArrayWork()
    if bounds.stripsCover {
      let isFull = array != nil && bounds.isLeast(below: sizes.pixels[place.strip - 1])
      least = isFull ? array ?? least : wholeArray(place)
    }
    var whole = place
    whole.strip = 0
    let parts = MappingBound.Parts(
      input: bounds.stripsCover ? input(whole) : MappingBound.Loads(),
      weights: weights(place), stores: stores(whole), array: least)
    let blocks = quotient(nest.kernels, tile.kernels)
    let strips = quotient(nest.pixels, tile.pixels)
    let tiles = tiles(place)
    return orders(place).map { order in
      let estimate = bounds.floor(
        parts, sweeps: (
          input: nest.isDepthwise || stays.contains(.input, order) ? 1 : blocks,
          weights: stays.contains(.weights, order) ? 1 : strips
        ), tile)
      return rank(place, estimate, tiles: tiles)
    }.min() ?? .least
  }

  /// What the tiles of a place move and compute.
  func parts(_ place: Place) -> MappingBound.Parts {
    MappingBound.Parts(
      input: input(place), weights: weights(place), stores: stores(place),
      array: place.strip == 0
        ? wholeArray(place)
        : bounds.compute(tile(place), countsWork: objective.asksPrices))
  }

  /// The best rank that a mapping can have.
  func bound(of place: Place, _ parts: MappingBound.Parts) -> MappingRank {
    rank(
      place, bounds.estimate(mapping(place), strips(place.strip), parts), tiles: tiles(place))
  }

  /// A closer bound of a mapping; nil where there is none.
  func closerBound(of place: Place) -> MappingRank? {
    let (mapping, strips, parts) = (mapping(place), strips(place.strip), parts(place))
    guard let cycles = bounds.streamed(mapping, strips, parts) else { return nil }
    var estimate = bounds.estimate(mapping, strips, parts)
    guard cycles > estimate.cycles else { return nil }
    estimate.cycles = cycles
    return rank(place, estimate, tiles: tiles(place))
  }

  private func strips(_ strip: Int) -> MappingBound.Strips {
    let known = strips[strip] ?? bounds.strips(of: sizes.pixels[strip])
    strips[strip] = known
    return known
  }

  private func input(_ place: Place) -> MappingBound.Loads {
    let (own, count) =
      nest.isDepthwise
      ? (place.kernels, sizes.kernels.count) : (place.channels, sizes.channels.count)
    if inputs[place.strip].isEmpty {
      inputs[place.strip] = Array(repeating: nil, count: count)
    }
    let known =
      inputs[place.strip][own] ?? bounds.inputLoads(tile(place), strips(place.strip))
    inputs[place.strip][own] = known
    return known
  }

  private func stores(_ place: Place) -> MappingBound.Stores {
    if stores[place.strip].isEmpty {
      stores[place.strip] = Array(repeating: nil, count: sizes.kernels.count)
    }
    let known = stores[place.strip][place.kernels] ?? bounds.stores(tile(place))
    stores[place.strip][place.kernels] = known
    return known
  }

  private func weights(_ place: Place) -> MappingBound.Loads {
    let known = weights[cut(place)] ?? bounds.weightLoads(tile(place), sweeps: 1)
    weights[cut(place)] = known
    return known
  }

  private func wholeArray(_ place: Place) -> MappingBound.ArrayWork {
    var whole = place
    whole.strip = 0
    let known =
      arrays[cut(place)] ?? bounds.compute(tile(whole), countsWork: objective.asksPrices)
    arrays[cut(place)] = known
    return known
  }

  /// The rank of a mapping that takes and moves so much; nothing is known of energies where counts are
  /// bounds alone.
  private func rank(
    _ place: Place, _ estimate: MappingBound.Estimate, tiles: Int
  ) -> MappingRank {
    let (cycles, traffic, work) = (estimate.cycles, estimate.traffic, estimate.array.work)
    return objective.rank(
      cycles: cycles + request.overhead, moved: traffic.moved.count, tiles: tiles
    ) {
      if let prices { return prices.least(cycles: cycles, traffic, work) }
      return bounds.isExact ? energy(mapping(place), cycles: cycles, traffic, work) : 0
    }
  }

  private func energy(
    _ mapping: Mapping, cycles: Int, _ traffic: DRAMTraffic, _ work: ActionCounts
  ) -> Double {
    var timed = TimedMapping(mapping)
    timed.summary.total = cycles
    timed.traffic = traffic
    timed.work = work
    return request.energy(timed)
  }
}
