internal import Architectures
internal import Networks
internal import Units
internal import WeightAnalysis

/// A layer that a core runs tile by tile of rows, beside others on other cores.
struct PipelineStage {
  let layer: Layer
  let weights: QuantizedTensor?
  /// What it moves of maps for one image, beside what other cores send and take; nil where that is its
  /// own input and output.
  let moves: MapMoves?
}

/// Consecutive layers on as many cores, the first one beside the memory: what they take together.
///
/// Each layer is cut into tiles of rows of its output, each a layer of its own on its core; the tiles of
/// one image follow those of another. Weights stay in a core's buffer where all of them have room in
/// it, else each tile fetches them. All but the last layer send their rows to the next core, at the rate
/// of the link of results or of the network where that is lower, while they compute them; a core finds
/// the rows that it takes in its memory for maps. What all cores together move to and from DRAM, and
/// what crosses the busiest link, are lower bounds like those of a layer that is divided.
struct PipelinedLayers {
  /// Tiles of one shape.
  struct Kind {
    let part: LayerSplit.Part
    let timed: TimedMapping
    let format: WeightFormat?
    var count: Int
  }

  let stages: [PipelineStage]
  /// Tiles of rows of an image, of each layer.
  let tiles: [Int]
  /// What each layer's tiles take.
  let kinds: [[Kind]]
  /// Cycles in which each core works.
  let busy: [Int]
  /// Cycles from the first transfer to the last.
  private(set) var total: Int
  private(set) var limit = CoreUse.Limit.core
  /// Bytes over all links that each layer's transfers cross.
  private(set) var linkBytes: [Int]
  private(set) var busiest = Bits.zero
  private(set) var dramCycles = (read: 0, write: 0)

  /// Cuts layers into up to `tiles` tiles each; nil where rows have no room, a tile cannot be carried
  /// out, or there would be too many.
  init?(
    _ stages: [PipelineStage], tiles most: Int, batch: Int, room: Bytes, on cores: CoreSystem,
    _ near: LayerCostModel, memo: inout LayerMemo
  ) {
    self.stages = stages
    tiles = stages.map { min($0.layer.outputRows, most) }
    var (plans, kinds): ([[PipelineSchedule.Tile]], [[Kind]]) = ([], [])
    var bound = 0.0
    for stage in stages.indices {
      let cutting = Cutting(stages, tiles, stage)
      guard
        let done = Self.timed(cutting, batch: batch, on: cores, near, memo: &memo)
      else { return nil }
      // Cycles and bits of all cores add up.
      bound += done.bound
      guard bound <= CostBound.limit else { return nil }
      plans.append(done.tiles)
      kinds.append(done.kinds)
    }
    self.kinds = kinds
    busy = plans.map { $0.reduce(0) { $0 + $1.cycles } }
    let network = cores.network
    let ways = stages.indices.dropLast().map {
      network.route(from: $0, to: $0 + 1).count * network.hop
    }
    guard let schedule = PipelineSchedule(plans, ways: ways, room: room.count),
      let end = schedule.ends.last?.last
    else { return nil }
    total = end + network.latency(to: stages.count - 1)
    linkBytes = []
    share(network, near.memory)
  }

  /// How one of the layers is cut, and what its tiles need of the one before.
  private struct Cutting {
    let stage: PipelineStage
    let isFirst: Bool
    let isLast: Bool
    let place: Int
    let ranges: [Range<Int>]
    /// The tiles of the core before.
    let before: [Range<Int>]

    init(_ stages: [PipelineStage], _ tiles: [Int], _ place: Int) {
      stage = stages[place]
      self.place = place
      (isFirst, isLast) = (place == 0, place == stages.count - 1)
      ranges = LayerSplit.ranges(stage.layer.outputRows, tiles[place])
      before =
        isFirst ? [] : LayerSplit.ranges(stages[place - 1].layer.outputRows, tiles[place - 1])
    }

    /// Tiles before that have to be there for the tile, and those that no tile from it on needs.
    func needs(_ tile: Int) -> (needs: Int, released: Int)? {
      guard !isFirst else { return (0, 0) }
      guard let rows = stage.layer.rows.elements(under: ranges[tile]) else { return nil }
      let released = before.count { $0.upperBound <= rows.lowerBound }
      // The last tile of an image takes all rows that are left.
      guard tile + 1 < ranges.count else { return (before.count, released) }
      let needs = before.firstIndex { $0.upperBound > rows.upperBound }
      return needs.map { ($0 + 1, released) }
    }

    /// What a tile is to a core; rows that other cores send or take are no transfer of maps from DRAM.
    func part(_ range: Range<Int>) -> LayerSplit.Part? {
      guard let own = stage.layer.part(.pixels, range) else { return nil }
      let whole =
        stage.moves ?? MapMoves(.array(stage.layer), holdsInput: false, keepsOutput: false)
      guard
        let moved = whole.part(
          .pixels, range, stage.layer.outputRows, hasGroups: stage.layer.groups > 1)
      else { return nil }
      guard !isFirst else {
        return LayerSplit.Part(layer: own, batch: 1, moves: moved, range: range)
      }
      return LayerSplit.Part(
        layer: own, batch: 1,
        moves: MapMoves(
          input: MapMoves.Amount(inside: moved.input.all), taken: moved.taken,
          factors: moved.factors, terms: moved.terms, result: moved.result, vectors: moved.vectors),
        range: range)
    }
  }

