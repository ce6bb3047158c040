public import Specs
public import Units
public import WeightAnalysis

/// The cost of layers on one design.
///
/// Pure: equal arguments give equal results.
public struct LayerCostModel: Sendable {
  /// The design.
  public let design: Design
  private let memory: MemoryModel
  private let extrapolates: Bool

  /// Prepares the rates and capacities of `design`.
  public init(_ design: Design) {
    self.init(design, extrapolates: true)
  }

  /// `extrapolates: false` walks every tile; it exists to test that the result is the same.
  public init(_ design: Design, extrapolates: Bool) {
    self.design = design
    memory = MemoryModel(design.architecture)
    self.extrapolates = extrapolates
  }

  /// How the weights of a layer are stored: packed where the design packs quantized ones.
  public func format(of weights: QuantizedTensor?) -> WeightFormat {
    guard let weights, design.architecture.spec.memory.packsWeights else {
      return WeightFormat(bits: design.architecture.spec.precision.weight.count)
    }
    return WeightFormat(packing: weights.scheme)
  }

  /// Latency, energy and traffic of `layer`; `residency` weight bytes are on chip already.
  ///
  /// `weights` is nil for a layer of full precision.
  public func cost(
    of layer: Layer, weights: QuantizedTensor? = nil, residency: Bytes = .zero, batch: Int = 1
  ) -> LayerOutcome {
    priced(timing(of: layer, weights: weights, residency: residency, batch: batch), of: layer)
  }

  /// The same cost, its timing taken from `memo` where a design that agrees on everything that
  /// decides it has been asked before; only for layers of full precision.
  func cost(
    of layer: Layer, residency: Bytes, batch: Int, memo: inout LayerMemo
  ) -> LayerOutcome {
    let timing = memo.timing(of: layer.shape, residency: residency, batch: batch) {
      self.timing(of: layer, weights: nil, residency: residency, batch: batch)
    }
    return priced(timing, of: layer)
  }

  /// Tells `memo` which design asks next.
  func enter(_ memo: inout LayerMemo) {
    memo.enter(LayerMemo.Design(memory: memory, datapath: design.datapathText))
  }

  /// Cycles and counts of a layer, before anything is priced.
  enum Timing: Sendable {
    /// The best mapping's.
    case feasible(MemoryModel.Result, WeightFormat?)
    /// No tile fits.
    case infeasible(ArrayShortage)
    /// Too large to be counted, or too many tiles.
    case excessive(Infeasibility.Cause)
  }

  /// A layer's loop nest with everything its timing depends on.
  private struct Task {
    let nest: LoopNest
    let datapath: any Datapath
    let mappings: [Mapping]
    let shortage: ArrayShortage?
    let parts: [MemoryModel.Groups]
  }

  private func task(
    _ layer: Layer, _ weights: QuantizedTensor?, _ residency: Bytes, _ batch: Int
  ) -> Task {
    precondition(batch >= 1, "a batch has at least one image")
    switch design.datapath.plan(of: layer, batch: batch, in: memory.room) {
    case .mapped(let plan):
      var nest = plan.nest
      nest.gather = memory.transfers.input.gather
      if weights != nil { nest.weightFormat = format(of: weights) }
      return Task(
        nest: nest, datapath: plan.datapath, mappings: [plan.mapping], shortage: nil,
        parts: parts(nest, groups: plan.groups, repeats: plan.repeats, residency))
    case .short(let shortage):
      let (nest, _) = design.datapath.nest(of: layer, batch: batch)
      return Task(
        nest: nest, datapath: design.datapath, mappings: [], shortage: shortage, parts: [])
    case nil:
      var (nest, groups) = design.datapath.nest(of: layer, batch: batch)
      nest.gather = memory.transfers.input.gather
      if weights != nil { nest.weightFormat = format(of: weights) }
      let datapath = design.datapath.prepared(for: nest, weights: weights)
      let (mappings, shortage) = memory.mappings(
        of: nest, granule: datapath.granule(of: nest), keepsSums: datapath.keepsSums)
      return Task(
        nest: nest, datapath: datapath, mappings: mappings, shortage: shortage,
        parts: apart(
          parts(nest, groups: groups, repeats: 1, residency), nest, groups > 1 ? weights : nil))
    }
  }

