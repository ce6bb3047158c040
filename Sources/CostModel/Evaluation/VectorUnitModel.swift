internal import Architectures
public import Networks
internal import Units

/// Times work on a vector unit.
///
/// Pieces are worked on in tiles of as many as the buffer, or its half, holds with their results.
/// Transfers of a tile run beside the tile before and after it where the buffer has two halves; the
/// array waits. A lane operation takes one operand from the buffer, and every operand is read once at
/// least (assumed).
struct VectorUnitModel: Sendable {
  private let unit: VectorUnitSpec
  private let memory: MemoryModel

  init(_ unit: VectorUnitSpec, _ memory: MemoryModel) {
    self.unit = unit
    self.memory = memory
  }

  /// What a whole operation does.
  struct Result: Sendable {
    var summary = TilePipeline.Summary()
    var runs: [TileRun] = []
    var work = ActionCounts()
    /// Elements that come from DRAM, and results that go there.
    var loaded = 0
    var stored = 0
    /// The same in bits on the links.
    var loadedBits = Bits.zero
    var storedBits = Bits.zero
    /// Those that are read, and stay, in the memory that keeps maps.
    var held = 0
    var kept = 0
    /// Elements read and written in the buffer.
    var reads = 0
    var writes = 0
  }

  /// The result, or why there is none.
  func time(
    _ work: VectorWork, placement: OperationPlacement, batch: Int
  ) -> Swift.Result<Result, Shortage> {
    let operands = work.reads.reduce(0, +)
    let piece = memory.precision.input * operands + memory.precision.output * work.writes
    guard piece <= unit.buffer.tile else {
      return .failure(.room(demand: piece, bound: unit.buffer.tile))
    }
    let count = Double(work.pieces) * Double(batch)
    let largest = count * Double(max(work.operations, operands, work.writes))
    guard largest * 64 * 4 <= CostBound.limit else { return .failure(.counts(largest)) }
    let pieces = work.pieces * batch
    let perTile = min(pieces, unit.buffer.tile.count / max(piece.count, 1))
    var pipeline = pipeline(records: false)
    var result = Result()
    let (full, rest) = pieces.quotientAndRemainder(dividingBy: perTile)
    result.runs = [(perTile, full), (rest, rest > 0 ? 1 : 0)].filter { $0.1 > 0 }.map {
      TileRun(step(work, operands, $0.0, placement), count: $0.1)
    }
    pipeline.append(result.runs)
    result.summary = pipeline.finished()
    result.work[.vectorOperations] = pieces * work.operations
    (result.loaded, result.stored) = (pieces * operands, pieces * work.writes)
    if let moves = placement.moves {
      result.loaded = moves.input.outside
      result.held = moves.input.inside
      result.stored = moves.result.outside + moves.vectors.outside
      result.kept = moves.result.inside + moves.vectors.inside
    }
    let (links, precision) = (memory.transfers, memory.precision)
    let (loaded, stored) = (precision.input * result.loaded, precision.output * result.stored)
    result.loadedBits = links.inputCode(of: work.zeros)?.coded(loaded) ?? loaded
    result.storedBits = links.outputCode(of: work.zeros)?.coded(stored) ?? stored
    result.reads = pieces * max(operands, work.operations)
    result.writes = pieces * work.writes
    return .success(result)
  }

  /// The buffer's halves strung together.
  func pipeline(records: Bool) -> TilePipeline {
    TilePipeline(
      sharedPort: memory.transfers.sharesDRAM,
      storeOverlap: unit.buffer.pingPong ? .pingPong : .none,
      records: records)
  }

  private func step(
    _ work: VectorWork, _ operands: Int, _ pieces: Int, _ placement: OperationPlacement
  ) -> TileStep {
    var step = TileStep()
    let (reads, writes) = Self.outside(work, pieces, operands, placement.moves)
    if reads > 0 {
      let raw = memory.precision.input * reads
      let load =
        memory.transfers.inputCode(of: work.zeros)?.cycles(
          for: raw, on: memory.transfers.inputFromDRAM)
        ?? memory.transfers.inputFromDRAM.cycles(for: raw).count
      step.inputLoad = load
      if unit.buffer.pingPong { step.load = load } else { step.exposed = load }
    }
    step.compute = quotient(pieces * work.operations, unit.operations)
    if writes > 0 {
      step.stores = true
      let raw = memory.precision.output * writes
      step.store =
        memory.transfers.outputCode(of: work.zeros)?.cycles(
          for: raw, on: memory.transfers.outputToDRAM)
        ?? memory.transfers.outputToDRAM.cycles(for: raw).count
    }
    return step
  }

  /// Elements that come from DRAM and go there for so many pieces, in proportion.
  private static func outside(
    _ work: VectorWork, _ pieces: Int, _ operands: Int, _ moves: MapMoves?
  ) -> (reads: Int, writes: Int) {
    let (reads, writes) = (pieces * operands, pieces * work.writes)
    guard let moves else { return (reads, writes) }
    func share(_ count: Int, _ part: Int, _ whole: Int) -> Int {
      part == whole
        ? count : Int((Double(count) * Double(part) / Double(max(whole, 1))).rounded(.up))
    }
    return (
      share(reads, moves.input.outside, moves.taken),
      share(
        writes, moves.result.outside + moves.vectors.outside,
        moves.result.all + moves.vectors.all)
    )
  }

  /// Why work cannot be done.
  enum Shortage: Error {
    /// A piece needs more than there is.
    case room(demand: Bits, bound: Bits)
    /// A count may be as large as this.
    case counts(Double)
  }
}

