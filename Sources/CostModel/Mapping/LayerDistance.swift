internal import Networks
public import Units
public import WeightAnalysis

/// How far a layer is from what its design allows.
public struct LayerDistance: Sendable {
  /// What a layer cannot be faster than.
  public enum Limit: String, CaseIterable, Sendable {
    /// The lanes of the array, all of them always at work.
    case array
    /// The link of the input.
    case input
    /// The link of the weights.
    case weights
    /// The port of reads: input and weights, which follow one another.
    case read
    /// The link of the results.
    case output
    /// The one port that all links share.
    case port
    /// The buffers: with endless ones the layer would be faster.
    case capacity
  }

  /// What the layer would take with one buffer twice as large.
  public struct Growth: Sendable {
    /// The buffer.
    public let buffer: String
    /// Its size, and what would be added.
    public let size: Bytes
    /// Cycles of the best mapping then.
    public let cycles: Cycles
  }

  /// Cycles that each limit alone asks for, in the order of `Limit`; every operand is moved once.
  public let least: [(limit: Limit, cycles: Cycles)]
  /// Bytes from and to DRAM with every operand moved once.
  public let leastBytes: Bytes
  /// Cycles and bytes of the fastest mapping that the search finds.
  public let best: (cycles: Cycles, bytes: Bytes)
  /// Cycles of the fastest mapping with endless buffers; nil where the array lays layers out itself.
  public let unlimited: Cycles?
  /// The same with one of the buffers twice as large.
  public let growths: [Growth]

  /// Cycles that no mapping goes below.
  public var bound: Cycles { least.map(\.cycles).max() ?? .zero }

  /// What holds the best mapping: the buffers where endless ones would save a hundredth of its time (assumed),
  /// else the limit with the most cycles.
  public var limit: Limit {
    if let unlimited, best.cycles.count - unlimited.count > best.cycles.count / 100 {
      return .capacity
    }
    return Limit.most(of: least.map { ($0.limit, $0.cycles.count) }).limit
  }
}

extension LevelSearch.Room {
  /// A memory, by its place among the levels or the buffers.
  enum Memory {
    case level(Int)
    case buffer(Int)
  }

  /// Every memory with its name and size, the levels first.
  var grown: [(memory: Memory, name: String, size: Bits)] {
    levels.enumerated().map { (.level($0), $1.pool.name, $1.pool.size) }
      + buffers.pools.enumerated().map { (.buffer($0), $1.name, $1.size) }
  }

  /// The same with one memory of another size.
  func with(_ memory: Memory, of size: Bits) -> LevelSearch.Room {
    var room = self
    switch memory {
    case .level(let place): room.levels[place] = room.levels[place].resized(to: size)
    case .buffer(let place): room.buffers = room.buffers.resized(place, to: size)
    }
    return room
  }
}

extension LayerCostModel {
  /// The fastest mapping with memories of these sizes, or the best by another objective.
  static func plan(
    _ request: MappingRequest, _ objective: MappingObjective = .latency, in room: LevelSearch.Room
  ) -> LayerPlan {
    guard room.levels.isEmpty else {
      var search = LevelSearch(request, objective, in: room)
      search.searchAll()
      return search.plan
    }
    var search = MappingSearch(request, objective, in: room.buffers)
    return search.plan()
  }

  /// How far a layer is from what the design allows; nil where no mapping has room.
  func distance(
    of whole: Layer, weights: QuantizedTensor?, placement: OperationPlacement, batch images: Int
  ) -> LayerDistance? {
    if let own = attention(whole) {
      return own.distance(of: whole, weights: weights, placement: placement, batch: images)
    }
    let (layer, batch) = Self.lowered(whole, images)
    let format = format(of: layer, weights)
    let bare = bare(layer, format, images: batch)
    let request = request(of: layer, weights, format, placement, batch, bare, known: nil)
    let fixed = overhead.cycles(of: layer)
    func search(_ room: LevelSearch.Room) -> TimedMapping? {
      guard case .mapped(let timed) = Self.plan(request, in: room) else { return nil }
      return timed
    }
    let room = LevelSearch.Room(memory)
    let best: TimedMapping?
    if design.datapath.needsLayout {
      guard case .mapped(let timed) = design.mapper.plan(request) else { return nil }
      best = timed
    } else {
      best = search(room)
    }
    guard let best else { return nil }
    let least = least(request, best.mapping, best.work[.laneOperations])
    var growths: [LayerDistance.Growth] = []
    var unlimited: Cycles?
    if !design.datapath.needsLayout {
      var endless = room
      for grown in room.grown {
        endless = endless.with(grown.memory, of: BufferSpace.endless)
        let timed = search(room.with(grown.memory, of: grown.size * 2)) ?? best
        growths.append(
          LayerDistance.Growth(
            buffer: grown.name, size: Bytes(holding: grown.size), cycles: timed.cycles + fixed))
      }
      unlimited = search(endless).map { $0.cycles + fixed }
    }
    return LayerDistance(
      least: least.cycles.map { ($0.limit, Cycles($0.cycles) + fixed) },
      leastBytes: Bytes(holding: min(least.bits.sum, best.traffic.moved)),
      best: (best.cycles + fixed, Bytes(holding: best.traffic.moved)), unlimited: unlimited,
      growths: growths)
  }
}

extension Evaluator {
  /// How far every layer of `cost` is from what the design allows, in its order; nil for work of the vector
  /// unit.
  public func distances(
    of cost: NetworkCost, weights: [String: QuantizedTensor] = [:]
  ) -> [LayerDistance?] {
    var known: [Question: LayerDistance] = [:]
    return cost.entries.indices.map { place in
      guard let layer = cost.entries[place].layer else { return nil }
      let tensor = weights[layer.name]
      let placed = placement(of: place, tensor, in: cost)
      let question = Question(
        shape: layer.shape, placement: placed, name: tensor == nil ? "" : layer.name)
      if let distance = known[question] { return distance }
      let distance = model.distance(
        of: layer, weights: tensor, placement: placed, batch: cost.batch)
      known[question] = distance
      return distance
    }
  }

  private struct Question: Hashable {
    let shape: Layer
    let placement: OperationPlacement
    /// Quantized layers differ by their values.
    let name: String
  }
}
