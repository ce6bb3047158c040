internal import Architectures
internal import Networks
internal import Units
internal import WeightAnalysis

/// How operands pass between DRAM and the buffers, whatever the buffers hold.
///
/// Beside the array it is all that decides what the tiles of a mapping take: buffers decide only which
/// mappings there are.
struct Links: Hashable, Sendable {
  /// The link of one operand.
  struct Link: Hashable, Sendable {
    let rate: BytesPerCycle
    let overlap: TransferSpec.Overlap
    let channelAlignment: Int
    let gather: TransferSpec.Gather
    /// How maps are coded, nil for as they are.
    let code: CompressionSpec?
    /// Raw data that the coder takes or gives.
    let coder: BytesPerCycle

    init(_ spec: TransferSpec, at clock: Frequency, limit: Bandwidth, share: Double) {
      rate = min(spec.bandwidth, limit).sustained(share).perCycle(at: clock)
      overlap = spec.overlap
      channelAlignment = spec.channelAlignment
      gather = spec.gather
      code = spec.compression
      coder = code?.rate?.perCycle(at: clock) ?? .unlimited
    }
  }

  /// The link between a level and what is outside of it.
  struct LevelLink: Hashable, Sendable {
    let rate: BytesPerCycle
    let pipeline: LevelPipeline.Level
    private let operands: OperandSet

    init(_ index: Int, of memory: MemorySpec, at clock: Frequency, share: Double) {
      let level = memory.levels[index]
      // A level that takes anything from DRAM has a link to it.
      let isOutermost = level.holds.contains { memory.source(of: $0, inside: index) == nil }
      rate = level.link.sustained(isOutermost ? share : 1).perCycle(at: clock)
      operands = OperandSet(level.holds)
      let outside = memory.source(of: .output, inside: index)
      pipeline = LevelPipeline.Level(
        sharedPort: memory.supply(outside).ports == .shared, pingPong: level.pingPong,
        holdsOutput: operands.contains(.output))
    }

    /// Whether an operand stops there.
    func holds(_ operand: Operand) -> Bool { operands.holds(operand) }
  }

  private struct Fields: Hashable, Sendable {
    let precision: PrecisionSpec
    let input: Link
    let weight: Link
    let output: Link
    let sharedPort: Bool
    let storeOverlap: StoreOverlap
    let levels: [LevelLink]
    /// The links to DRAM, whatever memory they lead to, and whether they take turns.
    let inputFromDRAM: BytesPerCycle
    let outputToDRAM: BytesPerCycle
    let sharesDRAM: Bool
  }

  private let fields: Shared<Fields>

  var precision: PrecisionSpec { fields.value.precision }
  var input: Link { fields.value.input }
  var weight: Link { fields.value.weight }
  var output: Link { fields.value.output }
  var sharedPort: Bool { fields.value.sharedPort }
  var storeOverlap: StoreOverlap { fields.value.storeOverlap }
  /// The links of the levels, from DRAM inwards.
  var levels: [LevelLink] { fields.value.levels }
  /// The links of maps to DRAM, whatever memory they lead to, and whether they take turns there.
  var inputFromDRAM: BytesPerCycle { fields.value.inputFromDRAM }
  var outputToDRAM: BytesPerCycle { fields.value.outputToDRAM }
  var sharesDRAM: Bool { fields.value.sharesDRAM }

  /// The links of a core; those to DRAM are no faster than `limit`, and sustain a share of their rate.
  init(_ architecture: Architecture, limit: Bandwidth = .unlimited, share: Double = 1) {
    let spec = architecture.spec
    let transfers = spec.memory.transfers
    let storeOverlap: StoreOverlap =
      switch transfers.output.overlap {
      case .none: .none
      case .pingPong: .pingPong
      case .streaming: .streaming
      }
    func outermost(_ operand: Operand) -> BytesPerCycle {
      min(spec.memory.links(of: operand)[0], limit).sustained(share).perCycle(at: spec.frequency)
    }
    func link(_ transfer: TransferSpec, _ operand: Operand) -> Link {
      let isFromDRAM = spec.memory.source(of: operand, inside: nil) == nil
      return Link(transfer, at: spec.frequency, limit: limit, share: isFromDRAM ? share : 1)
    }
    fields = Shared(
      Fields(
        precision: spec.precision, input: link(transfers.input, .input),
        weight: link(transfers.weight, .weight), output: link(transfers.output, .output),
        sharedPort: spec.memory.supply(spec.memory.source(of: .output, inside: nil)).ports
          == .shared, storeOverlap: storeOverlap,
        levels: spec.memory.levels.indices.map {
          LevelLink($0, of: spec.memory, at: spec.frequency, share: share)
        }, inputFromDRAM: outermost(.input), outputToDRAM: outermost(.output),
        sharesDRAM: spec.memory.dram.ports == .shared))
  }

  /// The place of the outermost memory that holds an operand, the buffers behind all levels.
  func first(holding operand: Operand) -> Int {
    levels.firstIndex { $0.holds(operand) } ?? levels.count
  }

  // MARK: Footprints

  static func aligned(_ channels: Int, to alignment: Int) -> Int {
    quotient(channels, alignment) * alignment
  }

  func inputBits(rows: Int, channels: Int, in nest: LoopNest) -> Bits {
    let padded = Self.aligned(channels, to: input.channelAlignment)
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

  func outputBits(pixels: Int, kernels: Int) -> Bits {
    precision.output * (pixels * Self.aligned(kernels, to: output.channelAlignment))
  }

  // MARK: Timing

  /// Times all groups of a layer in one pipeline.
  func time(_ task: LayerTask, mapping: Mapping, extrapolates: Bool) -> TimedMapping {
    var pipeline = TilePipeline(
      sharedPort: sharedPort, storeOverlap: storeOverlap, extrapolates: extrapolates)
    var outside = levels.isEmpty ? nil : LevelPipeline(levels.map(\.pipeline), around: pipeline)
    var result = TimedMapping(mapping)
    for groups in task.groups where groups.count > 0 {
      let program = program(task.nest, groups, mapping)
      pipeline.append(program.segments, repeated: groups.count)
      outside?.append(program.tiles, repeated: groups.count)
      result.work.add(program.work, times: groups.count)
      result.arrayCycles += program.cycles * groups.count
      result.traffic.add(program.traffic, times: groups.count)
      result.add(program.crossings, times: groups.count)
      if groups.onChip.moves != nil { result.maps.add(program.maps, times: groups.count) }
    }
    if let kernel = kernel(task, mapping: mapping) {
      result.arrayCycles = kernel.compute
      result.summary = kernel.summary
    } else {
      result.summary = outside?.finished() ?? pipeline.finished()
    }
    return result
  }

  func program(
    _ nest: LoopNest, _ groups: LayerTask.Groups, _ mapping: Mapping
  ) -> TileProgram {
    var program = TileProgram(
      links: self, nest: nest, mapping: mapping, layer: groups.layer, onChip: groups.onChip)
    program.build()
    return program
  }
}
