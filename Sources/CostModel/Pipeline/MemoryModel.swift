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

  let transfers: Links
  let input: Capacity
  let weight: Capacity
  let output: Capacity
  let banks: BufferRoom.Banks?
  /// The same buffers where their division is free.
  let space: BufferSpace
  /// The memories between DRAM and the buffers, from DRAM inwards.
  let levels: [LevelSpace]
  /// The memory that keeps maps, nil where all go to DRAM.
  let mapKeeper: ComponentID?

  /// The memory of a core whose links to DRAM are no faster than `limit`, and sustain a share of their
  /// rate.
  init(_ architecture: Architecture, limit: Bandwidth = .unlimited, share: Double = 1) {
    let spec = architecture.spec
    transfers = Links(architecture, limit: limit, share: share)
    space = BufferSpace(architecture)
    levels = spec.memory.levels.indices.map { LevelSpace($0, spec.memory.levels[$0]) }
    mapKeeper = architecture.spec.mapKeeper
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

  /// What a strip of `pixels` needs at most, wherever it lies.
  func inputBits(pixels: Int, channels: Int, in nest: LoopNest) -> Bits {
    inputBits(rows: mostInputRows(pixels: pixels, in: nest), channels: channels, in: nest)
  }

  /// Input rows that a strip of `pixels` reads at most, wherever it lies.
  func mostInputRows(pixels: Int, in nest: LoopNest) -> Int {
    let rows = min(
      (pixels + nest.outputColumns - 1) / nest.outputColumns
        + (pixels.isMultiple(of: nest.outputColumns) ? 0 : 1), nest.outputRows)
    let perImage = nest.outputRows / nest.batch
    let whole = nest.mostInputRows(perImage)
    let (images, rest) = rows.quotientAndRemainder(dividingBy: perImage)
    if rest == 0, nest.batch == 1 || pixels.isMultiple(of: nest.outputColumns) {
      return images * whole
    }
    // A strip that may begin within an image touches one more, and each has a halo of its own.
    let isAligned = pixels.isMultiple(of: nest.outputColumns) && perImage.isMultiple(of: rows)
    let touched = min(nest.batch, rows == 1 || isAligned ? 1 : (rows - 2) / perImage + 2)
    let shared = max(0, nest.rows.span - nest.rows.stride)
    let halo = (shared + nest.rows.spread - 1) / nest.rows.spread
    return min(
      touched * whole,
      nest.rows.most(windows: rows, skips: nest.gather != .none) + (touched - 1) * halo)
  }

  /// A strip with all of its channels, which were loaded in parts; each part is aligned on its own.
  func heldBits(pixels: Int, part: Int, in nest: LoopNest) -> Bits {
    heldBits(rows: mostInputRows(pixels: pixels, in: nest), part: part, in: nest)
  }

  /// The same of a strip that reads so many rows, of all channels or some.
  func heldBits(rows: Int, channels: Int? = nil, part: Int, in nest: LoopNest) -> Bits {
    let (parts, rest) = (channels ?? nest.channels).quotientAndRemainder(dividingBy: part)
    return inputBits(rows: rows, channels: part, in: nest) * parts
      + (rest > 0 ? inputBits(rows: rows, channels: rest, in: nest) : .zero)
  }

  func sumBits(pixels: Int, kernels: Int) -> Bits { precision.accumulator * (pixels * kernels) }

  func inputChannels(_ tile: Tile, _ nest: LoopNest) -> Int {
    nest.isDepthwise ? tile.kernels : tile.channels
  }
}

// What holds of the links whatever the buffers hold.
extension MemoryModel {
  var precision: PrecisionSpec { transfers.precision }
  var sharedPort: Bool { transfers.sharedPort }
  var storeOverlap: StoreOverlap { transfers.storeOverlap }
  var inputRate: BytesPerCycle { transfers.input.rate }
  var weightRate: BytesPerCycle { transfers.weight.rate }
  var outputRate: BytesPerCycle { transfers.output.rate }

  func inputBits(rows: Int, channels: Int, in nest: LoopNest) -> Bits {
    transfers.inputBits(rows: rows, channels: channels, in: nest)
  }

  func weightBits(kernels: Int, channels: Int, in nest: LoopNest) -> Bits {
    transfers.weightBits(kernels: kernels, channels: channels, in: nest)
  }

  func outputBits(pixels: Int, kernels: Int) -> Bits {
    transfers.outputBits(pixels: pixels, kernels: kernels)
  }

  /// Times all groups of a layer in one pipeline.
  func time(_ task: LayerTask, mapping: Mapping, extrapolates: Bool) -> TimedMapping {
    transfers.time(task, mapping: mapping, extrapolates: extrapolates)
  }
}
