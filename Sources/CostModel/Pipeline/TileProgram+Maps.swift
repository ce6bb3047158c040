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
    var outside = 0
    if isLast {
      let terms = moves.terms(tile)
      outside += terms.outside
      maps[.terms] += width * (terms.all * repeats)
      maps[.termsHeld] += width * (terms.inside * repeats)
    }
    if place.strip == 0, place.block == 0 || nest.isDepthwise {
      let factors =
        nest.isDepthwise
        ? moves.factors(tile.firstKernel, tile.kernels)
        : moves.factors(place.part * mapping.tile.channels, tile.channels)
      outside += factors.outside
      maps[.inputHeld] += width * (factors.inside * repeats)
      maps[.inputFilled] += width * (factors.all * repeats)
    }
    guard outside > 0 else { return }
    let bits = width * outside
    traffic[.inputRead] += nest.besideCode?.coded(bits) ?? bits
    traffic[.inputDecoded] += bits
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
    guard let moves else {
      return store(
        links.outputBits(pixels: tile.pixels, kernels: tile.kernels), &step)
    }
    let width = links.precision.output
    let results = moves.results(tile)
    // Channels are padded in DRAM, not on chip.
    let padded = Links.aligned(tile.kernels, to: links.output.channelAlignment)
    var outside =
      padded == tile.kernels
      ? results.outside : quotient(results.outside * padded, tile.kernels)
    var inside = results.inside
    if tile.firstPixel + tile.pixels == nest.pixels {
      let vectors = moves.vectors(tile)
      outside += vectors.outside
      inside += vectors.inside
    }
    maps[.kept] += width * (inside * repeats)
    if outside > 0 { store(width * outside, &step) }
  }

  private mutating func store(_ bits: Bits, _ step: inout TileStep) {
    traffic[.outputWrite] += links.linkBits(output: bits, of: nest)
    traffic[.outputUncoded] += bits
    step.store = links.storeCycles(bits, of: nest)
    step.stores = true
  }
}
