internal import Architectures
internal import Networks
internal import Units
internal import WeightAnalysis

/// Tiles a loop nest for the buffers of an architecture and times the transfers.
struct MemoryModel: Hashable, Sendable {
  /// Capacity for one tile and for data that stays, per operand.
  struct Capacity: Hashable, Sendable {
    let component: ComponentID
    let name: String
    let tile: Bits
    let whole: Bits
  }

  /// Everything a pipeline run produces.
  struct Result: Sendable {
    var summary = TilePipeline.Summary()
    var traffic = DRAMTraffic()
    var work = ActionCounts()
    /// Cycles of all tiles with their operands always ready.
    var arrayCycles = 0
    var mapping: Mapping
  }

  let precision: PrecisionSpec
  let transfers: TransfersSpec
  let sharedPort: Bool
  let storeOverlap: StoreOverlap
  let inputRate: BytesPerCycle
  let weightRate: BytesPerCycle
  let outputRate: BytesPerCycle
  let input: Capacity
  let weight: Capacity
  let output: Capacity
  let banks: BufferRoom.Banks?

  init(_ architecture: Architecture) {
    let spec = architecture.spec
    precision = spec.precision
    transfers = spec.memory.transfers
    sharedPort = spec.memory.dram.ports == .shared
    storeOverlap =
      switch transfers.output.overlap {
      case .none: .none
      case .pingPong: .pingPong
      case .streaming: .streaming
      }
    inputRate = transfers.input.bandwidth.perCycle(at: spec.frequency)
    weightRate = transfers.weight.bandwidth.perCycle(at: spec.frequency)
    outputRate = transfers.output.bandwidth.perCycle(at: spec.frequency)
    // A buffer that holds several operands is divided evenly among them.
    func capacity(_ operand: Operand) -> Capacity {
      let buffer = architecture.buffer(for: operand)
      let share = buffer.size.bits.count / buffer.holds.count
      return Capacity(
        component: buffer.component, name: buffer.name,
        tile: Bits(buffer.pingPong ? share / 2 : share), whole: Bits(share))
    }
    input = capacity(.input)
    weight = capacity(.weight)
    output = capacity(.output)
    let shared = architecture.buffer(for: .input)
    banks = shared.banks.map {
      BufferRoom.Banks(
        name: shared.name, count: $0, size: Bits(shared.size.bits.count / $0),
        sumBlocks: spec.memory.transfers.output.overlap == .pingPong ? 2 : 1)
    }
  }

  /// What a datapath's own mapper may fill with kernels of `kernelBits` an element, or of the
  /// weights' precision.
  func room(kernelBits: Int?) -> BufferRoom {
    BufferRoom(
      precision: precision, kernelElement: kernelBits.map { Bits($0) } ?? precision.weight,
      input: input, output: output, weights: weight, banks: banks,
      alignment: transfers.input.channelAlignment, gather: transfers.input.gather)
  }

  // MARK: Footprints

  static func aligned(_ channels: Int, to alignment: Int) -> Int {
    quotient(channels, alignment) * alignment
  }

  /// What a strip of `pixels` needs at most, wherever it lies.
  func inputBits(pixels: Int, channels: Int, in nest: LoopNest) -> Bits {
    let rows = min(
      (pixels + nest.outputColumns - 1) / nest.outputColumns
        + (pixels.isMultiple(of: nest.outputColumns) ? 0 : 1), nest.outputRows)
    let perImage = nest.outputRows / nest.batch
    let whole = nest.mostInputRows(perImage)
    let (images, rest) = rows.quotientAndRemainder(dividingBy: perImage)
    if rest == 0, nest.batch == 1 || pixels.isMultiple(of: nest.outputColumns) {
      return inputBits(rows: images * whole, channels: channels, in: nest)
    }
    // A strip that may begin within an image touches one more, and each has a halo of its own.
    let isAligned = pixels.isMultiple(of: nest.outputColumns) && perImage.isMultiple(of: rows)
    let touched = min(nest.batch, rows == 1 || isAligned ? 1 : (rows - 2) / perImage + 2)
    let shared = max(0, nest.rows.span - nest.rows.stride)
    let halo = (shared + nest.rows.spread - 1) / nest.rows.spread
    let most = min(
      touched * whole,
      nest.rows.most(windows: rows, skips: nest.gather != .none) + (touched - 1) * halo)
    return inputBits(rows: most, channels: channels, in: nest)
  }

  /// A strip with all of its channels, which were loaded in parts; each part is aligned on its own.
  private func heldBits(pixels: Int, part: Int, in nest: LoopNest) -> Bits {
    let (parts, rest) = nest.channels.quotientAndRemainder(dividingBy: part)
    return inputBits(pixels: pixels, channels: part, in: nest) * parts
      + (rest > 0 ? inputBits(pixels: pixels, channels: rest, in: nest) : .zero)
  }

  func inputBits(rows: Int, channels: Int, in nest: LoopNest) -> Bits {
    let padded = Self.aligned(channels, to: transfers.input.channelAlignment)
    return precision.input * (rows * nest.readColumns * padded)
  }

  /// The bits beside the weights come with a kernel's last channel.
  func weightBits(
    kernels: Int, channels: Int, isLast: Bool = true, in nest: LoopNest
  ) -> Bits {
    let weights = kernels * channels * nest.taps
    guard let format = nest.weightFormat else { return precision.weight * weights }
    return format.bits(weights: weights, kernels: isLast ? kernels : 0)
  }

  func sumBits(pixels: Int, kernels: Int) -> Bits { precision.accumulator * (pixels * kernels) }

  func outputBits(pixels: Int, kernels: Int) -> Bits {
    precision.output * (pixels * Self.aligned(kernels, to: transfers.output.channelAlignment))
  }

  private func inputChannels(_ tile: Tile, _ nest: LoopNest) -> Int {
    nest.isDepthwise ? tile.kernels : tile.channels
  }

  // MARK: Mapping

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

  // MARK: Timing

  /// Groups that follow one another, each with as much on chip.
  struct Groups {
    let count: Int
    let onChip: OnChip
    /// The datapath made ready for their weights; nil where all groups of a layer cost the same.
    var datapath: (any Datapath)?
  }

  /// Times all groups of a layer in one pipeline.
  func time(
    _ nest: LoopNest, _ groups: [Groups], mapping: Mapping, datapath: any Datapath,
    extrapolates: Bool
  ) -> Result {
    var pipeline = TilePipeline(
      sharedPort: sharedPort, storeOverlap: storeOverlap, extrapolates: extrapolates)
    var result = Result(mapping: mapping)
    for part in groups where part.count > 0 {
      let program = program(nest, part, mapping, datapath)
      pipeline.append(program.segments, repeated: part.count)
      result.work.add(program.work, times: part.count)
      result.arrayCycles += program.cycles * part.count
      result.traffic.add(program.traffic, times: part.count)
    }
    result.summary = pipeline.finished()
    return result
  }

  func program(
    _ nest: LoopNest, _ part: Groups, _ mapping: Mapping, _ datapath: any Datapath
  ) -> TileProgram {
    var program = TileProgram(
      model: self, nest: nest, mapping: mapping, datapath: part.datapath ?? datapath,
      onChip: part.onChip)
    program.build()
    return program
  }
}
