internal import Architectures
internal import Networks
internal import Units
internal import WeightAnalysis

/// Lower bounds of what mappings of one loop nest take.
///
/// Loads follow one another, so do computations, and the first and last ones of each are followed by
/// what depends on them: the first load comes before all computation, the last store after it. A class
/// without a variable, for it is asked thousands of times.
final class MappingBound {
  let request: MappingRequest
  let nest: LoopNest
  let layer: any PreparedLayer
  let traits: LayerTraits
  /// Loop nests that follow one another.
  let nests: Int
  /// Whether tiles of one size do the same wherever they lie, in all nests.
  let isUniform: Bool
  /// Whether an estimate's counts cost no more than those of the mapping: not where some weights are read from a
  /// buffer of their own, nor where the array does not do the same everywhere.
  let isPriced: Bool
  /// Cycles of all nests as one tile each, for arrays whose tiles differ.
  private let leastCompute: Int
  let takesLessInput: Bool
  let storesLess: Bool
  let links: Links
  /// Loads beside the input: what is added to the results.
  let beside: Loads
  /// Loads of a map that the input is made of by windows, once; nothing where it is read as it is.
  private let windowed: Loads

  /// A part of the layer's cost by the sizes of its tiles, for all nests.
  struct Estimate {
    var cycles = 0
    /// What the array does.
    var array = ArrayWork()
    var traffic = DRAMTraffic()
  }

  /// What the array does with all tiles.
  struct ArrayWork {
    var cycles = 0
    /// Cycles of the longest tile; none where tiles are not looked at one by one.
    var longest = 0
    /// Counted where it is asked for.
    var work = ActionCounts()
  }

  init(_ request: MappingRequest, _ task: LayerTask) {
    self.request = request
    links = request.memory.transfers
    nest = task.nest
    layer = task.groups[0].layer
    traits = task.traits
    nests = task.groups.reduce(0) { $0 + $1.count }
    isUniform = traits.isUniform && !traits.dependsOnWeights
    isPriced =
      isUniform && request.placement.weights == .zero && nest.weightFormat?.entries == nil
      && nest.weightCode == nil && traits.period == nil
    takesLessInput = request.placement.takesLessInput
    storesLess = request.placement.storesLess(than: request.outputs)
    (beside, windowed) = Self.moved(request, task.nest)
    let whole = nest.whole
    leastCompute =
      isUniform
      ? 0
      : task.groups.reduce(0) {
        $0 + $1.layer.execute(whole, part: .whole).timing.cycles * $1.count
      }
  }

  /// Tiles of one size along one loop.
  private struct Kind {
    let size: Int
    let count: Int
  }

  /// Whether the array does no less with strips smaller than `pixels` than with these; else no less than
  /// with the whole map as one.
  ///
  /// Strips that fill the array do the least. Beside a load of the array a short last strip may take longer
  /// than its share.
  func isLeast(below pixels: Int) -> Bool {
    pixels == nest.pixels
      || pixels.isMultiple(of: traits.granule.pixels) && traits.preload == nil
  }

  /// Whether strips together take in all that the whole map does: not where rows between windows are loaded, of
  /// which they leave out those between two strips.
  var stripsCover: Bool { nest.rows.stride <= nest.rows.span || nest.gather != .none }

  /// Whether the array does no less with strips than with the whole map as one.
  var arrayCovers: Bool { nest.rows.stride <= nest.rows.span || traits.isByExtents }

  private static func kinds(_ extent: Int, _ size: Int) -> (full: Kind, rest: Kind?) {
    let (count, rest) = extent.quotientAndRemainder(dividingBy: size)
    return (Kind(size: size, count: count), rest > 0 ? Kind(size: rest, count: 1) : nil)
  }

  // MARK: Computation

  /// What the array does with the tiles of all nests.
  func compute(_ tile: Tile, countsWork: Bool) -> ArrayWork {
    guard isUniform, !traits.dependsOnPosition(pixels: tile.pixels) else {
      return ArrayWork(cycles: leastCompute)
    }
    let strips = Self.kinds(nest.pixels, tile.pixels)
    let blocks = Self.kinds(nest.kernels, tile.kernels)
    let parts = Self.kinds(nest.channels, tile.channels)
    let total = parts.full.count + (parts.rest == nil ? 0 : 1)
    var all = ArrayWork()
    func add(_ pixels: Kind, _ kernels: Kind) {
      func add(_ channels: Int, isFirst: Bool, isLast: Bool, times: Int) {
        guard times > 0 else { return }
        let part = ChannelPart(isFirst: isFirst, isLast: isLast)
        let tile = Tile(pixels: pixels.size, kernels: kernels.size, channels: channels)
        let times = times * pixels.count * kernels.count
        let cycles: Int
        if countsWork {
          let run = layer.execute(tile, part: part)
          all.work.add(run.counts, times: times * nests)
          cycles = run.timing.cycles
        } else {
          cycles = layer.timing(of: tile, part: part).cycles
        }
        all.cycles += cycles * times
        all.longest = max(all.longest, cycles)
      }
      let full = parts.full.size
      if total == 1 { return add(full, isFirst: true, isLast: true, times: 1) }
      add(full, isFirst: true, isLast: false, times: 1)
      let middle = parts.full.count - (parts.rest == nil ? 2 : 1)
      add(full, isFirst: false, isLast: false, times: middle)
      add(parts.rest?.size ?? full, isFirst: false, isLast: true, times: 1)
    }
    add(strips.full, blocks.full)
    if let rest = blocks.rest { add(strips.full, rest) }
    if let rest = strips.rest { add(rest, blocks.full) }
    if let strip = strips.rest, let block = blocks.rest { add(strip, block) }
    all.cycles = all.cycles * nests + traits.drain
    return all
  }

