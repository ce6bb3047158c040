internal import Architectures
internal import Networks
internal import Units

extension MappingBound {
  /// Cycles of a mapping whose input streams into the array over a port that stores share, at least; nil
  /// where nothing more is known than of others.
  ///
  /// On such a port the store of a tile goes before the stream of the next one, and it does not end before
  /// the tile has been computed and its last results have left. So after a tile that stores, one that streams
  /// ends no sooner than what is left of that store and then its own stream take, see `TilePipeline`.
  func streamed(_ mapping: Mapping, _ strips: Strips, _ parts: Parts) -> Int? {
    guard links.sharedPort, links.input.overlap == .streaming, isUniform, !takesLessInput,
      request.placement.moves?.windows == nil, (request.placement.moves?.input.inside ?? 0) == 0,
      !traits.dependsOnPosition(pixels: mapping.tile.pixels), strips.runs.count <= Self.mostRuns
    else { return nil }
    let tile = mapping.tile
    let (full, rest) = nest.kernels.quotientAndRemainder(dividingBy: tile.kernels)
    let blocks = full + (rest > 0 ? 1 : 0)
    var waits = Waits()
    for run in strips.runs {
      var own = tile
      own.firstPixel = run.index * tile.pixels
      own.pixels = min(tile.pixels, nest.pixels - own.firstPixel)
      guard let late = lateStream(own) else { return nil }
      guard let store = lateStore(own),
        let last = rest > 0 ? lateStore(own, kernels: rest) : store
      else { return nil }
      waits.add(late, store, last, times: run.count)
    }
    let once = mapping.keepsInput || blocks == 1
    let streams = (once ? 1 : full) * waits.streams
    var stores: Int
    switch mapping.order {
    case .pixelsOuter:
      stores = waits.restStores - waits.lastRest + (once ? 0 : (blocks - 1) * waits.stores)
    case .kernelsOuter:
      stores = (once ? 1 : full) * (waits.stores - waits.lastFull)
      if !once {
        stores += (blocks - 1) * waits.lastFull
        if rest > 0 { stores += waits.restStores - waits.lastRest }
      }
    }
    // The last tile's drain belongs to its computation.
    stores = stores * nests + waits.lastRest - traits.drain
    let weights = parts.weights
    let sweeps = mapping.keepsWeights ? 1 : strips.count
    let seenWeights =
      links.weight.overlap != .none
      ? weights.first : request.fetchesAll ? weights.cycles * sweeps : weights.cycles
    let seenStores = links.storeOverlap == .none ? parts.stores.cycles : 0
    return seenWeights + parts.array.cycles + streams * nests + max(stores, seenStores)
  }

  /// The most runs of alike strips that are looked at.
  private static var mostRuns: Int { 8 }

  /// Cycles beyond the computation, added up over strips.
  private struct Waits {
    /// Of streams, and of stores of full blocks of kernels and of the last block.
    var streams = 0
    var stores = 0
    var restStores = 0
    /// Those of the last strip.
    var lastFull = 0
    var lastRest = 0

    mutating func add(_ stream: Int, _ store: Int, _ rest: Int, times: Int) {
      streams += stream * times
      stores += store * times
      restStores += rest * times
      (lastFull, lastRest) = (store, rest)
    }
  }

  /// Cycles that a tile with the first channels takes from the start of its stream, beyond its computation;
  /// nil where nothing streams.
  private func lateStream(_ tile: Tile) -> Int? {
    let rows = nest.inputRows(from: tile.firstPixel, count: tile.pixels)
    let channels = nest.isDepthwise ? tile.kernels : tile.channels
    let stream = links.loadCycles(
      links.inputBits(rows: rows, channels: channels, in: nest), of: nest)
    guard stream > 0 else { return nil }
    let part = ChannelPart(isFirst: true, isLast: tile.channels == nest.channels)
    let timing = layer.timing(of: tile, part: part)
    let bound = layer.overlap(of: tile, part: part, timing: timing).bound(stream: stream)
    return max(0, max(bound, stream) - timing.cycles)
  }

  /// Cycles from the end of a tile with the last channels to that of its store; nil where it may store nothing.
  private func lateStore(_ tile: Tile, kernels: Int? = nil) -> Int? {
    var tile = tile
    tile.kernels = kernels ?? tile.kernels
    let isWhole = tile.channels == nest.channels
    let parts = quotient(nest.channels, tile.channels)
    tile.channels = nest.channels - (parts - 1) * tile.channels
    let bits = leastStored(pixels: tile.pixels, kernels: tile.kernels)
    guard bits > .zero else { return nil }
    let store = links.storeCycles(bits, of: nest)
    guard links.storeOverlap == .streaming else { return store + traits.drain }
    let part = ChannelPart(isFirst: isWhole, isLast: true)
    let timing = layer.timing(of: tile, part: part)
    return layer.overlap(of: tile, part: part, timing: timing).lateStore(of: store)
      + traits.drain
  }
}
