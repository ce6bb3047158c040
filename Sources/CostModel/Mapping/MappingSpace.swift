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
    guard nest.rows.stride <= nest.rows.span else { return .least }
    let mapping = Mapping(
      order: cut.order,
      tile: Tile(pixels: nest.pixels, kernels: cut.kernels, channels: cut.channels),
      keepsInput: true, keepsWeights: true, images: nest.batch)
    let estimate = estimate(of: mapping, strip: 0, objective)
    return rank(
      objective, mapping,
      cycles: max(estimate.firstWeights + estimate.array.cycles, estimate.port),
      estimate.traffic, estimate.array.work, tiles: 0)
  }

  /// The best rank that a mapping of `estimate` can have.
  func bound(
    of mapping: Mapping, _ estimate: MappingBound.Estimate, _ objective: MappingObjective
  ) -> MappingRank {
    rank(
      objective, mapping, cycles: estimate.cycles, estimate.traffic, estimate.array.work,
      tiles: Int(CostBound.tiles(of: nest, mapping)) * (request.batch / nest.batch))
  }

  /// The best rank that a mapping of `estimate` can have with smaller strips.
  ///
  /// What the array does and how often weights are read only grow with the number of strips; input may be
  /// read less often, and weights once where they may stay.
  func floor(
    of mapping: Mapping, _ estimate: MappingBound.Estimate, strip: Int,
    _ objective: MappingObjective, mayKeepWeights: Bool
  ) -> MappingRank {
    let once =
      mayKeepWeights && !mapping.keepsWeights ? knownStrips(of: strip).count : 1
    let array = bounds.least(mapping.tile, estimate, countsWork: objective.asksPrices)
    var traffic = estimate.traffic
    traffic[.weightRead] = Bits(traffic[.weightRead].count / once)
    traffic[.inputRead] = min(leastInput, traffic[.inputRead])
    traffic[.inputDecoded] = .zero
    return rank(
      objective, mapping, cycles: max(array.cycles, estimate.weightCycles / once), traffic,
      array.work, tiles: 0)
  }

  private func knownStrips(of strip: Int) -> MappingBound.Strips {
    let known = strips[strip] ?? bounds.strips(of: sizes.pixels[strip])
    strips[strip] = known
    return known
  }

  /// What a mapping takes and moves at least.
  func estimate(
    of mapping: Mapping, strip: Int, _ objective: MappingObjective
  ) -> MappingBound.Estimate {
    bounds.estimate(mapping, knownStrips(of: strip), countsWork: objective.asksPrices)
  }

  /// The rank of a mapping that takes and moves so much; nothing is known of energies where counts are
  /// bounds alone.
  private func rank(
    _ objective: MappingObjective, _ mapping: Mapping, cycles: Int, _ traffic: DRAMTraffic,
    _ work: ActionCounts, tiles: Int
  ) -> MappingRank {
    objective.rank(cycles: cycles + request.overhead, moved: traffic.moved.count, tiles: tiles) {
      guard bounds.isExact else { return 0 }
      var timed = TimedMapping(mapping)
      timed.summary.total = cycles
      timed.traffic = traffic
      timed.work = work
      return request.energy(timed)
    }
  }
}
