import Architectures
import Components
import Networks
import Units
import WeightAnalysis

/// The tiles of one group in execution order with their traffic and work; tiles that follow one
/// another and are equal are walked once.
struct TileProgram {
  let links: Links
  let nest: LoopNest
  let mapping: Mapping
  let layer: any PreparedLayer
  let traits: LayerTraits
  let onChip: OnChip
  /// Whether tiles of one size are equal wherever their kernels and channels lie; asked for tile by tile.
  private let isUniform: Bool

  private(set) var segments: [TileSegment] = []
  /// The tiles of the outermost level, where there are levels.
  var tiles: [LevelRun] = []
  var traffic = DRAMTraffic()
  /// What passes the links into each level and, at last, into the buffers; nothing where there are no levels.
  var crossings: [DRAMTraffic] = []
  /// Factors of channels that came past all levels.
  var factorBits = Bits.zero
  var maps = MapTraffic()
  private(set) var work = ActionCounts()
  /// Cycles of all tiles with their operands always ready.
  private(set) var cycles = 0
  /// What tiles of each size do, where all of them do the same, and where it stands among these.
  private var known: [TileExecution] = []
  private var places = InlineArray<32, Int8>(repeating: -1)
  /// The tiles of the block in work, and how often the program holds it.
  private var runs: [TileRun] = []
  private var times = 1

  init(
    links: Links, nest: LoopNest, mapping: Mapping, layer: any PreparedLayer, onChip: OnChip
  ) {
    self.links = links
    self.nest = nest
    self.mapping = mapping
    self.layer = layer
    traits = layer.traits
    self.onChip = onChip
    isUniform =
      onChip.weights == .zero && nest.weightFormat?.entries == nil && traits.isUniform
      && onChip.moves?.isUniform ?? true
  }

  /// Calls `body` for every run of equal tiles, one after the other, until it says no.
  func forEachRun(_ body: (TileRun) -> Bool) {
    for segment in segments {
      for _ in 0..<segment.count {
        for block in segment.blocks {
          for _ in 0..<block.count {
            for run in block.runs where !body(run) { return }
          }
        }
      }
    }
  }

  /// Walks the three loops, or those of all memories.
  mutating func build() {
    guard links.levels.isEmpty else { return buildLevels() }
    let strips = quotient(nest.pixels, mapping.tile.pixels)
    let blocks = quotient(nest.kernels, mapping.tile.kernels)
    // Few tiles are walked faster than they are sorted into kinds.
    guard isUniform, strips * blocks > Self.fewTiles else { return buildList(strips, blocks) }
    let stripKinds = nest.strips(of: mapping.tile.pixels)
    let blockKinds = Self.kinds(blocks)
    guard 2 * stripKinds.count * blockKinds.count <= strips * blocks else {
      return buildList(strips, blocks)
    }
    let isStripOuter = mapping.order == .pixelsOuter
    for outer in isStripOuter ? stripKinds : blockKinds {
      var segment = TileSegment(blocks: [], count: outer.count)
      for inner in isStripOuter ? blockKinds : stripKinds {
        let (strip, block) = isStripOuter ? (outer, inner) : (inner, outer)
        runs = []
        times = outer.count * inner.count
        append(
          strip: strip.index, block: block.index,
          isLast: strip.index == strips - 1 && block.index == blocks - 1)
        segment.blocks.append(TileSegment.Block(runs: runs, count: inner.count))
      }
      segments.append(segment)
    }
  }

  private static let fewTiles = 16

  /// One list, in which neighbours that are equal become one run.
  private mutating func buildList(_ strips: Int, _ blocks: Int) {
    runs.reserveCapacity(8)
    switch mapping.order {
    case .pixelsOuter:
      for strip in 0..<strips {
        for block in 0..<blocks {
          append(strip: strip, block: block, isLast: strip == strips - 1 && block == blocks - 1)
        }
      }
    case .kernelsOuter:
      for block in 0..<blocks {
        for strip in 0..<strips {
          append(strip: strip, block: block, isLast: strip == strips - 1 && block == blocks - 1)
        }
      }
    }
    segments = [TileSegment(blocks: [TileSegment.Block(runs: runs, count: 1)], count: 1)]
  }

  /// The first, those between, and the last of `count`.
  private static func kinds(_ count: Int) -> [(index: Int, count: Int)] {
    var kinds = [(index: 0, count: 1)]
    if count > 2 { kinds.append((1, count - 2)) }
    if count > 1 { kinds.append((count - 1, 1)) }
    return kinds
  }

  private mutating func append(strip: Int, block: Int, isLast: Bool) {
    let full = mapping.tile
    let parts = quotient(nest.channels, full.channels)
    forgetPosition()
    var part = 0
    while part < parts {
      let count = isUniform && part > 0 ? max(1, parts - 1 - part) : 1
      let tile = Tile(
        pixels: min(full.pixels, nest.pixels - strip * full.pixels),
        kernels: min(full.kernels, nest.kernels - block * full.kernels),
        channels: min(full.channels, nest.channels - part * full.channels),
        firstKernel: block * full.kernels, firstPixel: strip * full.pixels)
      append(
        tile, at: (strip, block, part), ChannelPart(isFirst: part == 0, isLast: part == parts - 1),
        isLast: isLast, count: count, weights: strip == 0 || !mapping.keepsWeights,
        input: block == 0 || !mapping.keepsInput)
      part += count
    }
  }

  /// What tiles do may be known for where they lie only.
  private mutating func forgetPosition() {
    guard traits.dependsOnPosition(pixels: mapping.tile.pixels) else { return }
    places = InlineArray(repeating: -1)
    known.removeAll(keepingCapacity: true)
  }