  // MARK: Transfers

  /// The input rows of strips of one size.
  ///
  /// A class, for all mappings with such strips ask it.
  final class Strips {
    /// Strips that read as many rows, with the rows.
    let kinds: [(rows: Int, count: Int)]
    /// Rows of the first strip.
    let first: Int
    /// Rows of a strip at least.
    let fewest: Int
    let count: Int
    /// Strips that follow one another and are alike, see `LoopNest.strips`.
    let runs: [(index: Int, count: Int)]

    init(
      kinds: [(rows: Int, count: Int)], first: Int, count: Int, runs: [(index: Int, count: Int)]
    ) {
      self.kinds = kinds
      self.first = first
      fewest = kinds.reduce(Int.max) { min($0, $1.rows) }
      self.count = count
      self.runs = runs
    }
  }

  func strips(of pixels: Int) -> Strips {
    var kinds: [(rows: Int, count: Int)] = []
    var count = 0
    func add(_ rows: Int, _ times: Int) {
      count += times
      if let place = kinds.firstIndex(where: { $0.rows == rows }) {
        kinds[place].count += times
      } else {
        kinds.append((rows, times))
      }
    }
    let runs = nest.strips(of: pixels)
    for strip in runs {
      let first = strip.index * pixels
      add(nest.inputRows(from: first, count: min(pixels, nest.pixels - first)), strip.count)
    }
    return Strips(
      kinds: kinds, first: nest.inputRows(from: 0, count: pixels), count: count, runs: runs)
  }

  /// Cycles and bits of all loads of one operand, and the cycles of the first one.
  struct Loads {
    var cycles = 0
    var bits = Bits.zero
    var raw = Bits.zero
    var first = 0

    /// The same `sweeps` times over.
    func repeated(_ sweeps: Int) -> Loads {
      Loads(cycles: cycles * sweeps, bits: bits * sweeps, raw: raw * sweeps, first: first)
    }

    /// The same with others beside.
    func adding(_ other: Loads) -> Loads {
      Loads(
        cycles: cycles + other.cycles, bits: bits + other.bits, raw: raw + other.raw, first: first)
    }
  }

  /// Loads of all input once, in parts like those of `tile`.
  func inputLoads(_ tile: Tile, _ strips: Strips) -> Loads {
    guard !takesLessInput else { return Loads() }
    let parts =
      nest.isDepthwise
      ? Self.kinds(nest.kernels, tile.kernels) : Self.kinds(nest.channels, tile.channels)
    var loads = Loads()
    func add(_ kind: Kind) {
      for strip in strips.kinds {
        let bits = links.inputBits(rows: strip.rows, channels: kind.size, in: nest)
        let times = strip.count * kind.count * nests
        loads.cycles += links.loadCycles(bits, of: nest) * times
        loads.bits += links.linkBits(input: bits, of: nest) * times
        loads.raw += bits * times
      }
    }
    add(parts.full)
    if let rest = parts.rest { add(rest) }
    loads.cycles = max(loads.cycles, windowed.cycles * nests)
    loads.bits = max(loads.bits, windowed.bits * nests)
    loads.first = links.loadCycles(
      links.inputBits(rows: strips.first, channels: parts.full.size, in: nest), of: nest)
    return loads
  }

  /// Loads of all weights, `sweeps` times over.
  func weightLoads(_ tile: Tile, sweeps: Int) -> Loads {
    let all = request.fetchedWeights * (request.batch / nest.batch * sweeps)
    guard request.fetchesAll else {
      return Loads(
        cycles: links.weightCycles(all, of: nest), bits: links.linkBits(weight: all, of: nest))
    }
    let blocks = Self.kinds(nest.kernels, tile.kernels)
    let parts = Self.kinds(nest.channels, tile.channels)
    var loads = Loads(bits: all)
    func load(_ kernels: Kind, _ channels: Kind) -> Int {
      links.weight.rate.cycles(
        for: links.weightBits(kernels: kernels.size, channels: channels.size, in: nest)
      ).count
    }
    for block in [blocks.full, blocks.rest] {
      guard let block else { continue }
      for part in [parts.full, parts.rest] {
        guard let part else { continue }
        loads.cycles += load(block, part) * (block.count * part.count * sweeps * nests)
      }
    }
    loads.first = load(blocks.full, parts.full)
    return loads
  }

  /// Whether weights that are loaded twice take twice what they take once.
  var weightsRepeat: Bool { request.fetchesAll }

  /// Stores of all results, and the cycles of the last one.
  struct Stores {
    var cycles = 0
    var bits = Bits.zero
    /// The same as they are on chip.
    var raw = Bits.zero
    var last = 0
  }

  func stores(_ tile: Tile) -> Stores {
    guard !storesLess else { return leastStores }
    let strips = Self.kinds(nest.pixels, tile.pixels)
    let blocks = Self.kinds(nest.kernels, tile.kernels)
    var stores = Stores()
    for strip in [strips.full, strips.rest] {
      guard let strip else { continue }
      for block in [blocks.full, blocks.rest] {
        guard let block else { continue }
        let raw = links.outputBits(pixels: strip.size, kernels: block.size)
        stores.last = links.storeCycles(raw, of: nest)
        let times = strip.count * block.count * nests
        stores.cycles += stores.last * times
        stores.bits += links.linkBits(output: raw, of: nest) * times
        stores.raw += raw * times
      }
    }
    return stores
  }
}
