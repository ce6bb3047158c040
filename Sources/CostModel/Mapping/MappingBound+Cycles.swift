internal import Architectures
internal import Networks
internal import Units

extension MappingBound {
  /// What tiles of one size move and compute, every operand once, whatever the order of the loops and
  /// whatever stays.
  struct Parts {
    let input: Loads
    let weights: Loads
    let stores: Stores
    let array: ArrayWork
  }

  /// Cycles and traffic of `mapping`, at least.
  func estimate(_ mapping: Mapping, _ strips: Strips, _ parts: Parts) -> Estimate {
    let blocks = quotient(nest.kernels, mapping.tile.kernels)
    let input = parts.input.repeated(mapping.keepsInput || nest.isDepthwise ? 1 : blocks)
      .adding(beside)
    let weights = weights(
      parts, sweeps: mapping.keepsWeights ? 1 : strips.count, mapping.tile)
    let stalls = stalls(
      mapping, strips, blocks: blocks, weights, longest: parts.array.longest)
    return Estimate(
      cycles: cycles(input, weights, parts.stores, parts.array.cycles + stalls),
      array: parts.array, traffic: traffic(input, weights, parts.stores))
  }

  /// Cycles and traffic of every mapping that moves and computes no less than `parts`, its input and its
  /// weights so often, at least; of the first loads and the last stores only those of weights are known.
  func floor(
    _ parts: Parts, sweeps: (input: Int, weights: Int), _ tile: Tile
  ) -> Estimate {
    var input = parts.input.repeated(sweeps.input).adding(beside)
    input.first = 0
    var stores = parts.stores
    stores.last = 0
    let weights = weights(parts, sweeps: sweeps.weights, tile)
    return Estimate(
      cycles: cycles(input, weights, stores, parts.array.cycles), array: parts.array,
      traffic: traffic(input, weights, stores))
  }

  private func weights(_ parts: Parts, sweeps: Int, _ tile: Tile) -> Loads {
    // Weights of which some are on chip do not take twice what they take once.
    sweeps == 1 || request.fetchesAll
      ? parts.weights.repeated(sweeps) : weightLoads(tile, sweeps: sweeps)
  }

  private func traffic(_ input: Loads, _ weights: Loads, _ stores: Stores) -> DRAMTraffic {
    var traffic = DRAMTraffic()
    traffic[.inputRead] = input.bits
    traffic[.inputDecoded] = input.raw
    traffic[.weightRead] = weights.bits
    traffic[.outputWrite] = stores.bits
    traffic[.outputUncoded] = stores.raw
    return traffic
  }

  private func cycles(
    _ input: Loads, _ weights: Loads, _ stores: Stores, _ computed: Int
  ) -> Int {
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
    return max(first + computed + seen, port)
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
