public import Architectures
internal import Networks
public import Units
public import WeightAnalysis

/// What a layer takes at least on its design, and what holds it as it is cut.
///
/// The bound counts what no mapping changes: every operation of the lanes once, all lanes always at work,
/// and every operand moved once. It needs no search, so every report of a run has it.
public struct LayerBound: Sendable {
  /// Cycles that each limit alone asks for, those of starting the layer among them.
  public let least: [(limit: LayerDistance.Limit, cycles: Cycles)]
  /// Bytes from and to DRAM with every operand moved once.
  public let leastBytes: Bytes
  /// The same of each operand.
  let leastBits: OperandBits
  /// What holds the layer: the buffers where, as it is cut, links carry operands more than once and that
  /// costs a hundredth of its time (assumed), else the limit with the most cycles.
  public let limit: LayerDistance.Limit

  /// Cycles that no mapping goes below.
  public var cycles: Cycles { least.map(\.cycles).max() ?? .zero }

  /// Bytes of `operand` from or to DRAM where it is moved once.
  public func leastBytes(of operand: Operand) -> Bytes { Bytes(holding: leastBits[operand]) }
}

extension LayerCostModel {
  /// What a layer that costs `cost` takes at least; nil on several cores, and for work of the vector unit.
  func bound(
    of whole: Layer, _ cost: LayerCost, weights: QuantizedTensor?, placement: OperationPlacement,
    batch images: Int
  ) -> LayerBound? {
    guard cores == nil, kinds == nil, let mapping = cost.mapping else { return nil }
    if let own = attention(whole) {
      return own.bound(of: whole, cost, weights: weights, placement: placement, batch: images)
    }
    let (layer, batch) = Self.lowered(whole, images)
    let format = format(of: layer, weights)
    let bare = bare(layer, format, images: batch)
    // Which weights are zero decides what the lanes do, which is counted already.
    let request = request(of: layer, nil, format, placement, batch, bare, known: nil)
    let least = least(request, mapping, cost.work[.laneOperations])
    let fixed = overhead.cycles(of: layer)
    return LayerBound(
      least: least.cycles.map { ($0.limit, Cycles($0.cycles) + fixed) },
      leastBytes: Bytes(holding: min(least.bits.sum, (cost.dramRead + cost.dramWrite).bits)),
      leastBits: least.bits,
      limit: limit(of: cost, least.cycles))
  }

  /// Cycles that each limit asks for at least, and bits that pass the links where every operand is moved
  /// once.
  func least(
    _ request: MappingRequest, _ mapping: Mapping, _ laneOperations: Int
  ) -> (cycles: [(limit: LayerDistance.Limit, cycles: Int)], bits: OperandBits) {
    let task = request.task(request.batch, mapping)
    let least = MappingBound(request, task).least(
      array: quotient(laneOperations, design.datapath.lanes))
    // What residual operands and results move beside is counted tile by tile.
    let isCounted =
      design.datapath.needsLayout || request.placement.moves == nil || !memory.levels.isEmpty
    return (
      least.cycles,
      isCounted
        ? least.bits : OperandBits(request.time(Mapping.whole(task.nest)).traffic)
    )
  }

  /// What holds a layer that costs `cost` and for which `least` is what each limit asks for.
  private func limit(
    of cost: LayerCost, _ least: [(limit: LayerDistance.Limit, cycles: Int)]
  ) -> LayerDistance.Limit {
    let busy = design.ports.map { $0.busy(cost) }.max() ?? 0
    let without = least.map { entry in
      (
        limit: entry.limit,
        cycles: entry.limit == .array ? max(entry.cycles, cost.arrayCycles.count) : entry.cycles
      )
    }
    let held = LayerDistance.Limit.most(of: without)
    return busy > Double(held.cycles) * 1.01 ? .capacity : held.limit
  }
}

extension LayerDistance.Limit {
  /// The limit that asks for the most cycles; of the port of reads the one operand that asks for nearly all
  /// of them, a hundredth less at most.
  static func most(of least: [(limit: Self, cycles: Int)]) -> (limit: Self, cycles: Int) {
    var most = (limit: Self.array, cycles: 0)
    for entry in least where entry.cycles > most.cycles { most = entry }
    guard most.limit == .read else { return most }
    let own = least.first {
      ($0.limit == .input || $0.limit == .weights)
        && Double($0.cycles) >= 0.99 * Double(most.cycles)
    }
    return (own?.limit ?? .read, most.cycles)
  }
}

extension Evaluator {
  /// What every operation of `cost` takes at least, in its order; nil on several cores, and for work of the
  /// vector unit.
  public func bounds(
    of cost: NetworkCost, weights: [String: QuantizedTensor] = [:]
  ) -> [LayerBound?] {
    cost.entries.indices.map { place in
      guard let layer = cost.entries[place].layer else { return nil }
      let tensor = weights[layer.name]
      return model.bound(
        of: layer, cost.entries[place].cost, weights: tensor,
        placement: placement(of: place, tensor, in: cost), batch: cost.batch)
    }
  }
}
