internal import Architectures
internal import Networks
internal import Units
internal import WeightAnalysis

extension LayerCostModel {
  /// What a layer takes on several cores: on the first one alone, or divided where that takes fewer
  /// cycles; where the design names a division, in that one.
  ///
  /// Of equal times the one with fewer bytes from and to DRAM is kept, then the first one tried.
  func divided(
    _ layer: Layer, weights: QuantizedTensor?, placement: OperationPlacement, batch: Int,
    on cores: CoreSystem, memo: inout LayerMemo
  ) -> LayerOutcome {
    var timings = PartTimings()
    let alone =
      cores.first == 0
      ? alone(layer, weights, placement, batch, &memo)
      : afar(layer, weights, placement.moves, batch, cores, &timings, &memo)
    // What is on chip is beside the first core.
    guard placement.weights == .zero, placement.moves?.isOutside ?? true else { return alone }
    let splits = cores.splits(
      of: layer, moves: placement.moves, batch: batch, hasWeights: weights != nil)
    var best: DividedLayer?
    var refusal: Infeasibility?
    for split in splits {
      let known = min(
        cores.split == .best ? alone.cost.map(Self.tiled) ?? .max : .max, best?.total ?? .max)
      switch timed(
        split, layer, weights, placement.moves, batch, cores, &timings, &memo, below: known)
      {
      case .feasible(let divided):
        if best.map({ divided.isBetter(than: $0) }) ?? true { best = divided }
      case .infeasible(let reason): refusal = refusal ?? reason
      case .slower: break
      }
    }
    if cores.split != .best, !splits.isEmpty {
      return best.map { .feasible(cost(of: layer, $0, batch: batch)) }
        ?? refusal.map { .infeasible($0) } ?? alone
    }
    guard let best else { return alone }
    if let cost = alone.cost, best.isWorse(than: Self.tiled(cost), moved: cost) { return alone }
    return .feasible(cost(of: layer, best, batch: batch))
  }

  /// The cycles of a layer without its fixed cost.
  private static func tiled(_ cost: LayerCost) -> Int {
    cost.total.count - cost.cycles[.overhead].count
  }

  /// What the first core takes for all of a layer.
  private func alone(
    _ layer: Layer, _ weights: QuantizedTensor?, _ placement: OperationPlacement, _ batch: Int,
    _ memo: inout LayerMemo
  ) -> LayerOutcome {
    let timing = timing(
      of: layer, weights: weights, placement: placement, batch: batch, memo: &memo)
    guard case .feasible(var cost) = priced(timing, of: layer) else {
      return priced(timing, of: layer)
    }
    cost.cores = CoreUse(
      split: nil, shares: [1], cycles: [Cycles(Self.tiled(cost))], limit: .core,
      busiestLink: .zero, dramCycles: .zero)
    return .feasible(cost)
  }

  /// What a core that is not beside the memory takes for all of a layer.
  private func afar(
    _ layer: Layer, _ weights: QuantizedTensor?, _ moves: MapMoves?, _ batch: Int,
    _ cores: CoreSystem, _ timings: inout PartTimings, _ memo: inout LayerMemo
  ) -> LayerOutcome {
    let whole = LayerSplit(whole: layer, moves: moves, batch: batch)
    switch timed(whole, layer, weights, moves, batch, cores, &timings, &memo, below: .max) {
    case .feasible(let divided): return .feasible(cost(of: layer, divided, batch: batch))
    case .infeasible(let reason): return .infeasible(reason)
    case .slower: preconditionFailure("nothing is slower than any number of cycles")
    }
  }

  /// What became of a division.
  private enum Division {
    case feasible(DividedLayer)
    case infeasible(Infeasibility)
    /// One of its parts alone takes longer than what is known.
    case slower
  }

  /// Times the parts of `split`, until one of them takes longer than `known`.
  private func timed(
    _ split: LayerSplit, _ layer: Layer, _ weights: QuantizedTensor?, _ moves: MapMoves?,
    _ batch: Int, _ cores: CoreSystem, _ timings: inout PartTimings, _ memo: inout LayerMemo,
    below known: Int
  ) -> Division {
    if let reason = shortage(split, layer, batch, cores) { return .infeasible(reason) }
    var parts: [(timed: TimedMapping, format: WeightFormat?)] = []
    for (core, part) in split.parts.enumerated() {
      switch timings.timing(of: part, weights: weights, core: core, of: cores, self, memo: &memo) {
      case .feasible(let timed, let format, _):
        if timed.summary.total > known { return .slower }
        parts.append((timed, format))
      case .infeasible(let shortage): return .infeasible(infeasibility(layer, shortage))
      case .excessive(let cause):
        return .infeasible(Infeasibility(layer: layer.name, cause: cause))
      }
    }
    return .feasible(
      DividedLayer(
        split, parts, of: layer, moves: moves, batch: batch, on: cores, self))
  }

  /// Why a division cannot be carried out, whatever its parts take: counts that all parts together may
  /// make too large, or sums that do not fit.
  private func shortage(
    _ split: LayerSplit, _ layer: Layer, _ batch: Int, _ cores: CoreSystem
  ) -> Infeasibility? {
    var all = 0.0
    var last: (part: LayerSplit.Part, bound: Double)?
    for (core, part) in split.parts.enumerated() {
      // Cores but the first one are alike.
      if core < 2 || last?.part.layer != part.layer || last?.part.batch != part.batch {
        let (own, images) = Self.lowered(part.layer, part.batch)
        let model = cores.model(of: core, self)
        let bare = model.bare(own, model.format(of: own, nil), images: images)
        last = (part, model.bound(own, bare, part.moves))
      }
      all += (last?.bound ?? 0) * Double(2 + cores.network.distance(to: cores.first + core))
    }
    if split.kind == .channels {
      all += cores.network.bound(
        sums: Double(memory.precision.accumulator.count) * Double(layer.kernels)
          * Double(layer.outputPixels) * Double(layer.maps) * Double(batch), of: split.parts.count)
    }
    guard all <= CostBound.limit else {
      return Infeasibility(layer: layer.name, cause: .counts(all))
    }
    return split.kind == .channels ? sumShortage(layer, batch) : nil
  }

  /// What the sums of a layer need beyond what there is; nil where they fit.
  private func sumShortage(_ layer: Layer, _ batch: Int) -> Infeasibility? {
    let sums =
      memory.precision.accumulator * (layer.kernels * layer.outputPixels * layer.maps * batch)
    guard sums > memory.output.tile else { return nil }
    let buffer = design.architecture.buffer(for: .output)
    let factor = buffer.holds.count * (buffer.pingPong ? 2 : 1)
    return Infeasibility(
      layer: layer.name,
      cause: .room(
        resource: "\(buffer.name) for the sums that all cores add up",
        demand: Bytes(holding: sums), bound: Bytes(holding: memory.output.tile),
        levers: [
          "raise \(buffer.name).size to \(Bytes(holding: sums) * factor)",
          "set cores.split to best",
        ]))
  }
}
