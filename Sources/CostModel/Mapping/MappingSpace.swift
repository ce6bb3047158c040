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
  private let objective: MappingObjective
  private let bounds: MappingBound
  /// The buffers that are to be filled.
  private let space: BufferSpace
  /// Prices of bounds; nil where they are not asked for, where counts are bounds alone, and where work is
  /// gated, whose counts are rounded.
  private let prices: MappingPrices?
  /// Bits of the input, each once.
  private let leastInput: Bits
  /// Input rows of a strip of each size at most.
  private let mostRows: [Int]
  private var strips: [MappingBound.Strips?]
  // What tiles of one size do is asked for both orders and everything that may stay.
  private var inputs: [Int: MappingBound.Loads] = [:]
  private var weights: [Int: MappingBound.Loads] = [:]
  private var stores: [Int: MappingBound.Stores] = [:]
  private var arrays: [Int: MappingBound.ArrayWork] = [:]
  private var largest: [Int: Int?] = [:]
  private var memory: MemoryModel { request.memory }

  /// A loop order with the sizes of blocks.
  struct Cut {
    let order: Mapping.Order
    let kernels: Int
    let channels: Int
    /// Their places in the lists of sizes.
    let places: (kernels: Int, channels: Int)
  }

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
    let (memory, nest) = (request.memory, task.nest)
    leastInput = bounds.leastInput
    mostRows = sizes.pixels.map { memory.mostInputRows(pixels: $0, in: nest) }
    strips = Array(repeating: nil, count: sizes.pixels.count)
    prices =
      objective.asksPrices && bounds.isExact && request.datapath.gating == nil
      ? MappingPrices(request, like: Mapping.whole(nest)) : nil
  }

  /// Every order and size of blocks.
  var cuts: [Cut] {
    Mapping.Order.allCases.flatMap { order in
      sizes.kernels.enumerated().flatMap { place, kernels in
        // One block of kernels has no order to choose.
        order == .kernelsOuter && kernels == nest.kernels
          ? []
          : sizes.channels.enumerated().map {
            Cut(
              order: order, kernels: kernels, channels: $1, places: (kernels: place, channels: $0))
          }
      }
    }
  }

  // MARK: Room

  /// The largest strip that a cut has room for, as a place in `sizes.pixels`.
  func largestStrip(of cut: Cut) -> Int? {
    let key = cut.places.kernels * sizes.channels.count + cut.places.channels
    if let known = largest[key] { return known }
    // Of whole rows larger strips need more, and so it is with the others.
    func first(_ places: [Int]) -> Int? {
      var (low, high) = (0, places.count)
      while low < high {
        let middle = (low + high) / 2
        if fits(cut, strip: places[middle]) { high = middle } else { low = middle + 1 }
      }
      return low < places.count ? places[low] : nil
    }
    let found: Int? =
      switch (first(sizes.rows), first(sizes.ragged)) {
      case (let row?, let other?): min(row, other)
      case (let row, let other): row ?? other
      }
    largest[key] = .some(found)
    return found
  }

  /// Whether weights may stay on chip with some strip.
  func mayKeepWeights(_ cut: Cut) -> Bool {
    let strip = sizes.pixels.count - 1
    let tile = tile(cut, strip)
    return traits.allows(tile, of: nest)
      && space.fits(demand(cut, tile, strip, keepsInput: false, keepsWeights: true))
  }

  private func fits(_ cut: Cut, strip: Int) -> Bool {
    let tile = tile(cut, strip)
    return traits.allows(tile, of: nest)
      && space.fits(demand(cut, tile, strip, keepsInput: false, keepsWeights: false))
  }

  /// The mappings of a cut with strips of one size, none where a tile has no room: everything that finds
  /// room stays on chip; where not all of it does, each that does.
  func mappings(of cut: Cut, strip: Int) -> [Mapping] {
    let tile = tile(cut, strip)
    guard traits.allows(tile, of: nest) else { return [] }
    let bare = demand(cut, tile, strip, keepsInput: false, keepsWeights: false)
    guard space.fits(bare) else { return [] }
    let kept = demand(cut, tile, strip, keepsInput: !nest.isDepthwise, keepsWeights: true)
    func mapping(_ keepsInput: Bool, _ keepsWeights: Bool) -> Mapping {
      Mapping(
        order: cut.order, tile: tile, keepsInput: keepsInput, keepsWeights: keepsWeights,
        images: nest.batch)
    }
    func fits(_ keepsInput: Bool, _ keepsWeights: Bool) -> Bool {
      var demand = bare
      if keepsInput { demand.input = kept.input }
      if keepsWeights { demand.weight = kept.weight }
      return space.fits(demand)
    }
    return nest.kept(fits).map(mapping)
  }

  private func tile(_ cut: Cut, _ strip: Int) -> Tile {
    Tile(pixels: sizes.pixels[strip], kernels: cut.kernels, channels: cut.channels)
  }

  private func demand(
    _ cut: Cut, _ tile: Tile, _ strip: Int, keepsInput: Bool, keepsWeights: Bool
  ) -> BufferSpace.Demand {
    memory.demand(
      of: nest, tile, order: cut.order, keepsInput: keepsInput, keepsWeights: keepsWeights,
      rows: (mostRows[strip], mostRows[0]))
  }

  // MARK: Bounds

  /// The best rank that any strip of a cut can have.
  func floor(of cut: Cut) -> MappingRank {
    guard nest.rows.stride <= nest.rows.span else { return .least }
    let mapping = Mapping(
      order: cut.order, tile: tile(cut, 0), keepsInput: true, keepsWeights: true,
      images: nest.batch)
    let estimate = estimate(of: mapping, cut, strip: 0)
    return rank(
      mapping, cycles: max(estimate.firstWeights + estimate.array.cycles, estimate.port),
      estimate.traffic, estimate.array.work, tiles: 0)
  }

  /// The best rank that a mapping of `estimate` can have.
  func bound(of mapping: Mapping, _ estimate: MappingBound.Estimate) -> MappingRank {
    rank(
      mapping, cycles: estimate.cycles, estimate.traffic, estimate.array.work,
      tiles: Int(CostBound.tiles(of: nest, mapping)) * (request.batch / nest.batch))
  }

  /// The best rank that a mapping of `estimate` can have with smaller strips.
  ///
  /// What the array does and how often weights are read only grow with the number of strips; input may be
  /// read less often, and weights once where they may stay.
  func floor(
    of mapping: Mapping, _ estimate: MappingBound.Estimate, _ cut: Cut, strip: Int,
    mayKeepWeights: Bool
  ) -> MappingRank {
    let once =
      mayKeepWeights && !mapping.keepsWeights ? knownStrips(of: strip).count : 1
    let array =
      switch bounds.least(below: mapping.tile) {
      case .same: estimate.array
      case .whole: array(cut, strip: 0)
      case .unknown: MappingBound.ArrayWork()
      }
    var traffic = estimate.traffic
    traffic[.weightRead] = Bits(traffic[.weightRead].count / once)
    traffic[.inputRead] = min(leastInput, traffic[.inputRead])
    traffic[.inputDecoded] = .zero
    return rank(
      mapping, cycles: max(array.cycles, estimate.weightCycles / once), traffic, array.work,
      tiles: 0)
  }

  private func knownStrips(of strip: Int) -> MappingBound.Strips {
    let known = strips[strip] ?? bounds.strips(of: sizes.pixels[strip])
    strips[strip] = known
    return known
  }

  private func array(_ cut: Cut, strip: Int) -> MappingBound.ArrayWork {
    let key =
      (strip * sizes.kernels.count + cut.places.kernels) * sizes.channels.count
      + cut.places.channels
    return Self.known(&arrays, key) {
      bounds.compute(tile(cut, strip), countsWork: objective.asksPrices)
    }
  }

  private static func known<Value>(
    _ values: inout [Int: Value], _ key: Int, _ make: () -> Value
  ) -> Value {
    if let known = values[key] { return known }
    let value = make()
    values[key] = value
    return value
  }

  /// What a mapping takes and moves at least.
  func estimate(of mapping: Mapping, _ cut: Cut, strip: Int) -> MappingBound.Estimate {
    let (strips, tile) = (knownStrips(of: strip), mapping.tile)
    let (kernels, channels) = (sizes.kernels.count, sizes.channels.count)
    let parts = MappingBound.Parts(
      input: Self.known(
        &inputs,
        nest.isDepthwise
          ? strip * kernels + cut.places.kernels : strip * channels + cut.places.channels
      ) { bounds.inputLoads(tile, strips) },
      weights: Self.known(&weights, cut.places.kernels * channels + cut.places.channels) {
        bounds.weightLoads(tile, sweeps: 1)
      },
      stores: Self.known(&stores, strip * kernels + cut.places.kernels) { bounds.stores(tile) },
      array: array(cut, strip: strip))
    return bounds.estimate(mapping, strips, parts)
  }

  /// The rank of a mapping that takes and moves so much; nothing is known of energies where counts are
  /// bounds alone.
  private func rank(
    _ mapping: Mapping, cycles: Int, _ traffic: DRAMTraffic, _ work: ActionCounts, tiles: Int
  ) -> MappingRank {
    objective.rank(cycles: cycles + request.overhead, moved: traffic.moved.count, tiles: tiles) {
      if let prices { return prices.least(cycles: cycles, traffic, work) }
      return bounds.isExact ? energy(mapping, cycles: cycles, traffic, work) : 0
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

extension LoopNest {
  /// What stays on chip of a tile that has room, input and weights: all that `fits`, or each that does.
  ///
  /// Kernels of a depthwise layer have no input in common.
  func kept(_ fits: (Bool, Bool) -> Bool) -> [(input: Bool, weights: Bool)] {
    let (input, weights) = (!isDepthwise && fits(true, false), fits(false, true))
    if input, weights, fits(true, true) { return [(true, true)] }
    if input || weights {
      return (input ? [(true, false)] : []) + (weights ? [(false, true)] : [])
    }
    return [(false, false)]
  }
}
