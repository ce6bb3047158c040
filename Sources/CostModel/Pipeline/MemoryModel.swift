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
  /// The memory that keeps maps, nil where all go to DRAM.
  let mapKeeper: ComponentID?

  init(_ architecture: Architecture) {
    let spec = architecture.spec
    precision = spec.precision
    mapKeeper = spec.mapKeeper
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

  /// What a mapper may fill with kernels of `kernelBits` an element, or of the
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
  func heldBits(pixels: Int, part: Int, in nest: LoopNest) -> Bits {
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

  func inputChannels(_ tile: Tile, _ nest: LoopNest) -> Int {
    nest.isDepthwise ? tile.kernels : tile.channels
  }

  // MARK: Timing

  /// Times all groups of a layer in one pipeline.
  func time(_ task: LayerTask, mapping: Mapping, extrapolates: Bool) -> TimedMapping {
    var pipeline = TilePipeline(
      sharedPort: sharedPort, storeOverlap: storeOverlap, extrapolates: extrapolates)
    var result = TimedMapping(mapping)
    for groups in task.groups where groups.count > 0 {
      let program = program(task.nest, groups, mapping)
      pipeline.append(program.segments, repeated: groups.count)
      result.work.add(program.work, times: groups.count)
      result.arrayCycles += program.cycles * groups.count
      result.traffic.add(program.traffic, times: groups.count)
      if groups.onChip.moves != nil { result.maps.add(program.maps, times: groups.count) }
    }
    result.summary = pipeline.finished()
    return result
  }

  func program(
    _ nest: LoopNest, _ groups: LayerTask.Groups, _ mapping: Mapping
  ) -> TileProgram {
    var program = TileProgram(
      model: self, nest: nest, mapping: mapping, layer: groups.layer, onChip: groups.onChip)
    program.build()
    return program
  }
}