  /// The array's tiles in a tile of the memory outside, which followed the tile `before`.
  mutating func arrayTiles(
    of region: Region, isLast: Bool, after before: Region?
  ) -> [TileRun] {
    let full = mapping.tile
    let loads = RegionLoads(
      order: mapping.order, tile: full, keepsInput: mapping.keepsInput,
      keepsWeights: mapping.keepsWeights, in: region, after: before)
    runs = []
    region.forEachTile(full, mapping.order) { part in
      let (pixels, kernels, channels) =
        (part.region.pixels, part.region.kernels, part.region.channels)
      if channels.lowerBound == region.channels.lowerBound { forgetPosition() }
      append(
        Tile(
          pixels: pixels.count, kernels: kernels.count, channels: channels.count,
          firstKernel: kernels.lowerBound, firstPixel: pixels.lowerBound),
        at: (
          pixels.lowerBound / full.pixels, kernels.lowerBound / full.kernels,
          channels.lowerBound / full.channels
        ),
        ChannelPart(
          isFirst: channels.lowerBound == 0, isLast: channels.upperBound == nest.channels),
        isLast: isLast && pixels.upperBound == region.pixels.upperBound
          && kernels.upperBound == region.kernels.upperBound,
        count: 1, weights: loads.weights(part), input: loads.input(part))
    }
    return runs
  }

  private mutating func append(
    _ tile: Tile, at place: (strip: Int, block: Int, part: Int), _ channelPart: ChannelPart,
    isLast: Bool, count: Int, weights: Bool, input: Bool
  ) {
    let (strip, block, part) = place
    let (before, repeats) = (traffic, times * count)
    traffic = DRAMTraffic()
    let timing = execute(tile, part: channelPart, repeats: repeats)
    cycles += timing.cycles * repeats
    var step = TileStep()
    step.compute = timing.cycles
    let drain = addDrain(&step, isLast: isLast && channelPart.isLast)
    var input = input
    if weights { loadWeights(tile, block, part, isLast: channelPart.isLast, &step) }
    if input {
      input = loadInput(tile, &step, repeats: repeats)
      if input { step.handover = handover(of: tile, strip: strip, block: block, part: part) }
    }
    let moves = onChip.moves
    if let moves {
      loadBeside(tile, moves, at: place, isLast: channelPart.isLast, &step, repeats: repeats)
    }
    // What is added to the results comes behind the input, also where that waits for room.
    if let handover = step.handover { step.handover = handover + step.termLoad }
    addPreload(&step, timing, weights: weights, input: input, drain: drain)
    if channelPart.isLast { store(tile, moves, &step, repeats: repeats) }
    if step.stream > 0 || links.storeOverlap == .streaming {
      overlap(
        layer.overlap(of: tile, part: channelPart, timing: timing), &step, drain: drain)
    }
    let moved = traffic
    traffic = before
    traffic.add(moved, times: repeats)
    let last = runs.count - 1
    if last >= 0, runs[last].step == step {
      runs[last].count += count
    } else {
      runs.append(TileRun(step, count: count))
    }
  }

  /// The group's last tile drains the array, the others drain while the next one enters.
  ///
  /// Returns the cycles that were added at the end of `step`.
  private mutating func addDrain(_ step: inout TileStep, isLast: Bool) -> Int {
    let drain = traits.drain
    guard isLast else {
      step.drain = drain
      return 0
    }
    step.compute += drain
    cycles += drain
    return drain
  }

  /// An operand that stays on chip from an earlier tile enters the array beside the tile before.
  private func addPreload(
    _ step: inout TileStep, _ timing: TileTiming, weights: Bool, input: Bool, drain: Int
  ) {
    guard let preload = traits.preload else { return }
    step.preload = preload.cycles
    step.lastFold = timing.lastFold + drain
    let isWeight = preload.operand == .weight
    guard isWeight ? weights : input else { return }
    let own = isWeight ? links.weight.overlap : links.input.overlap
    let cycles = isWeight ? step.weightLoad : step.inputLoad
    step.preloadArrival = own != .none ? .load : cycles == 0 ? .computed : .exposed
    // Weights are loaded before the input, and that before what is added to the results.
    if isWeight, input, links.input.overlap == own { step.afterPreloaded = step.inputLoad }
    if (own == .none) == (links.input.overlap == .none) { step.afterPreloaded += step.termLoad }
  }

  /// How far the tile's stream and stores overlap its computation.
  private func overlap(_ overlap: TileOverlap, _ step: inout TileStep, drain: Int) {
    // The last tile's drain follows its last input, and its results are counted from its end.
    step.streamBound = overlap.bound(stream: step.stream) + drain
    if step.stores, links.storeOverlap == .streaming {
      step.afterFirstResult = overlap.afterFirstResult
      step.lateStore = overlap.lateStore(of: step.store)
    }
  }

  /// Counts what the tile does, `repeats` over; gives its timing.
  mutating func execute(_ tile: Tile, part: ChannelPart, repeats: Int) -> TileTiming {
    // Blocks of filters differ where their values count.
    if traits.dependsOnWeights {
      let run = layer.execute(tile, part: part)
      work.add(run.counts, times: repeats)
      return run.timing
    }
    let size =
      (tile.pixels == mapping.tile.pixels ? 0 : 1) + (tile.kernels == mapping.tile.kernels ? 0 : 2)
      + (tile.channels == mapping.tile.channels ? 0 : 4) + (part.isFirst ? 0 : 8)
      + (part.isLast ? 0 : 16)
    if places[size] < 0 {
      places[size] = Int8(known.count)
      known.append(layer.execute(tile, part: part))
    }
    let place = Int(places[size])
    work.add(known[place].counts, times: repeats)
    return known[place].timing
  }
}
