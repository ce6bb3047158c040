internal import Architectures
internal import HeapModule
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
/// The search is exact: best first, by branch and bound. Sets of mappings, those of one size of blocks, then
/// of these with strips from some size down, stand in a heap by what they can be at best; the first one is
/// taken apart until it is one mapping, which is timed. What is left when the first one of the heap is no better
/// than the best that was timed cannot be better. Of equal mappings the first one of the space is taken,
/// whatever the order in which they are timed: see `MappingSpace.Place`.
struct MappingSearch {
  private let request: MappingRequest
  private let objective: MappingObjective
  private let buffers: BufferSpace
  private var best: (rank: MappingRank, timed: TimedMapping)?
  /// The place of the best among the mappings of so many images; -1 where it has another number of them.
  private var bestPlace = -1
  private var fewestTiles = Double.infinity
  private var shortage: ArrayShortage?
  private var tileLimit = 0
  /// What the search has looked at.
  private(set) var effort = Effort()

  /// Bounds that were worked out, of sets and of mappings, and mappings that were timed: what a search costs
  /// on any machine.
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
      bestPlace = -1
      search(task)
      if best == nil, fewestTiles == .infinity, shortage == nil {
        shortage = request.memory.shortage(of: task.nest, task.traits.unit)
      }
    }
  }

  // MARK: The order of the search

  /// A set of mappings, and the best that they can be.
  private struct Node: Comparable {
    enum Kind {
      /// All of one size of blocks.
      case cut
      /// Of these all with strips from some size down.
      case strips
      /// One mapping, by its first bound, or by a closer one.
      case mapping, closer
    }

    let rank: MappingRank
    /// The place of the first of them.
    let place: Int
    let kind: Kind
    /// What may stay on chip, where it is asked for.
    var stays = MappingSpace.Stays()

    static func < (left: Node, right: Node) -> Bool {
      (left.rank, left.place) < (right.rank, right.place)
    }
    static func == (left: Node, right: Node) -> Bool {
      left.rank == right.rank && left.place == right.place
    }
  }

  /// Whether what has this rank at best, from `place` on, may be better than the best.
  private func isOpen(_ rank: MappingRank, _ place: Int) -> Bool {
    guard let best, prunes else { return true }
    return (rank, place) < (best.rank, bestPlace)
  }

  private mutating func search(_ task: LayerTask) {
    let space = MappingSpace(request, task, objective, in: buffers)
    var nodes: [Node] = []
    for kernels in space.sizes.kernels.indices {
      for channels in space.sizes.channels.indices {
        let place = MappingSpace.Place(kernels: kernels, channels: channels)
        effort.bounded += 1
        nodes.append(
          Node(rank: space.floor(of: place), place: space.number(of: place), kind: .cut))
      }
    }
    var open = Heap(nodes)
    while let node = open.popMin(), isOpen(node.rank, node.place) {
      var place = space.place(node.place)
      switch node.kind {
      case .cut:
        guard let strip = space.largestStrip(of: place) else { continue }
        place.strip = strip
        add(place, space.stays(place), after: nil, space, to: &open)
      case .strips: expand(place, node.stays, node.rank, space, to: &open)
      case .mapping:
        effort.bounded += 1
        if prunes, let rank = space.closerBound(of: place), rank > node.rank {
          add(Node(rank: rank, place: node.place, kind: .closer), to: &open)
        } else {
          time(place, space, task)
        }
      case .closer: time(place, space, task)
      }
    }
  }

  private func add(_ node: Node, to open: inout Heap<Node>) {
    if isOpen(node.rank, node.place) { open.insert(node) }
  }

  /// Adds all strips from that of `place` down; `array` is what the array does with those before.
  private mutating func add(
    _ place: MappingSpace.Place, _ stays: MappingSpace.Stays, after array: MappingBound.ArrayWork?,
    _ space: MappingSpace, to open: inout Heap<Node>
  ) {
    effort.bounded += 1
    let rank = space.floor(from: place, stays, after: array)
    add(
      Node(rank: rank, place: space.number(of: place), kind: .strips, stays: stays), to: &open)
  }

  /// Takes the mappings with strips of one size out of those with smaller ones, too.
  private mutating func expand(
    _ place: MappingSpace.Place, _ stays: MappingSpace.Stays, _ floor: MappingRank,
    _ space: MappingSpace, to open: inout Heap<Node>
  ) {
    var array: MappingBound.ArrayWork?
    if space.fits(place) {
      let tiles = space.tiles(place)
      fewestTiles = min(fewestTiles, Double(tiles))
      // Smaller strips make more tiles.
      guard tiles <= tileLimit else { return }
      let parts = space.parts(place)
      array = parts.array
      for own in space.mappings(place) {
        effort.bounded += 1
        add(
          Node(
            rank: max(floor, space.bound(of: own, parts)), place: space.number(of: own),
            kind: .mapping),
          to: &open)
      }
    }
    guard place.strip + 1 < space.sizes.pixels.count else { return }
    var next = place
    next.strip += 1
    add(next, stays, after: array, space, to: &open)
  }

  private mutating func time(
    _ place: MappingSpace.Place, _ space: MappingSpace, _ task: LayerTask
  ) {
    effort.timed += 1
    let timed = request.time(task, space.mapping(place))
    let rank = objective.rank(
      cycles: timed.summary.total + request.overhead, moved: timed.traffic.moved.count,
      tiles: space.tiles(place), energy: { request.energy(timed) })
    let number = space.number(of: place)
    if best.map({ (rank, number) < ($0.rank, bestPlace) }) ?? true {
      best = (rank, timed)
      bestPlace = number
    }
  }
}