  /// Residency is dealt out group by group; a partly resident group differs from the others.
  private func parts(
    _ nest: LoopNest, groups: Int, repeats: Int, _ residency: Bytes
  ) -> [MemoryModel.Groups] {
    let groupBits = memory.weightBits(kernels: nest.kernels, channels: nest.channels, in: nest)
    let resident = min(residency.bits, groupBits * groups)
    let full = groupBits.count == 0 ? 0 : resident.count / groupBits.count
    let rest = Bits(resident.count - full * groupBits.count)
    let partly = rest.count > 0 ? 1 : 0
    return [
      MemoryModel.Groups(count: full * repeats, resident: groupBits),
      MemoryModel.Groups(count: partly * repeats, resident: rest),
      MemoryModel.Groups(count: (groups - full - partly) * repeats, resident: .zero),
    ]
  }

  /// One part per group where the weights of a group decide its cost.
  private func apart(
    _ parts: [MemoryModel.Groups], _ nest: LoopNest, _ weights: QuantizedTensor?
  ) -> [MemoryModel.Groups] {
    guard let weights,
      design.datapath.prepared(for: nest, weights: weights, group: 0) != nil
    else { return parts }
    return parts.flatMap { Array(repeating: $0.resident, count: $0.count) }.enumerated().map {
      MemoryModel.Groups(
        count: 1, resident: $0.element,
        datapath: design.datapath.prepared(for: nest, weights: weights, group: $0.offset))
    }
  }

  private func timing(
    of layer: Layer, weights: QuantizedTensor?, residency: Bytes, batch: Int
  ) -> Timing {
    if let cause = excess(layer, batch) { return .excessive(cause) }
    let task = task(layer, weights, residency, batch)
    if let shortage = task.shortage { return .infeasible(shortage) }
    let tiles = task.mappings.map { CostBound.tiles(of: task.nest, $0) }
    let fewest = tiles.min() ?? 0
    guard fewest <= Double(CostBound.tiles) else { return .excessive(.tiles(fewest)) }
    var best: MemoryModel.Result?
    for (mapping, count) in zip(task.mappings, tiles) where count <= Double(CostBound.tiles) {
      let sum = memory.time(
        task.nest, task.parts, mapping: mapping, datapath: task.datapath,
        extrapolates: extrapolates)
      if best.map({ sum.isBetter(than: $0) }) ?? true { best = sum }
    }
    guard let best else { preconditionFailure("a loop nest without shortage has a mapping") }
    return .feasible(best, task.nest.weightFormat)
  }

  /// Why the counts of a layer may be more than integers hold; nil where they cannot.
  private func excess(_ layer: Layer, _ batch: Int) -> Infeasibility.Cause? {
    precondition(batch >= 1, "a batch has at least one image")
    let (nest, groups) = design.datapath.nest(of: layer, batch: batch)
    let bound = CostBound(
      nest, groups: groups, on: design.datapath, memory,
      overhead: design.architecture.spec.overhead(of: layer))
    return bound.largest <= CostBound.limit ? nil : .counts(bound.largest)
  }

  /// What the tiles of a layer did under `mapping`, the one that its cost names.
  ///
  /// Layers of more than `limit` tiles give their number only.
  public func timeline(
    of layer: Layer, mapping: Mapping, weights: QuantizedTensor? = nil, residency: Bytes = .zero,
    batch: Int = 1, limit: Int
  ) -> TileTimeline {
    let task = task(layer, weights, residency, batch)
    return memory.timeline(
      task.nest, task.parts, mapping: mapping, datapath: task.datapath, limit: limit)
  }

  /// What the first `tiles` tiles of a layer did under `mapping`, the one that its cost names.
  public func opening(
    of layer: Layer, mapping: Mapping, weights: QuantizedTensor? = nil, residency: Bytes = .zero,
    batch: Int = 1, tiles: Int
  ) -> TileTimeline {
    let task = task(layer, weights, residency, batch)
    return memory.opening(
      task.nest, task.parts, mapping: mapping, datapath: task.datapath, tiles: tiles)
  }

  private func priced(_ timing: Timing, of layer: Layer) -> LayerOutcome {
    switch timing {
    case .feasible(let result, let format): .feasible(layerCost(layer, format, result))
    case .infeasible(let shortage): .infeasible(infeasibility(layer, shortage))
    case .excessive(let cause): .infeasible(Infeasibility(layer: layer.name, cause: cause))
    }
  }

