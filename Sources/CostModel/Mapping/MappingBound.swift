internal import Architectures
internal import Networks
internal import Units
internal import WeightAnalysis

/// Lower bounds of what mappings of one loop nest take.
///
/// Loads follow one another, so do computations, and the first and last ones of each are followed by
/// what depends on them: the first load comes before all computation, the last store after it.
struct MappingBound {
  private let request: MappingRequest
  private let nest: LoopNest
  private let layer: any PreparedLayer
  private let traits: LayerTraits
  /// Loop nests that follow one another.
  private let nests: Int
  /// Whether tiles of one size do the same wherever they lie, in all nests.
  private let isUniform: Bool
  /// Whether every tile moves what its size says, so that counts of an estimate are those of the mapping.
  let isExact: Bool
  /// Cycles of all nests as one tile each, for arrays whose tiles differ.
  private let leastCompute: Int
  private let takesLessInput: Bool
  private let storesLess: Bool
  private var links: Links { request.memory.transfers }

  /// A part of the layer's cost by the sizes of its tiles, for all nests.
  struct Estimate {
    var cycles = 0
    /// What the array does.
    var array = ArrayWork()
    /// Those of the loads of weights.
    var weightCycles = 0
    /// Those of the busiest port, and of the first load of weights.
    var port = 0
    var firstWeights = 0
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
    nest = task.nest
    layer = task.groups[0].layer
    traits = task.traits
    nests = task.groups.reduce(0) { $0 + $1.count }
    isUniform = traits.isUniform && !traits.dependsOnWeights
    isExact =
      isUniform && request.placement == .offChip && nest.weightFormat?.entries == nil
      && traits.period == nil
    takesLessInput = request.placement.takesLessInput
    storesLess = request.placement.storesLess(than: request.outputs)
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

  /// What the array does at least with strips smaller than those of `tile`: what it does with these, with
  /// the whole map as one strip, or nothing that is known.
  ///
  /// Strips that fill the array do the least; where strides leave rows out, smaller strips take in fewer
  /// rows.
  func least(below tile: Tile) -> LeastArray {
    guard nest.rows.stride <= nest.rows.span else { return .unknown }
    // Beside a load of the array a short last strip may take longer than its share.
    let isFull =
      tile.pixels.isMultiple(of: traits.granule.pixels) && traits.preload == nil
    return isFull || tile.pixels == nest.pixels ? .same : .whole
  }

  /// Whose work of the array is the least.
  enum LeastArray { case same, whole, unknown }

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
        let run = layer.execute(
          Tile(pixels: pixels.size, kernels: kernels.size, channels: channels), part: part)
        let times = times * pixels.count * kernels.count
        all.cycles += run.timing.cycles * times
        all.longest = max(all.longest, run.timing.cycles)
        if countsWork { all.work.add(run.counts, times: times * nests) }
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
  struct Strips {
    /// Strips that read as many rows, with the rows.
    let kinds: [(rows: Int, count: Int)]
    /// Rows of the first strip.
    let first: Int
    let count: Int
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
    for strip in nest.strips(of: pixels) {
      let first = strip.index * pixels
      add(nest.inputRows(from: first, count: min(pixels, nest.pixels - first)), strip.count)
    }
    return Strips(kinds: kinds, first: nest.inputRows(from: 0, count: pixels), count: count)
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
    loads.first = links.loadCycles(
      links.inputBits(rows: strips.first, channels: parts.full.size, in: nest), of: nest)
    return loads
  }

  /// Bits of the input, each that is read once; channels are padded part by part, so by no less.
  ///
  /// Nothing where windows leave rows out: strips may leave out more of them than the whole map.
  var leastInput: Bits {
    guard !takesLessInput, nest.rows.stride <= nest.rows.span else { return .zero }
    let channels = nest.isDepthwise ? nest.kernels : nest.channels
    let rows = nest.inputRows(from: 0, count: nest.pixels)
    return links.linkBits(
      input: links.inputBits(rows: rows, channels: channels, in: nest), of: nest) * nests
  }

