internal import Architectures
internal import Networks
internal import Units

/// The tiles of the memories between DRAM and the buffers, and the array's in them.
extension TileProgram {
  /// Walks the loops of all memories.
  mutating func buildLevels() {
    crossings = Array(repeating: DRAMTraffic(), count: links.levels.count + 1)
    var before = [Region?](repeating: nil, count: links.levels.count + 1)
    tiles = levelTiles(of: Region(nest), level: 0, isLast: true, &before)
    crossings[links.levels.count] = traffic
    traffic = links.outermost(of: crossings)
    traffic[.inputRead] += factorBits
    traffic[.inputDecoded] += factorBits
  }

  private mutating func levelTiles(
    of region: Region, level: Int, isLast: Bool, _ before: inout [Region?]
  ) -> [LevelRun] {
    let own = mapping.levels[level]
    let loads = RegionLoads(
      order: own.order, tile: own.tile, keepsInput: own.keepsInput,
      keepsWeights: own.keepsWeights, in: region, after: before[level])
    var parts: [Region.Part] = []
    region.forEachTile(own.tile, own.order) { parts.append($0) }
    var result: [LevelRun] = []
    for (index, part) in parts.enumerated() {
      var tile = transfers(
        of: part.region, level: level, weights: loads.weights(part), input: loads.input(part))
      let isLast = isLast && index == parts.count - 1
      if level + 1 < links.levels.count {
        tile.tiles = levelTiles(of: part.region, level: level + 1, isLast: isLast, &before)
      } else {
        tile.runs = arrayTiles(of: part.region, isLast: isLast, after: before[level + 1])
        before[level + 1] = part.region
      }
      if let last = result.indices.last, result[last].tile == tile {
        result[last].count += 1
      } else {
        result.append(LevelRun(tile: tile, count: 1))
      }
    }
    before[level] = region
    return result
  }

  /// What a level's tile moves from outside and to there.
  private mutating func transfers(
    of region: Region, level: Int, weights: Bool, input: Bool
  ) -> LevelTile {
    let link = links.levels[level]
    var result = LevelTile()
    let tile = Tile(
      pixels: region.pixels.count, kernels: region.kernels.count,
      channels: region.channels.count, firstKernel: region.kernels.lowerBound,
      firstPixel: region.pixels.lowerBound)
    let isLast = region.channels.upperBound == nest.channels
    let moves = onChip.moves
    func load(_ bits: Bits) { result.load += link.rate.cycles(for: bits).count }
    if weights, link.holds(.weight) {
      let bits = weightBits(of: region)
      crossings[level][.weightRead] += bits
      load(bits)
    }
    if input, link.holds(.input) {
      var bits = inputBits(of: tile)
      // Windows of pools are closed on the way out of DRAM.
      if let moves, links.first(holding: .input) == level {
        bits = moves.input(bits, stored: storedBits(of: tile, moves)).outside
      }
      crossings[level][.inputRead] += bits
      crossings[level][.inputDecoded] += inputBits(of: tile)
      load(bits)
    }
    guard isLast, link.holds(.output) else { return result }
    if let moves {
      let bits = links.precision.input * moves.terms(tile).outside
      crossings[level][.termRead] += bits
      load(bits)
    }
    let bits = resultBits(of: tile, moves)
    guard bits > .zero else { return result }
    crossings[level][.outputWrite] += bits
    crossings[level][.outputUncoded] += bits
    result.store = link.rate.cycles(for: bits).count
    result.stores = true
    return result
  }
}

extension Links {
  /// Whether a level holds inputs, so that their buffer takes them as they are there.
  var holdsInputOutside: Bool { levels.contains { $0.holds(.input) } }

  /// What crosses the links to DRAM of what crosses those into each level and, at last, into the buffers.
  func outermost(of crossings: [DRAMTraffic]) -> DRAMTraffic {
    var traffic = DRAMTraffic()
    func place(_ operand: Operand) -> DRAMTraffic {
      crossings[first(holding: operand)]
    }
    let (input, output) = (place(.input), place(.output))
    traffic[.inputRead] = input[.inputRead] + output[.termRead]
    traffic[.inputDecoded] = traffic[.inputRead]
    traffic[.weightRead] = place(.weight)[.weightRead]
    traffic[.outputWrite] = output[.outputWrite]
    traffic[.outputUncoded] = output[.outputUncoded]
    return traffic
  }
}
