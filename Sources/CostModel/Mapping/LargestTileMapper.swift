internal import Architectures
public import Components
internal import Units

/// The general mapper: the largest tile that fits, in the better of two loop orders.
///
/// Images of a batch lie side by side, or each by itself: together they never cost more than apart.
public struct LargestTileMapper: LayerMapper {
  /// No parameters.
  public struct Spec: Codable, Hashable, Sendable {}

  /// `largest`.
  public static let kind = "largest"
  /// What it looks for.
  public static let summary = "the largest tile that fits"

  /// Makes the mapper.
  public init(_ spec: Spec) throws(SpecError) {}

  /// Every datapath that needs no layout of its own.
  public static func serves(_ datapath: any Datapath) -> Bool { !datapath.needsLayout }

  /// Buffers are divided evenly.
  public static var banks: BankUse { .never }

  /// The fastest of the mappings worth timing.
  public func plan(_ request: MappingRequest) -> LayerPlan {
    var best = BestMapping()
    var shortage: ArrayShortage?
    var fewest = Double.infinity
    for images in request.batch == 1 ? [1] : [request.batch, 1] {
      let task = request.task(images, nil)
      let traits = task.traits
      let (mappings, reason) = request.memory.mappings(
        of: task.nest, granule: traits.granule, keepsSums: traits.keepsSums)
      shortage = shortage ?? reason
      for mapping in mappings {
        let tiles = CostBound.tiles(of: task.nest, mapping) * Double(request.batch / images)
        fewest = min(fewest, tiles)
        guard tiles <= Double(CostBound.tiles) else { continue }
        best.offer(request.time(task, mapping))
      }
    }
    if let best = best.mapping { return .mapped(best) }
    if fewest < .infinity { return .tooManyTiles(fewest) }
    guard let shortage else { preconditionFailure("a layer has a mapping or a shortage") }
    return .short(shortage)
  }
}

extension MemoryModel {
  /// The mappings worth timing, or what does not fit.
  func mappings(
    of nest: LoopNest, granule: Tile, keepsSums: Bool
  ) -> (found: [Mapping], shortage: ArrayShortage?) {
    var tile = granule
    let least = weightBits(kernels: tile.kernels, channels: tile.channels, in: nest)
    guard least <= weight.tile else {
      return ([], shortage(weight, of: .weight, least))
    }
    let sums = sumBits(pixels: tile.pixels, kernels: tile.kernels)
    guard sums <= output.tile else {
      return ([], shortage(output, of: .output, sums))
    }
    let strip = inputBits(pixels: tile.pixels, channels: inputChannels(tile, nest), in: nest)
    guard strip <= input.tile else {
      return ([], shortage(input, of: .input, strip))
    }
    if granule.kernels == 1, !nest.isDepthwise, !keepsSums {
      // Kernels stream: as many as fit follow one another without a new fold.
      tile.kernels = largest(nest.kernels, step: 1) { kernels in
        weightBits(kernels: kernels, channels: granule.channels, in: nest) <= weight.tile
          && sumBits(pixels: granule.pixels, kernels: kernels) <= output.tile
      }
    }
    tile.channels = largest(nest.channels, step: granule.channels) { channels in
      weightBits(kernels: tile.kernels, channels: channels, in: nest) <= weight.tile
    }
    let smallestStripFits = { (channels: Int) in
      inputBits(pixels: tile.pixels, channels: nest.isDepthwise ? tile.kernels : channels, in: nest)
        <= input.tile
    }
    // Prefer strips that keep every channel on chip; else cut channels too.
    let keepsInput =
      !nest.isDepthwise
      && heldBits(pixels: tile.pixels, part: tile.channels, in: nest) <= input.tile
    if !keepsInput {
      tile.channels = largest(tile.channels, step: granule.channels, smallestStripFits)
    }
    let isCut = tile.channels < nest.channels
    // Sums that stay in the array allow channels to be cut only within one fold.
    tile.pixels = largest(nest.pixels, step: granule.pixels) { pixels in
      !(keepsSums && isCut && pixels > granule.pixels)
        && (keepsInput
          ? heldBits(pixels: pixels, part: tile.channels, in: nest)
          : inputBits(pixels: pixels, channels: inputChannels(tile, nest), in: nest)) <= input.tile
        && sumBits(pixels: pixels, kernels: tile.kernels) <= output.tile
    }
    let allWeights = weightBits(kernels: nest.kernels, channels: nest.channels, in: nest)
    let allInput = heldBits(pixels: nest.pixels, part: tile.channels, in: nest)
    var found = [
      Mapping(
        order: .pixelsOuter, tile: tile, keepsInput: keepsInput,
        keepsWeights: allWeights <= weight.whole, images: nest.batch)
    ]
    if tile.pixels < nest.pixels {
      found.append(
        Mapping(
          order: .kernelsOuter, tile: tile,
          keepsInput: !nest.isDepthwise && allInput <= input.whole,
          keepsWeights: tile.channels == nest.channels, images: nest.batch))
    }
    return (found, nil)
  }

  /// An operand whose smallest tile does not fit.
  private func shortage(
    _ capacity: Capacity, of operand: Operand, _ demand: Bits
  ) -> ArrayShortage {
    ArrayShortage(
      resource: capacity.name, demand: demand, bound: capacity.tile, lever: .buffer(of: operand))
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