  /// Loads of all weights, `sweeps` times over.
  func weightLoads(_ tile: Tile, sweeps: Int) -> Loads {
    let all = request.fetchedWeights * (request.batch / nest.batch * sweeps)
    guard request.fetchesAll else {
      return Loads(cycles: links.weight.rate.cycles(for: all).count, bits: all)
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
    var last = 0
  }

  func stores(_ tile: Tile) -> Stores {
    guard !storesLess else { return Stores() }
    let strips = Self.kinds(nest.pixels, tile.pixels)
    let blocks = Self.kinds(nest.kernels, tile.kernels)
    var (cycles, bits, last) = (0, Bits.zero, 0)
    for strip in [strips.full, strips.rest] {
      guard let strip else { continue }
      for block in [blocks.full, blocks.rest] {
        guard let block else { continue }
        let raw = links.outputBits(pixels: strip.size, kernels: block.size)
        last = links.storeCycles(raw, of: nest)
        let times = strip.count * block.count * nests
        cycles += last * times
        bits += links.linkBits(output: raw, of: nest) * times
      }
    }
    return Stores(cycles: cycles, bits: bits, last: last)
  }

  // MARK: Bounds

  /// What tiles of one size move and compute, every operand once, whatever the order of the loops and
  /// whatever stays.
  struct Parts {
    let input: Loads
    let weights: Loads
    let stores: Stores
    let array: ArrayWork
  }

  /// Cycles and traffic of `mapping`, at least; exact counts where `isExact`.
  func estimate(_ mapping: Mapping, _ strips: Strips, _ parts: Parts) -> Estimate {
    let blocks = quotient(nest.kernels, mapping.tile.kernels)
    let input = parts.input.repeated(mapping.keepsInput || nest.isDepthwise ? 1 : blocks)
    let sweeps = mapping.keepsWeights ? 1 : strips.count
    let weights =
      sweeps == 1 || weightsRepeat
      ? parts.weights.repeated(sweeps) : weightLoads(mapping.tile, sweeps: sweeps)
    let stores = parts.stores
    var estimate = Estimate()
    estimate.array = parts.array
    estimate.traffic[.inputRead] = input.bits
    estimate.traffic[.inputDecoded] = input.raw
    estimate.traffic[.weightRead] = weights.bits
    estimate.traffic[.outputWrite] = stores.bits
    let stalls = stalls(
      mapping, strips, blocks: blocks, weights, longest: estimate.array.longest)
    (estimate.cycles, estimate.port) = cycles(
      input, weights, stores, estimate.array.cycles + stalls)
    estimate.firstWeights = links.weight.overlap == .none ? 0 : weights.first
    estimate.weightCycles = weights.cycles
    return estimate
  }

  /// Cycles that every part of the machine is busy at least, and bits that pass the links, where every
  /// operand is moved once; `array` are those of the lanes.
  func least(
    array: Int
  ) -> (cycles: [(limit: LayerDistance.Limit, cycles: Int)], bits: Bits) {
    let whole = nest.whole
    let input = inputLoads(whole, strips(of: nest.pixels))
    let weights = weightLoads(whole, sweeps: 1)
    let stores = stores(whole)
    let reads = input.cycles + weights.cycles
    let links = [
      (LayerDistance.Limit.input, input.cycles), (.weights, weights.cycles), (.read, reads),
      (.output, stores.cycles),
    ]
    let port = reads + stores.cycles
    guard self.links.levels.isEmpty else {
      let moved = (input: input.bits, weight: weights.bits, output: stores.bits)
      return (
        [(.array, array)] + levelLimits(moved, (input.cycles, weights.cycles, stores.cycles)),
        input.bits + weights.bits + stores.bits
      )
    }
    return (
      [(.array, array)] + (self.links.sharedPort ? [(.port, port)] : links),
      input.bits + weights.bits + stores.bits
    )
  }

  /// The same of all links where there are levels: each limit is that of the slowest memory.
  private func levelLimits(
    _ moved: (input: Bits, weight: Bits, output: Bits),
    _ own: (input: Int, weight: Int, output: Int)
  ) -> [(limit: LayerDistance.Limit, cycles: Int)] {
    var limits: [(limit: LayerDistance.Limit, cycles: Int)] = [
      (.input, 0), (.weights, 0), (.read, 0), (.output, 0), (.port, 0),
    ]
    func offer(_ input: Int, _ weight: Int, _ output: Int, isShared: Bool) {
      let cycles = [
        input, weight, input + weight, output, isShared ? input + weight + output : 0,
      ]
      for place in limits.indices {
        limits[place].cycles = max(limits[place].cycles, cycles[place])
      }
    }
    offer(own.input, own.weight, own.output, isShared: links.sharedPort)
    for level in links.levels {
      func cycles(_ operand: Operand, _ bits: Bits) -> Int {
        level.holds(operand) ? level.rate.cycles(for: bits).count : 0
      }
      offer(
        cycles(.input, moved.input), cycles(.weight, moved.weight),
        cycles(.output, moved.output), isShared: level.pipeline.sharedPort)
    }
    return limits.filter { $0.limit != .port || $0.cycles > 0 }
  }

  private func cycles(
    _ input: Loads, _ weights: Loads, _ stores: Stores, _ computed: Int
  ) -> (all: Int, port: Int) {
    let waitsForInput = links.input.overlap == .none
    let streams = links.input.overlap == .streaming
    let waitsForWeights = links.weight.overlap == .none
    let exposed = (waitsForInput ? input.cycles : 0) + (waitsForWeights ? weights.cycles : 0)
    let first =
      (waitsForInput || streams ? 0 : input.first) + (waitsForWeights ? 0 : weights.first)
    let tail = links.storeOverlap == .streaming ? 0 : stores.last
    // Where nothing overlaps, the array waits for every store; on ports of their own these run beside
    // loads that it sees.
    let seenStores = links.storeOverlap == .none ? stores.cycles : 0
    let seen =
      links.sharedPort ? exposed + max(seenStores, tail) : max(exposed + tail, seenStores)
    let loads = input.cycles + weights.cycles
    let port =
      links.sharedPort ? loads + stores.cycles : max(loads + tail, stores.cycles)
    return (
      max(first + computed + seen, port),
      links.sharedPort ? port : max(loads, stores.cycles)
    )
  }

  /// Cycles that the array waits, at least, for what an operand that is used again is loaded for first.
  ///
  /// A load starts when the tile before the last has been computed. So the tiles that load it, one for each
  /// part of the channels, are through no sooner than their loads, and the tiles in their place would have
  /// been through sooner by what these take longer than computing. Between two such groups lie tiles that
  /// load less.
  private func stalls(
    _ mapping: Mapping, _ strips: Strips, blocks: Int, _ weights: Loads, longest: Int
  ) -> Int {
    guard links.input.overlap == .pingPong, links.weight.overlap == .pingPong, longest > 0,
      request.fetchesAll, !takesLessInput
    else { return 0 }
    let isStripOuter = mapping.order == .pixelsOuter
    let (inner, outer) = isStripOuter ? (blocks, strips.count) : (strips.count, blocks)
    guard inner > 1, isStripOuter ? mapping.keepsInput : mapping.keepsWeights else { return 0 }
    let tile = mapping.tile
    let rows = strips.kinds.reduce(Int.max) { min($0, $1.rows) }
    let input = links.loadCycles(
      links.inputBits(rows: rows, channels: tile.channels, in: nest), of: nest)
    let staysToo = isStripOuter ? mapping.keepsWeights : mapping.keepsInput
    let load =
      isStripOuter
      ? input + (staysToo ? 0 : weights.first) : weights.first + (staysToo ? 0 : input)
    // The last strip, block and part may be smaller, and the first one follows nothing.
    let groups = staysToo ? (outer - 2) * nests : (outer - 1) * nests - 1
    let parts = nest.channels / tile.channels
    return max(0, groups) * parts * max(0, load - longest)
  }
}
