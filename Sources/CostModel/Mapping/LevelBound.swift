internal import Architectures
internal import Units

/// Lower bounds of what a loop nest takes under tiles within tiles.
///
/// Every memory's loads follow one another, the first ones of all of them come before all computation, and the
/// last stores after it. Where an operand may stay from one tile outside to the next it is taken to be loaded
/// once.
final class LevelBound {
  private let nest: LoopNest
  private let links: Links
  private let nests: Int
  private let bounds: MappingBound
  private let weightBits: Bits
  private let outputBits: Bits
  private let storesLess: Bool
  /// The memory whose input is made of less on the way out of DRAM; nil where it is read as it is.
  private let reducedInput: Int?
  private var inputs: [InputKey: Bits] = [:]
  private var strips: [Int: MappingBound.Strips] = [:]

  private struct InputKey: Hashable {
    let pixels: Int
    let channels: Int
  }

  /// What the memories so far, from DRAM inwards, take at least.
  struct Estimate {
    /// Cycles of the busiest of them.
    fileprivate var port = 0
    /// Cycles of the first loads, which come before all computation, and of the last stores, which come after.
    fileprivate var ahead = 0
    fileprivate var behind = 0
    /// The innermost of them, and the one outside of it.
    fileprivate var memory: LevelMapping
    fileprivate var outside: LevelMapping
    fileprivate var place = 0
    /// What passes the links to DRAM.
    var traffic = DRAMTraffic()
    /// What passes every link, where that is asked for.
    var crossings: [DRAMTraffic] = []

    /// Cycles where the array takes so many.
    func cycles(_ array: Int) -> Int { max(port, ahead + array + behind) }
  }

  init(_ request: MappingRequest, _ task: LayerTask) {
    nest = task.nest
    links = request.memory.transfers
    nests = task.groups.reduce(0) { $0 + $1.count }
    bounds = MappingBound(request, task)
    weightBits =
      links.weightBits(kernels: nest.kernels, channels: nest.channels, in: nest) * nests
    // Layout padding is added block by block, so to no less.
    storesLess = request.placement.storesLess(than: request.outputs)
    outputBits =
      storesLess
      ? .zero : links.outputBits(pixels: nest.pixels, kernels: nest.kernels) * nests
    reducedInput = request.placement.takesLessInput ? links.first(holding: .input) : nil
  }

  /// Whether no count of an estimate costs more than that of the mapping.
  var isPriced: Bool { bounds.isPriced }

  /// What the array does with tiles of one size.
  func array(_ tile: Tile, countsWork: Bool) -> MappingBound.ArrayWork {
    bounds.compute(tile, countsWork: countsWork)
  }

  /// No memory yet; `countsAll` where crossings are asked for.
  func start(countsAll: Bool) -> Estimate {
    let whole = LevelMapping(
      order: .pixelsOuter,
      tile: nest.whole,
      keepsInput: true, keepsWeights: true)
    var estimate = Estimate(memory: whole, outside: whole)
    guard countsAll else { return estimate }
    // Whatever the mapping, everything passes every memory that holds it once; but of rows that windows leave out
    // smaller strips may leave out more.
    let input =
      bounds.stripsCover
      ? inputBits(pixels: nest.pixels, channels: inputChannels(nest.whole)) : .zero
    estimate.crossings = Array(repeating: DRAMTraffic(), count: links.levels.count + 1)
    for place in estimate.crossings.indices {
      note(
        input: moved(.input, input, at: place), weight: moved(.weight, weightBits, at: place),
        output: moved(.output, outputBits, at: place), at: place, in: &estimate)
    }
    return estimate
  }

  /// Channels of the input of a tile.
  private func inputChannels(_ tile: Tile) -> Int {
    nest.isDepthwise ? tile.kernels : tile.channels
  }

  /// Bits of one operand that pass the link of a memory, which may not hold it.
  private func moved(_ operand: Operand, _ bits: Bits, at place: Int) -> Bits {
    place < links.levels.count && !links.levels[place].holds(operand)
      || operand == .input && place == reducedInput ? .zero : bits
  }

  /// Counts what passes the link of a memory.
  private func note(
    input: Bits, weight: Bits, output: Bits, at place: Int, in estimate: inout Estimate
  ) {
    if place == links.first(holding: .input) {
      estimate.traffic[.inputRead] = input
      estimate.traffic[.inputDecoded] = input
    }
    if place == links.first(holding: .weight) { estimate.traffic[.weightRead] = weight }
    if place == links.first(holding: .output) {
      estimate.traffic[.outputWrite] = output
      estimate.traffic[.outputUncoded] = output
    }
    guard !estimate.crossings.isEmpty else { return }
    estimate.crossings[place][.inputRead] = input
    estimate.crossings[place][.inputDecoded] = input
    estimate.crossings[place][.weightRead] = weight
    estimate.crossings[place][.outputWrite] = output
    estimate.crossings[place][.outputUncoded] = output
  }

