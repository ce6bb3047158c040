internal import CostModel
internal import WeightAnalysis

/// Multipliers that hold packed non-zero weights, as STONNE executes SIGMA.
///
/// Neighbouring multipliers share a port of the distribution network, which delivers one element
/// per cycle. A filling begins with a round for its weights, then has one for each pixel; the turns
/// of a port are the same in all rounds. The operands of a pixel leave the ports together: where
/// they take several turns, a latch gathers them for a cycle. A multiplier takes one cycle, so do
/// each level of the reduction tree, the collection bus and the output buffer's port. The next
/// filling begins when the last sum is in the output buffer, so that a fold finds the sums of the
/// one before.
///
/// A pixel's columns are read from the buffer once for all kernels of a filling, whether or not
/// they have a weight there. Weights of full precision are not searched for zeros.
struct SparseGEMMTwin: ArrayTwin {
  /// A pixel's operands, then sums, on their way to the output buffer.
  private struct Wave {
    let pixel: Int
    let operands: [Int32]
    var level: [ReductionTree.Segment] = []
    /// Cycles since its last delivery.
    var age = 0
  }

  private let spec: SparseGEMMArray.Spec
  private let problem: Problem
  private let skipsZeros: Bool
  private var tile: TileWork?
  private var iterations: [SparseIteration] = []
  private var iteration = 0
  /// 0 for the weights, then one for each pixel.
  private var round = 0
  private var turn = 0
  /// The pixel's columns as the ports hold them.
  private var inputs: [Int8] = []
  /// What has been found on chip of each pixel of the tile, so that it is looked up once.
  private var found: [[Int8?]] = []
  /// What the multipliers hold, and what has been delivered to them for the pixel.
  private var weights: [Int32] = []
  private var operands: [Int32] = []
  private var waves: [Wave] = []

  /// Channels that the first filling reads.
  private let channelsTogether: Int

  init(_ spec: SparseGEMMArray.Spec, _ problem: Problem, _ operands: LayerOperands) {
    self.spec = spec
    self.problem = problem
    skipsZeros = operands.quantized != nil
    let columns = (0..<problem.channels * problem.taps).filter {
      operands.quantized == nil || operands.weights[$0] != 0
    }
    channelsTogether =
      columns.count > spec.multipliers
      ? columns[spec.multipliers - 1] / problem.taps + 1 : problem.channels
  }

  func sideBySide(of problem: Problem) -> Int { channelsTogether }

  var acceptsTile: Bool { tile == nil }
  var isEmpty: Bool { tile == nil }

  mutating func start(_ tile: TileWork, on chip: inout OnChip) {
    if chip.traffic.work == nil { chip.traffic.work = ReferenceWork() }
    let kernels = tile.kernels.map { kernel in
      let columns = (0..<problem.channels * problem.taps).filter {
        !skipsZeros || weight(tile, kernel, $0, &chip) != 0
      }
      if columns.isEmpty { chip.leaveZero(tile, kernel: kernel) }
      return (kernel: kernel, columns: columns)
    }
    iterations = SparseIteration.pack(
      kernels, multipliers: spec.multipliers, limit: spec.kernelsPerTile,
      columns: problem.channels * problem.taps)
    iteration = 0
    found = Array(
      repeating: Array(repeating: nil, count: problem.channels * problem.taps),
      count: tile.pixels.count)
    self.tile = iterations.isEmpty ? nil : tile
    beginIteration()
  }

  private mutating func beginIteration() {
    (round, turn) = (0, 0)
    weights = Array(repeating: 0, count: spec.multipliers)
    operands = weights
  }

  // MARK: Cycles

  mutating func step(_ chip: inout OnChip) {
    guard let tile else { return }
    advance(tile, &chip)
    let rounds = tile.pixels.count + 1
    if round < rounds { deliver(tile, &chip) }
    guard round == rounds, waves.isEmpty else { return }
    iteration += 1
    if iteration < iterations.count { beginIteration() } else { self.tile = nil }
  }

  /// Multipliers that share a port.
  private var share: Int {
    (spec.multipliers + spec.distributionBandwidth - 1) / spec.distributionBandwidth
  }

  /// Deliveries of the busiest port in a round.
  private var turns: Int { min(share, iterations[iteration].slots.count) }