  /// The most tiles of a layer, of all images.
  private static let mostTiles = 1 << 14

  private static func timed(
    _ cutting: Cutting, batch: Int, on cores: CoreSystem, _ near: LayerCostModel,
    memo: inout LayerMemo
  ) -> (tiles: [PipelineSchedule.Tile], kinds: [Kind], bound: Double)? {
    let count = cutting.ranges.count
    guard Double(count) * Double(batch) <= Double(mostTiles) else { return nil }
    // A core that sends rows is no faster than the network (assumed).
    let model = cutting.isFirst && cutting.isLast ? near : cores.far ?? near
    let layer = cutting.stage.layer
    let held = model.heldWeights(layer, cutting.stage.weights)
    var (tiles, kinds): ([PipelineSchedule.Tile], [Kind]) = ([], [])
    var bound = 0.0
    func kind(_ tile: Int, holding weights: Bytes) -> Kind? {
      guard let part = cutting.part(cutting.ranges[tile]) else { return nil }
      let (own, images) = LayerCostModel.lowered(part.layer, part.batch)
      let bare = model.bare(own, model.format(of: own, nil), images: images)
      bound += model.bound(own, bare, part.moves) * Double(batch) * Double(2 + cutting.place)
      guard bound <= CostBound.limit,
        case .feasible(var timed, let format, _) = model.timing(
          of: part.layer, weights: cutting.stage.weights,
          placement: OperationPlacement(weights: weights, moves: part.moves), batch: 1,
          memo: &memo)
      else { return nil }
      // Weights that stay are in the core's own buffer.
      timed.traffic[.weightFromPersistent] = .zero
      return Kind(part: part, timed: timed, format: format, count: 0)
    }
    guard var first = kind(0, holding: .zero) else { return nil }
    first.count = 1
    for tile in 0..<count {
      guard let own = kind(tile, holding: held) else { return nil }
      kinds.append(own)
    }
    for image in 0..<batch {
      for tile in 0..<count {
        guard let (needs, _) = cutting.needs(tile) else { return nil }
        let next = tile + 1 < count ? cutting.needs(tile + 1)?.released : cutting.before.count
        let isFetching = image == 0 && tile == 0
        if !isFetching { kinds[tile].count += 1 }
        let timed = isFetching ? first.timed : kinds[tile].timed
        let base = image * cutting.before.count
        tiles.append(
          PipelineSchedule.Tile(
            cycles: timed.summary.total, needs: cutting.isFirst ? 0 : base + needs,
            releases: base + (next ?? 0),
            bytes: cutting.isLast ? 0 : Bytes(holding: timed.traffic[.outputWrite]).count))
      }
    }
    return (tiles, [first] + kinds, bound)
  }

  /// The bits that a layer's tiles move, all together.
  func moved(_ stage: Int) -> CoreTransfers {
    kinds[stage].reduce(into: CoreTransfers()) { sum, kind in
      let traffic = kind.timed.traffic
      sum.input = sum.input + traffic[.inputRead] * kind.count
      sum.weight = sum.weight + traffic[.weightRead] * kind.count
      sum.output = sum.output + traffic[.outputWrite] * kind.count
    }
  }

  /// Puts all transfers on links and ports.
  private mutating func share(_ network: CoreNetwork, _ memory: MemoryModel) {
    var loads = LinkLoads()
    var dram = CoreTransfers()
    for stage in stages.indices {
      let moved = moved(stage)
      let isLast = stage == stages.count - 1
      let way = network.route(from: 0, to: stage)
      var crossed = loads.add(moved.input + moved.weight, over: way)
      crossed += loads.add(
        moved.output, over: network.route(from: stage, to: isLast ? 0 : stage + 1))
      linkBytes.append(crossed)
      dram.input = dram.input + moved.input
      dram.weight = dram.weight + moved.weight
      if isLast { dram.output = moved.output }
    }
    busiest = loads.busiest
    dramCycles = memory.cycles(of: dram)
    let shared = memory.portCycles(dramCycles)
    let link = network.rate.cycles(for: busiest).count
    guard max(shared, link) > total else { return }
    limit = shared >= link ? .dram : .network
    total = max(shared, link)
  }
}

extension LayerCostModel {
  /// Bytes of a layer's weights that stay in the buffer of a core: all of them where they have room, or
  /// none.
  func heldWeights(_ layer: Layer, _ weights: QuantizedTensor?) -> Bytes {
    let bits = format(of: weights, groups: layer.groups).bits(
      weights: layer.weights, kernels: layer.kernels)
    return bits <= memory.weight.tile ? Bytes(holding: bits) : .zero
  }
}
