public import Architectures
public import CostModel
public import Networks
internal import Units

/// Cores that hand rows of maps to one another, cycle by cycle.
///
/// Each core is a `ReferenceMachine` on one tile of rows after the other. What it works on are the rows
/// that the core before it has sent: numbers that have not arrived are not there, and a core whose rows
/// have no room waits. The cores of the machine have DRAM and links to themselves.
public struct PipelineMachine: Sendable {
  /// A layer on its core.
  public struct Stage: Sendable {
    /// The layer.
    public let layer: Layer
    /// Its weights.
    public let weights: [Int8]
    /// Rows of its output in each tile.
    public let ranges: [Range<Int>]
    /// How each tile is cut, and what it moves of maps; the first one by itself, which fetches weights.
    public let tiles: [LayerSplit.Part]
    /// How each tile is mapped.
    public let mappings: [Mapping]
    /// How the first tile of all is mapped.
    public let first: Mapping
    /// Bytes of the weights that stay.
    public let held: Int

    /// Makes a stage.
    public init(
      layer: Layer, weights: [Int8], tiles: [LayerSplit.Part], mappings: [Mapping], first: Mapping,
      held: Int
    ) {
      self.layer = layer
      self.weights = weights
      ranges = tiles.map(\.range)
      self.tiles = tiles
      self.mappings = mappings
      self.first = first
      self.held = held
    }
  }

  /// What was found.
  public struct Run: Sendable {
    /// Cycles from the first transfer to the last.
    public var cycles = 0
    /// The last layer's sums, images x kernels x rows x columns.
    public var sums: [Int32] = []
    /// Cycles in which each core had a tile.
    public var busy: [Int] = []
  }

  /// A core at work.
  private struct Core {
    var execution: Execution?
    /// Tiles that it has begun and ended, of all images.
    var begun = 0
    var ended = 0
    /// When the tiles that it has ended were.
    var ends: [Int] = []
    /// Its output, and when each row of it was there.
    var output: [Int32]
    var done: [Int?]
    /// Bytes that wait at it, from when on.
    var held = 0
    var busy = 0
  }

  private let near: ReferenceMachine
  private let far: ReferenceMachine
  private let routes: CoreRoutes
  private let hop: Int
  private let room: Int
  private let width: Int

  /// The cores of `architecture`; `far` are those that the network brings data to and takes it from.
  public init?(_ architecture: Architecture, far: Architecture, datapath: any Datapath) {
    guard let cores = architecture.spec.severalCores, let network = cores.network,
      let pipeline = cores.pipeline,
      let near = ReferenceMachine(architecture, datapath: datapath),
      let other = ReferenceMachine(far, datapath: datapath)
    else { return nil }
    (self.near, self.far) = (near, other)
    routes = CoreRoutes(network)
    hop = network.hopLatency?.count ?? 1
    room = pipeline.maps.count
    width = architecture.spec.precision.output.count
  }

  /// Runs `stages` on as many cores, over `images` images of `input`.
  public func run(
    _ stages: [Stage], input: [Int8], images: Int
  ) throws(ReferenceFailure) -> Run {
    var cores = stages.map { stage in
      let layer = stage.layer
      return Core(
        output: Array(
          repeating: 0, count: images * layer.kernels * layer.outputPixels),
        done: Array(repeating: nil, count: images * layer.outputRows))
    }
    var time = 0
    while cores.indices.contains(where: { cores[$0].ended < stages[$0].ranges.count * images }) {
      // What ends in no time, and begins in it, has ended and begun.
      var isMoving = true
      while isMoving {
        isMoving = false
        for core in cores.indices {
          if try cores[core].execution?.settled() ?? false {
            try end(core, stages, &cores, at: time)
            isMoving = true
          }
          if cores[core].execution == nil, begin(core, stages, &cores, input, images, at: time) {
            isMoving = true
          }
        }
      }
      for core in cores.indices where cores[core].execution != nil {
        try cores[core].execution?.step(granted: [true, true])
        cores[core].busy += 1
      }
      time += 1
      if time > 10_000_000 { throw ReferenceFailure(description: "the cores wait for one another") }
    }
    let last = cores.count - 1
    return Run(
      cycles: (cores[last].ends.last ?? 0) + hop * routes.links(to: last).count,
      sums: cores[last].output, busy: cores.map(\.busy))
  }

  /// Cycles from one core to the next.
  private func way(from core: Int) -> Int {
    let (one, other) = (routes.path(to: core), routes.path(to: core + 1))
    guard !routes.isBus else { return hop }
    let common = zip(one, other).prefix { $0 == $1 }.count
    return hop * (one.count + other.count - 2 * common)
  }

