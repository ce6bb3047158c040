internal import Architectures
internal import Units

/// Tiles that fill the buffers, or that many but even ones.
struct LargestTile {
  /// Whether parts are made even once their number is known.
  let isEven: Bool

  /// The fastest of the mappings worth timing.
  func plan(_ request: MappingRequest) -> LayerPlan {
    var best = BestMapping()
    var shortage: ArrayShortage?
    var fewest = Double.infinity
    var levels = request.memory.levels.isEmpty ? nil : LevelSearch(request, .latency)
    for images in request.batch == 1 ? [1] : [request.batch, 1] {
      let task = request.task(images, nil)
      let (mappings, reason) = mappings(of: task.nest, task.traits, in: request.memory)
      shortage = shortage ?? reason
      if levels != nil {
        levels?.search(mappings.prefix(1).map(\.tile), task)
        continue
      }
      for mapping in mappings {
        let tiles = CostBound.tiles(of: task.nest, mapping) * Double(request.batch / images)
        fewest = min(fewest, tiles)
        guard tiles <= Double(CostBound.tiles) else { continue }
        best.offer(request.time(task, mapping))
      }
    }
    if let levels, shortage == nil { return levels.plan }
    return LayerPlan(best.mapping, fewestTiles: fewest, shortage: shortage)
  }

  /// The mappings worth timing, or what does not fit.
  private func mappings(
    of nest: LoopNest, _ traits: LayerTraits, in memory: MemoryModel
  ) -> (found: [Mapping], shortage: ArrayShortage?) {
    let granule = memory.smallestTile(of: nest, traits)
    if let shortage = memory.shortage(of: nest, granule) { return ([], shortage) }
    var tile = granule
    if granule.kernels == 1, !nest.isDepthwise, !traits.keepsSums {
      // Kernels stream: as many as fit follow one another without a new fold.
      tile.kernels = largest(nest.kernels, step: 1) { kernels in
        memory.weightBits(kernels: kernels, channels: granule.channels, in: nest)
          <= memory.weight.tile
          && memory.sumBits(pixels: granule.pixels, kernels: kernels) <= memory.output.tile
      }
    }
    tile.channels = largest(nest.channels, step: granule.channels) { channels in
      memory.weightBits(kernels: tile.kernels, channels: channels, in: nest)
        <= memory.weight.tile
    }
    func stripFits(_ pixels: Int, _ channels: Int) -> Bool {
      memory.inputBits(
        pixels: pixels, channels: nest.isDepthwise ? tile.kernels : channels, in: nest)
        <= memory.input.tile
    }
    func holds(_ pixels: Int) -> Bool {
      !nest.isDepthwise
        && memory.heldBits(pixels: pixels, part: tile.channels, in: nest) <= memory.input.tile
    }
    // Prefer strips that keep every channel on chip; else cut channels too.
    let prefersHeld = holds(tile.pixels)
    if !prefersHeld {
      tile.channels = largest(tile.channels, step: granule.channels) {
        stripFits(tile.pixels, $0)
      }
    }
    if isEven {
      tile.kernels = EvenCuts.evened(tile.kernels, of: nest.kernels, unit: granule.kernels)
      tile.channels = EvenCuts.evened(tile.channels, of: nest.channels, unit: granule.channels)
    }
    tile.pixels = largestStrip(nest, granule) { pixels in
      traits.allows(
        Tile(pixels: pixels, kernels: tile.kernels, channels: tile.channels), of: nest)
        && (prefersHeld ? holds(pixels) : stripFits(pixels, tile.channels))
        && memory.sumBits(pixels: pixels, kernels: tile.kernels) <= memory.output.tile
    }
    if isEven {
      let unit =
        tile.pixels.isMultiple(of: nest.outputColumns) ? nest.outputColumns : granule.pixels
      tile.pixels = EvenCuts.evened(tile.pixels, of: nest.pixels, unit: unit)
    }
    let allWeights = memory.weightBits(kernels: nest.kernels, channels: nest.channels, in: nest)
    let allInput = memory.heldBits(pixels: nest.pixels, part: tile.channels, in: nest)
    var found = [
      Mapping(
        order: .pixelsOuter, tile: tile, keepsInput: prefersHeld || holds(tile.pixels),
        keepsWeights: allWeights <= memory.weight.whole, images: nest.batch)
    ]
    if tile.pixels < nest.pixels {
      found.append(
        Mapping(
          order: .kernelsOuter, tile: tile,
          keepsInput: !nest.isDepthwise && allInput <= memory.input.whole,
          keepsWeights: tile.channels == nest.channels, images: nest.batch))
    }
    return (found, nil)
  }

  /// The largest strip that `fits`: in whole granules, or in whole rows, which touch fewer rows of the
  /// input than as many pixels elsewhere.
  private func largestStrip(
    _ nest: LoopNest, _ granule: Tile, _ fits: (Int) -> Bool
  ) -> Int {
    let pixels = largest(nest.pixels, step: granule.pixels, fits)
    let columns = nest.outputColumns
    guard granule.pixels < columns, columns.isMultiple(of: granule.pixels), fits(columns) else {
      return pixels
    }
    return max(pixels, largest(nest.pixels, step: columns, fits))
  }

  /// The largest multiple of `step` (or all of `extent`) that `fits`; `step` itself is known to.
  private func largest(_ extent: Int, step: Int, _ fits: (Int) -> Bool) -> Int {
    if fits(extent) { return extent }
    var (low, high) = (1, quotient(extent, step))
    while low + 1 < high {
      let middle = (low + high) / 2
      if fits(middle * step) { low = middle } else { high = middle }
    }
    return min(low * step, extent)
  }
}

extension MemoryModel {
  /// The smallest tile that is worth while: a granule, or where that has no room one fold.
  func smallestTile(of nest: LoopNest, _ traits: LayerTraits) -> Tile {
    var tile = traits.granule
    if weightBits(kernels: tile.kernels, channels: tile.channels, in: nest) > weight.tile
      || inputBits(pixels: tile.pixels, channels: inputChannels(tile, nest), in: nest)
        > input.tile
    {
      tile.channels = min(tile.channels, traits.leastChannels)
    }
    return tile
  }

  /// What is too small for `tile`, the smallest, where buffers are divided evenly; nil where nothing is.
  func shortage(of nest: LoopNest, _ tile: Tile) -> ArrayShortage? {
    let least = weightBits(kernels: tile.kernels, channels: tile.channels, in: nest)
    guard least <= weight.tile else { return shortage(weight, of: .weight, least) }
    let sums = sumBits(pixels: tile.pixels, kernels: tile.kernels)
    guard sums <= output.tile else { return shortage(output, of: .output, sums) }
    let strip = inputBits(pixels: tile.pixels, channels: inputChannels(tile, nest), in: nest)
    guard strip <= input.tile else { return shortage(input, of: .input, strip) }
    return nil
  }

  /// An operand whose smallest tile does not fit.
  private func shortage(
    _ capacity: Capacity, of operand: Operand, _ demand: Bits
  ) -> ArrayShortage {
    ArrayShortage(
      resource: capacity.name, demand: demand, bound: capacity.tile, lever: .buffer(of: operand))
  }
}