  /// Every port delivers to the multiplier whose turn it is.
  private mutating func deliver(_ tile: TileWork, _ chip: inout OnChip) {
    let slots = iterations[iteration].slots
    let pixel = tile.pixels.lowerBound + round - 1
    if round > 0, turn == 0 {
      guard let read = columns(tile, pixel, &chip) else { return }
      inputs = read
    }
    for place in stride(from: turn, to: slots.count, by: share) {
      if round == 0 {
        load(tile, slots[place], at: place, &chip)
      } else {
        operands[place] = operand(tile, slots[place], pixel, &chip)
        chip.traffic.work?.registerAccesses += 1
      }
    }
    turn += 1
    guard turn == turns else { return }
    if round > 0 { waves.append(Wave(pixel: pixel, operands: operands)) }
    (round, turn) = (round + 1, 0)
  }

  /// The filling's columns of a pixel, nil while one has not arrived.
  private mutating func columns(_ tile: TileWork, _ pixel: Int, _ chip: inout OnChip) -> [Int8]? {
    let offset = pixel - tile.pixels.lowerBound
    var read: [Int8] = []
    for column in iterations[iteration].columns {
      if let known = found[offset][column] {
        read.append(known)
        continue
      }
      let (channel, tap) = column.quotientAndRemainder(dividingBy: problem.taps)
      let (y, x) = tap.quotientAndRemainder(dividingBy: problem.kernelColumns)
      guard let value = chip.input(tile, pixel: pixel, channel: channel, y: y, x: x) else {
        return nil
      }
      found[offset][column] = value
      read.append(value)
    }
    chip.traffic.inputReads += read.count
    return read
  }

  private mutating func load(
    _ tile: TileWork, _ slot: SparseIteration.Slot, at place: Int, _ chip: inout OnChip
  ) {
    guard case .weight(let kernel, let column) = slot else { return }
    weights[place] = Int32(weight(tile, kernel, column, &chip))
    chip.traffic.weightReads += 1
    chip.traffic.work?.registerAccesses += 1
  }

  private func weight(
    _ tile: TileWork, _ kernel: Int, _ column: Int, _ chip: inout OnChip
  ) -> Int8 {
    let (channel, tap) = column.quotientAndRemainder(dividingBy: problem.taps)
    return chip.weight(tile, kernel: kernel, channel: channel, tap: tap)
  }

  private func operand(
    _ tile: TileWork, _ slot: SparseIteration.Slot, _ pixel: Int, _ chip: inout OnChip
  ) -> Int32 {
    switch slot {
    case .weight(_, let column):
      Int32(inputs[column - iterations[iteration].columns.lowerBound])
    case .partialSum(let kernel): chip.readBack(tile, pixel: pixel, kernel: kernel)
    }
  }

  // MARK: From the multipliers to the output buffer

  /// Every wave moves on by one stage.
  private mutating func advance(_ tile: TileWork, _ chip: inout OnChip) {
    let depth = ReductionTree.depth(spec.multipliers)
    let latch = turns > 1 ? 1 : 0
    for index in waves.indices {
      waves[index].age += 1
      let stage = waves[index].age - latch
      if stage == 1 {
        waves[index].level = products(waves[index].operands, &chip)
      } else if (2..<depth + 2).contains(stage) {
        let (level, additions) = ReductionTree.reduce(waves[index].level)
        waves[index].level = level
        chip.traffic.work?.additions += additions
      }
    }
    // The tree's sums take a cycle on the bus before they are written.
    guard let wave = waves.first, wave.age == latch + depth + 3 else { return }
    waves.removeFirst()
    for segment in wave.level {
      chip.replace(
        tile, pixel: wave.pixel, kernel: segment.kernel, with: segment.sum,
        isLast: iterations[iteration].isLast)
    }
  }

  private func products(_ operands: [Int32], _ chip: inout OnChip) -> [ReductionTree.Segment] {
    iterations[iteration].slots.enumerated().map { place, slot in
      switch slot {
      case .weight(let kernel, _):
        chip.traffic.work?.multiplications += 1
        chip.traffic.work?.laneOperations += 1
        return .init(kernel: kernel, place: place, sum: operands[place] * weights[place])
      case .partialSum(let kernel):
        return .init(kernel: kernel, place: place, sum: operands[place])
      }
    }
  }
}
