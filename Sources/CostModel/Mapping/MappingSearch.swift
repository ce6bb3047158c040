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
/// The search is exact: best first, by branch and bound. Sets of mappings, those with blocks of one size, and
/// single mappings stand in a heap by what they can be at best; of a set that is the first of the heap, large
/// strips first, all those are added that may be better than the best so far, until smaller strips cannot be; a
/// mapping that is the first is bounded more closely, then timed. What is left when the first one is no better
/// than the best cannot be better. Of equal mappings the first one of the space is taken, whatever the order in
/// which they are timed: see `MappingSpace.Place`.
struct MappingSearch {
  private let request: MappingRequest
  private let objective: MappingObjective
  private let buffers: BufferSpace
  private var best: TimedMapping?
  /// The rank of the best, apart from it: it is compared again and again.
  private var bestRank: MappingRank?
  /// The number of the best among the mappings of so many images; -1 where it has another number of them.
  private var bestNumber = -1
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
    return LayerPlan(best, fewestTiles: fewestTiles, shortage: shortage)
  }

  private static let tileLimits = [1 << 17, 1 << 20, CostBound.tiles]

  private mutating func searchAll() {
    for images in request.batch == 1 ? [1] : [request.batch, 1] {
      let task = request.task(images, nil)
      bestNumber = -1
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
      case blocks
      /// One mapping, by its first bound, or by a closer one.
      case mapping, closer
    }

    let rank: MappingRank
    /// The number of the first of them.
    let number: Int
    let kind: Kind

    static func < (left: Node, right: Node) -> Bool {
      (left.rank, left.number) < (right.rank, right.number)
    }
    static func == (left: Node, right: Node) -> Bool {
      left.rank == right.rank && left.number == right.number
    }
  }

  /// Whether what has this rank at best, from a number on, may be better than the best.
  private func isOpen(_ rank: MappingRank, _ number: Int) -> Bool {
    guard let bestRank, prunes else { return true }
    return (rank, number) < (bestRank, bestNumber)
  }

  private mutating func search(_ task: LayerTask) {
    let space = MappingSpace(request, task, objective, in: buffers)
    var nodes: [Node] = []
    for kernels in space.sizes.kernels.indices {
      for channels in space.sizes.channels.indices {
        effort.bounded += 1
        let blocks = space.blocks(kernels: kernels, channels: channels)
        nodes.append(
          Node(
            rank: space.floor(blocks), number: space.number(blocks, 0, .pixelsOuter, .both),
            kind: .blocks))
      }
    }
    var open = Heap(nodes)
    var dives = Self.dives
    while let node = open.popMin(), isOpen(node.rank, node.number) {
      let place = space.place(node.number)
      if node.kind == .blocks {
        expand(
          space.blocks(kernels: place.kernels, channels: place.channels), node.rank, space, task,
          to: &open, dives: dives > 0)
        dives -= 1
        continue
      }
      if node.kind == .mapping, prunes {
        effort.bounded += 1
        if let rank = space.closerBound(of: place), rank > node.rank {
          if isOpen(rank, node.number) {
            open.insert(Node(rank: rank, number: node.number, kind: .closer))
          }
          continue
        }
      }
      time(place, space, task)
    }
  }

  /// Sizes of blocks of which one mapping is timed at once, so that there is something good early.
  private static let dives = 8

  /// Looks at all mappings with blocks of one size, none of which is better than `floor`, large strips first.
  private mutating func expand(
    _ blocks: MappingSpace.Blocks, _ floor: MappingRank, _ space: MappingSpace, _ task: LayerTask,
    to open: inout Heap<Node>, dives: Bool
  ) {
    let blocks = space.room(for: blocks)
    guard let first = space.largestStrip(blocks) else { return }
    let stays = space.stays(blocks)
    var least = space.leastWork(blocks)
    least.longest = 0
    for strip in first..<space.sizes.pixels.count {
      effort.bounded += 1
      let floor = max(floor, space.floor(blocks, from: strip, stays, least))
      guard isOpen(floor, space.number(blocks, strip, .pixelsOuter, .both)) else { return }
      guard let room = space.room(blocks, strip) else { continue }
      let tiles = space.tiles(blocks, strip)
      fewestTiles = min(fewestTiles, Double(tiles))
      // Smaller strips make more tiles.
      guard tiles <= tileLimit else { return }
      // Most mappings are too slow for what they move: what the array does is worked out for the others.
      var parts = space.parts(blocks, strip, room.input, least)
      var isComplete = false
      var promising: Node?
      for order in blocks.orders {
        let set = space.kept(blocks, room, order)
        var next: MappingSpace.Kept? = set.first
        while let kept = next {
          next = set.next(after: kept)
          effort.bounded += 1
          let number = space.number(blocks, strip, order, kept)
          if !isComplete {
            guard
              !space.boundsAreCheap
                || isOpen(
                  max(floor, space.bound(blocks, strip, order, kept, parts, tiles: tiles)), number)
            else { continue }
            parts.array = space.work(blocks, strip)
            isComplete = true
            least = space.leastWork(below: strip, parts.array) ?? least
          }
          let rank = max(floor, space.bound(blocks, strip, order, kept, parts, tiles: tiles))
          guard isOpen(rank, number) else { continue }
          var node = Node(rank: rank, number: number, kind: .mapping)
          if dives, strip == first {
            if let other = promising, node < other { (promising, node) = (node, other) }
            if promising == nil {
              promising = node
              continue
            }
          }
          open.insert(node)
        }
      }
      if let promising { time(space.place(promising.number), space, task) }
    }
  }

  private mutating func time(
    _ place: MappingSpace.Place, _ space: MappingSpace, _ task: LayerTask
  ) {
    effort.timed += 1
    let timed = request.time(task, space.mapping(place))
    let blocks = space.blocks(kernels: place.kernels, channels: place.channels)
    let rank = objective.rank(
      cycles: timed.summary.total + request.overhead, moved: timed.traffic.moved.count,
      tiles: space.tiles(blocks, place.strip), energy: { request.energy(timed) })
    let number = space.number(blocks, place.strip, place.order, place.kept)
    if bestRank.map({ (rank, number) < ($0, bestNumber) }) ?? true {
      best = timed
      bestRank = rank
      bestNumber = number
    }
  }
}