  private func layerCost(
    _ layer: Layer, _ format: WeightFormat?, _ result: MemoryModel.Result
  ) -> LayerCost {
    let overhead = design.architecture.spec.overhead(of: layer)
    let total = Cycles(result.summary.total) + overhead
    let traffic = levelTraffic(format, result)
    let laneCycles = Double(max(total.count, 1)) * Double(design.datapath.lanes)
    return LayerCost(
      cycles: CycleBreakdown(
        compute: Cycles(result.summary.compute), dramRead: Cycles(result.summary.readStall),
        dramWrite: Cycles(result.summary.writeStall), overhead: overhead),
      total: total, macs: result.work.macs,
      utilization: Double(result.work.laneOperations) / laneCycles,
      macsPerLaneCycle: Double(result.work.macs) / laneCycles,
      energy: design.energy.energy(of: result.work, traffic: traffic, cycles: total),
      traffic: traffic, mapping: result.mapping,
      cachedWeights: Bytes(holding: result.traffic.weightFromPersistent), work: result.work)
  }

  private func levelTraffic(_ format: WeightFormat?, _ result: MemoryModel.Result) -> [LevelTraffic]
  {
    let (moved, work, precision) = (result.traffic, result.work, memory.precision)
    let weightReads =
      format?.bits(weights: work.weightReads, kernels: 0)
      ?? precision.weight * work.weightReads
    // The share of weights held by the persistent buffer is read there, not in the weight buffer.
    let held = moved.weightFromPersistent
    let fetched = moved.weightRead + held
    let heldReads =
      fetched.count == 0
      ? Bits.zero
      : Bits(
        Int((Double(weightReads.count) * Double(held.count) / Double(fetched.count)).rounded()))
    var levels: [LevelTraffic] = []
    levels.reserveCapacity(7)
    levels += [
      LevelTraffic(
        level: "dram", operand: .input, read: Bytes(holding: moved.inputRead), write: .zero),
      LevelTraffic(
        level: "dram", operand: .weight, read: Bytes(holding: moved.weightRead), write: .zero),
      LevelTraffic(
        level: "dram", operand: .output, read: .zero, write: Bytes(holding: moved.outputWrite)),
    ]
    if design.architecture.persistentBytes > .zero {
      levels.append(
        LevelTraffic(
          level: "persistent_buffer", operand: .weight, read: Bytes(holding: heldReads),
          write: .zero))
    }
    levels.append(
      LevelTraffic(
        level: memory.input.name, operand: .input,
        read: Bytes(holding: precision.input * work.inputReads),
        write: Bytes(holding: moved.inputRead)))
    levels.append(
      LevelTraffic(
        level: memory.weight.name, operand: .weight,
        read: Bytes(holding: weightReads - heldReads), write: Bytes(holding: moved.weightRead)))
    levels.append(
      LevelTraffic(
        level: memory.output.name, operand: .output,
        read: Bytes(holding: precision.accumulator * work.outputReads + moved.outputWrite),
        write: Bytes(holding: precision.accumulator * work.outputWrites)))
    return levels
  }

  private func infeasibility(_ layer: Layer, _ shortage: ArrayShortage) -> Infeasibility {
    let demand = Bytes(holding: shortage.demand)
    var levers: [String] = []
    switch shortage.lever {
    case .text(let text): levers = [text]
    case .buffer(let operand):
      let buffer = design.architecture.buffer(for: operand)
      let factor = buffer.holds.count * (buffer.pingPong ? 2 : 1)
      levers = ["raise \(buffer.name).size to \(demand * factor)"]
      if buffer.pingPong, shortage.demand <= shortage.bound * 2 {
        levers.append("set \(buffer.name).ping_pong to false")
      }
      if buffer.holds.count > 1 { levers.append("give \(operand.rawValue) its own buffer") }
    }
    return Infeasibility(
      layer: layer.name,
      cause: .room(
        resource: shortage.resource, demand: demand, bound: Bytes(holding: shortage.bound),
        levers: levers))
  }
}

extension MemoryModel.Result {
  /// Fewer cycles, then less DRAM traffic.
  func isBetter(than other: MemoryModel.Result) -> Bool {
    if summary.total != other.summary.total { return summary.total < other.summary.total }
    let bits = traffic.inputRead + traffic.weightRead + traffic.outputWrite
    return bits < other.traffic.inputRead + other.traffic.weightRead + other.traffic.outputWrite
  }
}
