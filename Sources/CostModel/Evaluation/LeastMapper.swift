internal import Architectures
internal import Components
internal import Networks
internal import Units

/// No mapping, but what no mapping of a search goes below.
///
/// A layer priced by it takes no more cycles, bytes and energy than under any mapping of `MappingSearch`:
/// its cycles are the least of what bounds say of blocks of any size, or, closer and for the time of a search, those of
/// the best mapping in endless buffers, since more room never costs a cycle; it moves every operand once; and of what
/// the array does with blocks of one size and the whole map as one strip, which is the
/// least that it does with such blocks, it has what costs least. Prices are at least zero, and what is rounded is
/// rounded up. Buffers have no part in it but by their prices, so designs that differ in nothing else share it.
struct LeastMapper: LayerMapper {
  /// No parameters.
  struct Spec: Codable, Hashable, Sendable {}

  /// No file can name it.
  static let kind = "least"
  static let summary = "a bound of all mappings"

  /// Whether cycles are those of a search in endless buffers.
  let isClose: Bool

  init(_ spec: Spec) { isClose = false }
  init(isClose: Bool) { self.isClose = isClose }

  /// Parts of granules are tried too, as by the search.
  var cutsGranules: Bool { true }

  func plan(_ request: MappingRequest) -> LayerPlan {
    // What of weights on chip is read there and not in a buffer may cost less or more, and so may codes.
    guard request.placement.weights == .zero, request.task(1, nil).nest.weightCode == nil else {
      return .refused("weights are on chip, or coded")
    }
    var least = request.known?.least { bounds(of: request) } ?? bounds(of: request)
    if isClose {
      guard case .mapped(let best) = SearchMapper(.latency).planInEndlessBuffers(request) else {
        return .refused("no mapping is known in endless buffers")
      }
      for place in least.indices { least[place].total = best.summary.total }
    }
    return plan(least, request)
  }

  /// What costs least; of none there is no mapping in endless buffers.
  private func plan(_ bounds: [TimedMapping], _ request: MappingRequest) -> LayerPlan {
    let priced = bounds.map { (bound: $0, energy: request.energy($0)) }
    guard let least = priced.min(by: { $0.energy < $1.energy }) else {
      return .refused("no bound is known")
    }
    return .mapped(least.bound)
  }

  /// Equal but for what the array does.
  private func bounds(of request: MappingRequest) -> [TimedMapping] {
    var least: MappingBound.Estimate?
    var works: [ActionCounts] = []
    for images in request.batch == 1 ? [1] : [request.batch, 1] {
      let space = MappingSpace(
        request, request.task(images, nil), .energy, in: request.memory.space)
      for estimate in space.estimates {
        least?.take(estimate)
        least = least ?? estimate
        works.removeAll { estimate.array.work.isNoMore(than: $0) }
        if !works.contains(where: { $0.isNoMore(than: estimate.array.work) }) {
          works.append(estimate.array.work)
        }
      }
    }
    guard let least else { return [] }
    var timed = TimedMapping(Mapping.whole(request.task(request.batch, nil).nest))
    timed.total = least.cycles
    timed.arrayCycles = least.array.cycles
    timed.traffic = least.traffic
    if let moves = request.placement.moves {
      timed.maps[.terms] = request.memory.transfers.precision.input * moves.terms.all
      timed.maps[.inputFilled] = least.traffic[.inputDecoded]
    }
    return works.map {
      timed.work = $0
      return timed
    }
  }
}

extension MappingSpace {
  /// What mappings with blocks of each size take and move at least.
  fileprivate var estimates: [MappingBound.Estimate] {
    sizes.kernels.indices.flatMap { kernels in
      sizes.channels.indices.map { estimate(blocks(kernels: kernels, channels: $0)) }
    }
  }
}

extension TimedMapping {
  /// Cycles in all, which no part of the pipeline is said to have spent but the array.
  fileprivate var total: Int {
    get { summary.total }
    set {
      summary.total = newValue
      summary.spent[.compute] = newValue
    }
  }
}

extension MappingBound.Estimate {
  /// Becomes the lesser of every count, but for what the array does.
  fileprivate mutating func take(_ other: Self) {
    cycles = min(cycles, other.cycles)
    array.cycles = min(array.cycles, other.array.cycles)
    for kind in DRAMTraffic.Kind.allCases {
      traffic[kind] = min(traffic[kind], other.traffic[kind])
    }
  }
}

extension ActionCounts {
  /// Whether no count is larger than that of `other`.
  fileprivate func isNoMore(than other: ActionCounts) -> Bool {
    Action.allCases.allSatisfy { self[$0] <= other[$0] }
  }
}

extension Design {
  /// This design with every layer cut by `largest`.
  public var withLargestTiles: Design { cut(by: LargestTileMapper(), LargestTileMapper.kind) }

  /// This design as it would be if each count of a layer could be the least that any mapping of its search has:
  /// what a network costs on it is a bound of what it costs here.
  ///
  /// Nil where `search` is not the rule, or where no bound is known: on several cores, with memories between DRAM
  /// and the buffers, and for arrays that need a layout of their own.
  ///
  /// With `isClose`, cycles are bounded by a search in endless buffers.
  public func withLeastCounts(isClose: Bool) -> Design? {
    guard mapper is SearchMapper, architecture.spec.cores == nil,
      architecture.spec.memory.levels.isEmpty, !datapath.needsLayout
    else { return nil }
    return cut(by: LeastMapper(isClose: isClose), LeastMapper.kind + (isClose ? ", close" : ""))
  }
}
