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
    return LayerPlan(best?.timed, fewestTiles: fewestTiles, shortage: shortage)
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
    let estimate = space.estimate(of: mapping, strip: strip, objective)
    let bound = space.bound(of: mapping, estimate, objective)
    guard let best, prunes else {
      open.append(Open(bound: bound, mapping: mapping))
      return true
    }
    guard bound < best.rank else {
      return space.floor(
        of: mapping, estimate, strip: strip, objective, mayKeepWeights: mayKeepWeights)
        < best.rank
    }
    // What holds of smaller strips is no more than that.
    open.append(Open(bound: bound, mapping: mapping))
    return true
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
