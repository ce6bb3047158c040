internal import Architectures
internal import Components
internal import Networks
internal import Units

/// Lower bounds of what the mappings of one frame take, with the sums of some kernels in the buffer.
///
/// Loads follow one another, so do computations, and the last ones of each are followed by what
/// depends on them: the first load comes before all computation, the last tile's computation after
/// all loads.
struct RowStationaryBound {
  private let space: RowStationarySpace
  private let frame: RowStationaryFrame
  private let kernels: Int
  private var memory: MemoryModel { space.request.memory }
  private var nest: LoopNest { frame.nest }
  /// Groups and blocks of images.
  private let times: Int
  private let blocks: Int
  /// Stores of all results, and of those of the last tile.
  private let stores: Int
  private let lastStore: Int
  private let fullStore: Int
  /// Bits from and to DRAM.
  private let moved: Int
  /// Of the input as it is on chip.
  private let inputBits: Bits
  private let weightBits: Bits

  init(_ space: RowStationarySpace, _ frame: RowStationaryFrame, kernels: Int) {
    self.space = space
    self.frame = frame
    self.kernels = kernels
    let (memory, nest) = (space.request.memory, frame.nest)
    times = space.groups * frame.repeats
    blocks = nest.kernels / kernels
    let placement = space.request.placement
    func store(_ rows: Int) -> Bits {
      placement.storesLess(than: space.request.outputs)
        ? .zero
        : memory.outputBits(pixels: frame.images * rows * nest.outputColumns, kernels: kernels)
    }
    var (stored, inputRows, cycles, last) = (Bits.zero, 0, 0, 0)
    for strip in frame.strips {
      let bits = store(strip.rows)
      last = memory.transfers.storeCycles(bits, of: nest)
      stored += memory.transfers.linkBits(output: bits, of: nest) * (strip.count * blocks)
      cycles += last * strip.count * blocks
      inputRows += strip.inputRows * strip.count * blocks
    }
    stores = times * cycles
    lastStore = last
    fullStore = memory.transfers.storeCycles(store(frame.rows), of: nest)
    // Channels are padded part by part, so by no less than together.
    inputBits =
      placement.takesLessInput
      ? .zero : memory.inputBits(rows: inputRows, channels: nest.channels, in: nest) * times
    weightBits = space.request.fetchedWeights * (frame.stripCount * frame.repeats)
    moved =
      (memory.transfers.linkBits(input: inputBits, of: nest) + weightBits + stored * times).count
  }

  /// Cycles of all transfers, at least.
  var leastTransfer: Int {
    let loads =
      memory.transfers.loadCycles(inputBits, of: nest)
      + memory.weightRate.cycles(for: weightBits).count
    return memory.sharedPort ? loads + stores : max(loads, stores)
  }

  /// Cycles and bits of a mapping, at least.
  func rank(of passes: RowStationaryPasses, in room: InputRoom) -> RowStationaryRank {
    let (parts, rest) = nest.channels.quotientAndRemainder(dividingBy: passes.channels)
    let (input, firstInput) = inputCycles(passes.channels, parts, rest)
    let (weights, firstWeights) = weightCycles(passes.channels, parts, rest)
    let overlap = memory.transfers.input.overlap
    let waits = overlap == .none || (overlap == .pingPong && room == .afterwards)
    let exposesWeights = memory.transfers.weight.overlap == .none
    let exposed = (waits ? input : 0) + (exposesWeights ? weights : 0)
    let first =
      (overlap == .pingPong && !waits ? firstInput : 0) + (exposesWeights ? 0 : firstWeights)
    let isStreamed = memory.storeOverlap == .streaming
    // Where nothing overlaps, the array waits for stores and for loads that it sees; on ports of
    // their own these run side by side, but for the last store.
    let seenStores = memory.storeOverlap == .none ? stores : 0
    let tail = isStreamed ? 0 : lastStore
    let seen =
      memory.sharedPort
      ? exposed + max(seenStores, tail) : max(exposed + tail, seenStores)
    let array = first + passes.cycles + seen
    // All loads and, on their port, the stores before the last tile's load.
    let loads = input + weights
    let isCut = parts + (rest > 0 ? 1 : 0) > 1
    let earlier = max(0, stores - lastStore - (isCut ? 0 : fullStore))
    let last =
      overlap == .streaming
      ? 0 : passes.lastCycles * (kernels / passes.kernels) + (isStreamed ? 0 : lastStore)
    let port =
      memory.sharedPort
      ? max(loads + earlier + last, loads + stores) : max(loads + last, stores)
    return RowStationaryRank(
      cycles: max(array, port), moved: moved, buffered: passes.buffered)
  }

  /// Cycles of the loads of input: all of them, and the first one.
  private func inputCycles(_ channels: Int, _ parts: Int, _ rest: Int) -> (all: Int, first: Int) {
    guard !space.request.placement.takesLessInput else { return (0, 0) }
    func load(_ rows: Int, _ channels: Int) -> Int {
      channels == 0
        ? 0
        : memory.transfers.loadCycles(
          memory.inputBits(rows: rows, channels: channels, in: nest), of: nest)
    }
    var all = 0
    for strip in frame.strips {
      all +=
        strip.count * (parts * load(strip.inputRows, channels) + load(strip.inputRows, rest))
    }
    return (times * blocks * all, load(frame.strips.first?.inputRows ?? 0, channels))
  }

  /// Cycles of the loads of weights: all of them, and the first one.
  private func weightCycles(_ channels: Int, _ parts: Int, _ rest: Int) -> (all: Int, first: Int) {
    guard space.request.fetchesAll else {
      return (memory.weightRate.cycles(for: weightBits).count, 0)
    }
    func load(_ channels: Int) -> Int {
      memory.weightRate.cycles(
        for: memory.weightBits(kernels: kernels, channels: channels, in: nest)
      ).count
    }
    return (
      times * blocks * frame.stripCount * (parts * load(channels) + load(rest)), load(channels)
    )
  }
}
