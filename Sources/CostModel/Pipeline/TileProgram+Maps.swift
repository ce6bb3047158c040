internal import Architectures
internal import Networks
internal import Units

/// What tiles move of maps beside their input, and what becomes of their results.
extension TileProgram {
  /// Bits of the map that windows make a tile's input of; nil where none do.
  func storedBits(of tile: Tile, _ moves: NestMoves) -> Bits? {
    guard let windows = moves.windows else { return nil }
    let rows = nest.inputRows(from: tile.firstPixel, count: tile.pixels, along: windows.rows)
    let columns =
      nest.gather == .pixels
      ? windows.columns.count(0, nest.outputColumns - 1, skips: true) : windows.columns.extent
    let channels = Links.aligned(
      nest.isDepthwise ? tile.kernels : tile.channels, to: links.input.channelAlignment)
    return links.precision.input * (rows * columns * channels)
  }

  /// Loads what the results are added to, and once what the input is multiplied by.
  ///
  /// Both come over the link of inputs behind the tile's other loads, beside the tile before where the
  /// link overlaps anything (assumed). Terms wait in the buffer of the sums.
  mutating func loadBeside(
    _ tile: Tile, _ moves: NestMoves, at place: (strip: Int, block: Int, part: Int), isLast: Bool,
    _ step: inout TileStep, repeats: Int
  ) {
    let width = links.precision.input
    var (terms, factors) = (Bits.zero, Bits.zero)
    if isLast {
      let own = moves.terms(tile)
      terms = width * own.outside
      maps[.terms] += width * (own.all * repeats)
      maps[.termsHeld] += width * (own.inside * repeats)
    }
    if place.strip == 0, place.block == 0 || nest.isDepthwise {
      let own =
        nest.isDepthwise
        ? moves.factors(tile.firstKernel, tile.kernels)
        : moves.factors(place.part * mapping.tile.channels, tile.channels)
      factors = width * own.outside
      maps[.inputHeld] += width * (own.inside * repeats)
      maps[.inputFilled] += width * (own.all * repeats)
    }
    let bits = terms + factors
    guard bits > .zero else { return }
    if links.levels.isEmpty {
      traffic[.inputRead] += nest.besideCode?.coded(bits) ?? bits
      traffic[.inputDecoded] += bits
    } else {
      // Terms stop where results do, factors nowhere.
      traffic[.termRead] += terms
      factorBits += factors
    }
    step.termLoad =
      nest.besideCode?.cycles(for: bits, on: links.input.rate)
      ?? links.input.rate.cycles(for: bits).count
    if links.input.overlap == .none {
      step.exposed += step.termLoad
    } else {
      step.load += step.termLoad
    }
  }

  /// Stores a tile's results, or leaves them on chip.
  mutating func store(
    _ tile: Tile, _ moves: NestMoves?, _ step: inout TileStep, repeats: Int
  ) {
    let bits = resultBits(of: tile, moves)
    guard let moves else { return store(bits, &step) }
    var inside = moves.results(tile).inside
    if tile.firstPixel + tile.pixels == nest.pixels { inside += moves.vectors(tile).inside }
    maps[.kept] += links.precision.output * (inside * repeats)
    if bits > .zero { store(bits, &step) }
  }

  /// Bits of a tile's results that leave the chip.
  func resultBits(of tile: Tile, _ moves: NestMoves?) -> Bits {
    guard let moves else {
      return links.outputBits(pixels: tile.pixels, kernels: tile.kernels)
    }
    let results = moves.results(tile)
    // Channels are padded in DRAM, not on chip.
    let padded = Links.aligned(tile.kernels, to: links.output.channelAlignment)
    var outside =
      padded == tile.kernels
      ? results.outside : quotient(results.outside * padded, tile.kernels)
    if tile.firstPixel + tile.pixels == nest.pixels { outside += moves.vectors(tile).outside }
    return links.precision.output * outside
  }

  private mutating func store(_ bits: Bits, _ step: inout TileStep) {
    traffic[.outputWrite] += links.linkBits(output: bits, of: nest)
    traffic[.outputUncoded] += bits
    step.store = links.storeCycles(bits, of: nest)
    step.stores = true
  }
}