extension Design {
  /// Whether the design does `work` for nothing: it has no vector unit, or fuses the operator.
  public func fuses(_ work: VectorWork) -> Bool {
    guard let unit = architecture.spec.vectorUnit else { return true }
    return unit.fused?.contains { $0.word == work.operator } ?? false
  }
}

extension LayerCostModel {
  /// The vector unit of the design as `work` finds it; nil where it has none.
  func vectorUnit(for work: VectorWork) -> VectorUnitModel? {
    design.architecture.spec.vectorUnit.map {
      VectorUnitModel($0, vectorMemories[work.operator] ?? memory)
    }
  }

  /// Cycles that `work` takes to start.
  private func start(of work: VectorWork, on unit: VectorUnitSpec) -> Cycles {
    let spec = design.architecture.spec
    let fixed = unit.overhead ?? spec.layerOverhead
    guard let start = spec.calibration?.vector(work.operator)?.start else { return fixed }
    return fixed + spec.frequency.cycles(in: start)
  }

  /// Latency, energy and traffic of `work` on the vector unit; nil where it is fused and free.
  public func cost(
    of work: VectorWork, placement: OperationPlacement = .offChip, batch: Int = 1
  ) -> LayerOutcome? {
    guard let unit = design.architecture.spec.vectorUnit, let model = vectorUnit(for: work),
      !design.fuses(work)
    else { return nil }
    switch model.time(work, placement: placement, batch: batch) {
    case .success(let result):
      let cost = cost(result, overhead: start(of: work, on: unit))
      return .feasible(kinds?.joined(cost, 0) ?? cost)
    case .failure(.counts(let count)):
      return .infeasible(Infeasibility(layer: work.name, cause: .counts(count)))
    case .failure(.room(let demand, let bound)):
      let size = Bytes(holding: demand) * (unit.buffer.pingPong ? 2 : 1)
      return .infeasible(
        Infeasibility(
          layer: work.name,
          cause: .room(
            resource: ComponentID.vectorBuffer.name, demand: Bytes(holding: demand),
            bound: Bytes(holding: bound),
            levers: ["raise vector_unit.buffer.size to \(size)"]
              + (unit.buffer.pingPong && demand <= bound * 2
                ? ["set vector_unit.buffer.ping_pong to false"] : []))))
    }
  }

  /// What the tiles of `work` do; more than `limit` tiles give their number only.
  func timeline(
    of work: VectorWork, placement: OperationPlacement, batch: Int, limit: Int
  ) -> TileTimeline {
    timeline(of: work, placement, batch) { tiles, runs in tiles <= limit ? runs : nil }
  }

  /// What the first `tiles` tiles of `work` do.
  ///
  /// One tile more is walked than is shown, for a store may wait for the load of the next tile.
  func opening(
    of work: VectorWork, placement: OperationPlacement, batch: Int, tiles: Int
  ) -> TileTimeline {
    let all = timeline(of: work, placement, batch) { _, runs in
      var left = tiles + 1
      return runs.map { run in
        let count = min(run.count, left)
        left -= count
        return TileRun(run.step, count: count)
      }
    }
    return TileTimeline(tiles: all.tiles, events: all.events?.filter { $0.tile < tiles })
  }

  private func timeline(
    of work: VectorWork, _ placement: OperationPlacement, _ batch: Int,
    choosing: (_ tiles: Int, _ runs: [TileRun]) -> [TileRun]?
  ) -> TileTimeline {
    guard let unit = vectorUnit(for: work),
      case .success(let result) = unit.time(work, placement: placement, batch: batch)
    else { return TileTimeline(tiles: 0, events: []) }
    let tiles = result.runs.reduce(0) { $0 + $1.count }
    guard let runs = choosing(tiles, result.runs) else {
      return TileTimeline(tiles: tiles, events: nil)
    }
    var pipeline = unit.pipeline(records: true)
    pipeline.append(runs)
    return TileTimeline(tiles: tiles, events: pipeline.recorded())
  }

  private func cost(_ result: VectorUnitModel.Result, overhead: Cycles) -> LayerCost {
    let precision = memory.precision
    let total = Cycles(result.summary.total) + overhead
    var spent = result.summary.spent
    spent[.overhead] = overhead.count
    func level(
      _ component: ComponentID, _ operand: Operand, read: Bits = .zero, write: Bits = .zero
    ) -> LevelTraffic {
      LevelTraffic(
        level: component, name: component.name, operand: operand, read: Bytes(holding: read),
        write: Bytes(holding: write))
    }
    let (input, output) = (precision.input, precision.output)
    var traffic = [
      level(.dram, .input, read: result.loadedBits),
      level(.dram, .output, write: result.storedBits),
      level(
        .vectorBuffer, .input, read: input * result.reads,
        write: input * (result.loaded + result.held)),
      level(
        .vectorBuffer, .output, read: output * (result.stored + result.kept),
        write: output * result.writes),
    ]
    if let keeper = memory.mapKeeper {
      traffic.append(level(keeper, .input, read: input * result.held))
      traffic.append(level(keeper, .output, write: output * result.kept))
    }
    return LayerCost(
      cycles: CycleBreakdown(spent), total: total, arrayCycles: .zero,
      lanes: design.lanes,
      energy: design.energy.energy(of: result.work, traffic: traffic, cycles: total),
      traffic: traffic, mapping: nil, cachedWeights: .zero, work: result.work,
      uncoded: memory.transfers.codesMaps
        ? UncodedMaps(
          input: Bytes(holding: input * result.loaded),
          output: Bytes(holding: output * result.stored)) : nil)
  }
}