  /// The last row of the map before that a tile needs, those of images before included.
  private func rows(_ tile: Int, of stage: Stage) -> (first: Int, last: Int) {
    let (image, place) = tile.quotientAndRemainder(dividingBy: stage.ranges.count)
    let axis = stage.layer.rows
    let touched = stage.ranges[place].flatMap { window in
      (0..<axis.kernel).compactMap { axis.element(window: window, tap: $0) }
    }
    // The last tile of an image takes all rows that are left.
    let isLast = place == stage.ranges.count - 1
    let last = isLast ? axis.extent - 1 : touched.max() ?? 0
    return (image * axis.extent + (touched.min() ?? 0), image * axis.extent + last)
  }

  // MARK: Tiles

  /// Begins the next tile of a core if it can; true where it does.
  private func begin(
    _ core: Int, _ stages: [Stage], _ cores: inout [Core], _ input: [Int8], _ images: Int,
    at time: Int
  ) -> Bool {
    let (stage, tile) = (stages[core], cores[core].begun)
    guard tile < stage.ranges.count * images else { return false }
    if core > 0 {
      let needed = rows(tile, of: stage)
      let way = way(from: core - 1)
      for row in 0...needed.last {
        guard let done = cores[core - 1].done[row], done + way <= time else { return false }
      }
    }
    if core + 1 < cores.count {
      let taken = bytes(tile, of: stage)
      let kept = kept(core, stages, cores, at: time)
      guard kept + taken <= room else { return false }
    }
    let (image, place) = tile.quotientAndRemainder(dividingBy: stage.ranges.count)
    let map = core == 0 ? input : cores[core - 1].output.map { Int8(truncatingIfNeeded: $0) }
    let operands = operands(stage, place, image, map, images)
    let isFirst = tile == 0
    let machine = cores.count == 1 ? near : far
    cores[core].execution = machine.execution(
      stage.tiles[place].layer, operands,
      mapping: isFirst ? stage.first : stage.mappings[place],
      residency: Bytes(isFirst ? 0 : stage.held), moves: stage.tiles[place].moves)
    cores[core].begun += 1
    return true
  }

  /// Bytes of the rows that a tile makes.
  private func bytes(_ tile: Int, of stage: Stage) -> Int {
    let rows = stage.ranges[tile % stage.ranges.count].count
    return (rows * stage.layer.outputColumns * stage.layer.kernels * width + 7) / 8
  }

  /// Bytes that a core knows to wait at the next one: of the tiles that it has begun, those of which a
  /// later tile of the next core needs a row.
  private func kept(_ core: Int, _ stages: [Stage], _ cores: [Core], at time: Int) -> Int {
    let (stage, next) = (stages[core], stages[core + 1])
    // Tiles of the next core of whose end the word has come.
    let known = cores[core + 1].ends.count { $0 + way(from: core) <= time }
    let count = stage.ranges.count
    // Behind the last tile of an image all of its rows are free.
    let images = known / next.ranges.count
    let isBetween = known.isMultiple(of: next.ranges.count)
    let first = isBetween ? images * next.layer.inputRows : rows(known, of: next).first
    return (0..<cores[core].begun).reduce(0) { sum, tile in
      let end = tile / count * stage.layer.outputRows + stage.ranges[tile % count].upperBound
      return end <= first ? sum : sum + bytes(tile, of: stage)
    }
  }

  /// The numbers of a tile.
  private func operands(
    _ stage: Stage, _ place: Int, _ image: Int, _ map: [Int8], _ images: Int
  ) -> LayerOperands {
    let layer = stage.layer
    let size = layer.channels * layer.inputRows * layer.inputColumns
    let own = LayerOperands(
      input: Array(map[image * size..<(image + 1) * size]), weights: stage.weights)
    return CorePart(
      stage.tiles[place], .pixels, of: layer, images: 1, own, mapping: stage.first
    ).operands
  }

  /// Takes what a tile has made.
  private func end(
    _ core: Int, _ stages: [Stage], _ cores: inout [Core], at time: Int
  ) throws(ReferenceFailure) {
    guard var execution = cores[core].execution else { return }
    let run = try execution.finished()
    cores[core].execution = nil
    let stage = stages[core]
    let (image, place) = cores[core].ended.quotientAndRemainder(dividingBy: stage.ranges.count)
    let (range, layer) = (stage.ranges[place], stage.layer)
    var index = 0
    for kernel in 0..<layer.kernels {
      for row in range {
        for column in 0..<layer.outputColumns {
          let plane = image * layer.kernels + kernel
          cores[core].output[(plane * layer.outputRows + row) * layer.outputColumns + column] =
            run.sums[index]
          index += 1
        }
      }
    }
    for row in range { cores[core].done[image * layer.outputRows + row] = time }
    cores[core].ended += 1
    cores[core].ends.append(time)
  }
}
