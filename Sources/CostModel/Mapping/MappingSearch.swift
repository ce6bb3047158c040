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
  /// What the search has looked at.
  private(set) var effort = Effort()

  /// Mappings whose bounds were worked out, and those that were timed: what a search costs on any machine.
  struct Effort: Equatable {
    var bounded = 0
    var timed = 0
  }

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

  /// A cut with what both rounds ask of it.
  private struct Strips {
    let cut: MappingSpace.Cut
    /// The largest strip that has room.
    let first: Int
    let keepsWeights: Bool
    let floor: MappingRank
  }

  private mutating func search(_ task: LayerTask) {
    let space = MappingSpace(request, task, objective, in: buffers)
    var open: [Open] = []
    // The largest strips first: what they take tells most of the rest apart.
    var left: [Strips] = []
    for cut in space.cuts {
      let floor = space.floor(of: cut)
      if let best, prunes, floor >= best.rank { continue }
      guard let first = space.largestStrip(of: cut) else { continue }
      let strips = Strips(
        cut: cut, first: first, keepsWeights: space.mayKeepWeights(cut), floor: floor)
      for mapping in space.mappings(of: cut, strip: first) {
        offer(mapping, strips, first, space, to: &open)
      }
      left.append(strips)
    }
    time(&open, task)
    for strips in left {
      if let best, prunes, strips.floor >= best.rank { continue }
      for strip in strips.first..<space.sizes.pixels.count {
        let mappings = space.mappings(of: strips.cut, strip: strip)
        if mappings.isEmpty { continue }
        var isOpen = false
        for mapping in mappings
        where offer(mapping, strips, strip, space, to: &open, isTimed: strip == strips.first) {
          isOpen = true
        }
        if !isOpen { break }
      }
    }
    time(&open, task)
  }

  /// Keeps a mapping that may be the best, unless it has been timed; gives whether smaller strips may be,
  /// too.
  @discardableResult
  private mutating func offer(
    _ mapping: Mapping, _ strips: Strips, _ strip: Int, _ space: MappingSpace,
    to open: inout [Open], isTimed: Bool = false
  ) -> Bool {
    let tiles =
      CostBound.tiles(of: space.nest, mapping) * Double(request.batch / mapping.images)
    fewestTiles = min(fewestTiles, tiles)
    guard tiles <= Double(tileLimit) else { return false }
    effort.bounded += 1
    let estimate = space.estimate(of: mapping, strips.cut, strip: strip)
    let bound = space.bound(of: mapping, estimate)
    guard let best, prunes, bound >= best.rank else {
      if !isTimed { open.append(Open(bound: bound, mapping: mapping)) }
      return true
    }
    // What holds of smaller strips is no more than that.
    return space.floor(
      of: mapping, estimate, strips.cut, strip: strip, mayKeepWeights: strips.keepsWeights)
      < best.rank
  }

  /// Times what is open until nothing that is left can be better.
  private mutating func time(_ open: inout [Open], _ task: LayerTask) {
    for index in open.indices.sorted(by: { (open[$0].bound, $0) < (open[$1].bound, $1) }) {
      if let best, prunes, open[index].bound >= best.rank { break }
      effort.timed += 1
      let timed = request.time(task, open[index].mapping)
      let rank = objective.rank(
        cycles: timed.summary.total + request.overhead, moved: timed.traffic.moved.count,
        tiles: open[index].bound.tiles, energy: { request.energy(timed) })
      if best.map({ rank < $0.rank }) ?? true { best = (rank, timed) }
    }
    open.removeAll(keepingCapacity: true)
  }
}