  /// The same with the next memory inside.
  func adding(_ own: LevelMapping, to before: Estimate) -> Estimate {
    var estimate = before
    let place = before.place
    let isBuffer = place == links.levels.count
    let crossing = crossing(own, in: before.memory, of: before.outside)
    func moved(_ operand: Operand, _ bits: Bits) -> Bits { self.moved(operand, bits, at: place) }
    let (input, weight) = (moved(.input, crossing.input), moved(.weight, crossing.weight))
    let output = moved(.output, outputBits)
    let rates = rates(place)
    func cycles(_ input: Bits, _ weight: Bits) -> Int {
      rates.input.cycles(for: input).count + rates.weight.cycles(for: weight).count
    }
    let (loads, stores) = (cycles(input, weight), rates.output.cycles(for: output).count)
    estimate.port = max(
      before.port, before.ahead + (rates.isShared ? loads + stores : max(loads, stores)))
    let opening = opening(own)
    let isStreamed = isBuffer && links.input.overlap == .streaming
    estimate.ahead += cycles(
      isStreamed ? .zero : moved(.input, opening.input), moved(.weight, opening.weight))
    if !isBuffer || links.storeOverlap != .streaming {
      estimate.behind += rates.output.cycles(for: moved(.output, last(own.tile))).count
    }
    note(input: input, weight: weight, output: output, at: place, in: &estimate)
    (estimate.memory, estimate.outside, estimate.place) = (own, before.memory, place + 1)
    return estimate
  }

  private func rates(
    _ place: Int
  ) -> (input: BytesPerCycle, weight: BytesPerCycle, output: BytesPerCycle, isShared: Bool) {
    guard place < links.levels.count else {
      return (links.input.rate, links.weight.rate, links.output.rate, links.sharedPort)
    }
    let level = links.levels[place]
    return (level.rate, level.rate, level.rate, level.pipeline.sharedPort)
  }

  // MARK: Bits

  /// Bits of input and weights that a memory loads at least, in tiles of `outside`, which lie in tiles of
  /// `beyond`.
  private func crossing(
    _ own: LevelMapping, in outside: LevelMapping, of beyond: LevelMapping
  ) -> (input: Bits, weight: Bits) {
    let (tile, region) = (own.tile, outside.tile)
    let strips = quotient(beyond.tile.pixels, region.pixels)
    let blocks = quotient(beyond.tile.kernels, region.kernels)
    let isWhole = region.channels == beyond.tile.channels
    let carriesWeights =
      isWhole && (own.order == .pixelsOuter || region.kernels <= tile.kernels)
      && (blocks == 1 || outside.order == .kernelsOuter)
    let carriesInput =
      isWhole && (own.order == .kernelsOuter || region.pixels <= tile.pixels)
      && (strips == 1 || outside.order == .pixelsOuter)
    let sweeps = (
      input: nest.isDepthwise || own.keepsInput && carriesInput
        ? 1 : quotient(nest.kernels, own.keepsInput ? region.kernels : tile.kernels),
      weight: own.keepsWeights && carriesWeights
        ? 1 : quotient(nest.pixels, own.keepsWeights ? region.pixels : tile.pixels)
    )
    return (
      inputBits(pixels: tile.pixels, channels: inputChannels(tile))
        * sweeps.input, weightBits * sweeps.weight
    )
  }

  /// Bits of all strips of so many pixels, each once, in parts of so many channels.
  private func inputBits(pixels: Int, channels: Int) -> Bits {
    let key = InputKey(pixels: pixels, channels: channels)
    if let known = inputs[key] { return known }
    let strips = knownStrips(pixels)
    let extent = nest.isDepthwise ? nest.kernels : nest.channels
    let (parts, rest) = extent.quotientAndRemainder(dividingBy: channels)
    var bits = Bits.zero
    for strip in strips.kinds {
      bits +=
        links.inputBits(rows: strip.rows, channels: channels, in: nest) * (strip.count * parts)
      if rest > 0 {
        bits += links.inputBits(rows: strip.rows, channels: rest, in: nest) * strip.count
      }
    }
    bits = bits * nests
    inputs[key] = bits
    return bits
  }

  private func knownStrips(_ pixels: Int) -> MappingBound.Strips {
    if let known = strips[pixels] { return known }
    let found = bounds.strips(of: pixels)
    strips[pixels] = found
    return found
  }

  /// Bits of the first tile.
  private func opening(_ own: LevelMapping) -> (input: Bits, weight: Bits) {
    return (
      links.inputBits(
        rows: knownStrips(own.tile.pixels).first, channels: inputChannels(own.tile), in: nest),
      links.weightBits(
        kernels: own.tile.kernels, channels: own.tile.channels,
        isLast: own.tile.channels == nest.channels, in: nest)
    )
  }

  /// Bits of the last tile's results.
  private func last(_ tile: Tile) -> Bits {
    guard !storesLess else { return .zero }
    func rest(_ extent: Int, _ size: Int) -> Int { (extent - 1) % size + 1 }
    return links.outputBits(
      pixels: rest(nest.pixels, tile.pixels), kernels: rest(nest.kernels, tile.kernels))
  }
}
