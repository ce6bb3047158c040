internal import Architectures
internal import Units
internal import WeightAnalysis

/// What tiles load of their weights and their input, and when the input has room.
extension TileProgram {
  /// Brings the tile's weights in, but for those that are on chip.
  mutating func loadWeights(
    _ tile: Tile, _ block: Int, _ part: Int, isLast: Bool, _ step: inout TileStep
  ) {
    let first = (kernel: block * mapping.tile.kernels, channel: part * mapping.tile.channels)
    let (bits, offset) = weightBits(
      kernels: tile.kernels, from: first.kernel, channels: tile.channels, from: first.channel,
      isLast: isLast)
    let held = min(bits, max(.zero, onChip.weights - offset))
    traffic[.weightFromPersistent] += held
    traffic[.weightRead] += links.linkBits(weight: bits - held, of: nest)
    let cycles = links.weightCycles(bits - held, of: nest)
    step.weightLoad = cycles
    if links.weight.overlap == .none {
      step.exposed += cycles
    } else {
      step.load += cycles
    }
  }

  /// Bits of a block of weights, and of those that lie before it.
  private func weightBits(
    kernels: Int, from kernel: Int, channels: Int, from channel: Int, isLast: Bool
  ) -> (bits: Bits, offset: Bits) {
    let offset =
      links.weightBits(kernels: kernel, channels: nest.channels, in: nest)
      + links.weightBits(kernels: kernels, channels: channel, isLast: false, in: nest)
    // Shares of entries are rounded where they end, so that all of them together are the entries.
    guard nest.weightFormat?.entries == nil || channels != nest.channels else {
      let upTo = links.weightBits(kernels: kernel + kernels, channels: nest.channels, in: nest)
      return (upTo - offset, offset)
    }
    return (
      links.weightBits(kernels: kernels, channels: channels, isLast: isLast, in: nest), offset
    )
  }

  /// Bits of the weights of `region`.
  func weightBits(of region: Region) -> Bits {
    weightBits(
      kernels: region.kernels.count, from: region.kernels.lowerBound,
      channels: region.channels.count, from: region.channels.lowerBound,
      isLast: region.channels.upperBound == nest.channels
    ).bits
  }

  /// Brings the tile's input in; gives whether any of it comes from DRAM.
  mutating func loadInput(_ tile: Tile, _ step: inout TileStep, repeats: Int) -> Bool {
    var bits = inputBits(of: tile)
    if onChip.moves != nil { maps[.inputFilled] += bits * repeats }
    if let moves = onChip.moves, !links.holdsInputOutside {
      let (outside, inside) = moves.input(bits, stored: storedBits(of: tile, moves))
      maps[.inputHeld] += inside * repeats
      guard outside > .zero else { return false }
      bits = outside
    }
    traffic[.inputRead] += links.linkBits(input: bits, of: nest)
    traffic[.inputDecoded] += bits
    let cycles = links.loadCycles(bits, of: nest)
    step.inputLoad = cycles
    switch links.input.overlap {
    case .pingPong where mapping.inputRoom != .afterwards: step.load += cycles
    case .none, .pingPong: step.exposed += cycles
    case .streaming: step.stream += cycles
    }
    return true
  }

  /// How much later than the end of the tile before the input is there, at least.
  ///
  /// A part of it has room beside that tile's; the rest takes the place of what has been read, image
  /// by image or bank by bank.
  mutating func handover(of tile: Tile, strip: Int, block: Int, part: Int) -> Int? {
    guard traits.handsInputOver, links.input.overlap == .pingPong else { return nil }
    let before = tileBefore(tile, strip: strip, block: block, part: part)
    let (bits, held) = (inputBits(of: tile), inputBits(of: before))
    let (given, gained): (Bits, Bits)
    var room: Bits
    switch mapping.inputRoom {
    case .afterwards: return nil
    case .beside:
      given = Bits(held.count / nest.batch)
      gained = Bits(bits.count / nest.batch)
      room = gained
    case .banks(let count, let size):
      (given, gained) = (size, size)
      room = size * (count - quotient(held.count, size.count))
    }
    let release = execute(before, part: .whole, repeats: 0).release
    var latest: Int?
    var read = Bits.zero
    while read < held, room < bits {
      read = min(read + given, held)
      let end =
        links.loadCycles(outside(bits), arrived: outside(bits) - outside(bits - room), of: nest)
        - release.cycles(after: read.count, of: held.count)
      latest = max(latest ?? end, end)
      room += gained
    }
    return latest
  }

  /// What of `bits` of the input comes from DRAM.
  private func outside(_ bits: Bits) -> Bits {
    onChip.moves?.input(bits, stored: nil).outside ?? bits
  }

  /// The tile before a tile of equal kernels; before the first one, the last one of another group.
  private func tileBefore(_ tile: Tile, strip: Int, block: Int, part: Int) -> Tile {
    let full = mapping.tile
    let strips = quotient(nest.pixels, full.pixels)
    let index = part > 0 || block > 0 ? strip : (strip + strips - 1) % strips
    let rest = nest.channels % full.channels
    return Tile(
      pixels: min(full.pixels, nest.pixels - index * full.pixels), kernels: tile.kernels,
      channels: part == 0 && rest > 0 ? rest : full.channels, firstKernel: tile.firstKernel,
      firstPixel: index * full.pixels)
  }

  func inputBits(of tile: Tile) -> Bits {
    links.inputBits(
      rows: nest.inputRows(from: tile.firstPixel, count: tile.pixels),
      channels: nest.isDepthwise ? tile.kernels : tile.channels, in: nest)
  }
}
