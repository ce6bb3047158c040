public import Networks
internal import Units
public import WeightAnalysis

extension Evaluator {
  /// What one operation costs in an inference of `network`, as `evaluate` says it; nil where it costs
  /// nothing, or where there is none of that name.
  ///
  /// Others are left out but for where maps are; layers of a pipeline depend on one another, so all of it
  /// is evaluated.
  ///
  /// - Parameters:
  ///   - name: The operation.
  ///   - network: The network that it is part of.
  ///   - weights: The quantized tensors by layer name.
  ///   - placement: What is on chip when the network starts.
  ///   - batch: Images at once.
  /// - Returns: The cost.
  /// - Throws: `Infeasible` when the design cannot execute the operation.
  public func cost(
    of name: String, in network: Network, weights: [String: QuantizedTensor] = [:],
    placement: Placement = .empty, batch: Int = 1
  ) throws(Infeasible) -> LayerCost? {
    guard !model.hasPipeline else {
      return try evaluate(network, weights: weights, placement: placement, batch: batch).entries
        .first { $0.name == name }?.cost
    }
    let plan = plan(of: network, weights: weights, batch: batch)
    guard
      let stage = plan.maps.stages.indices.first(where: { plan.maps.stages[$0].work.name == name })
    else { return nil }
    let (work, moves) = (plan.maps.stages[stage].work, plan.moves(of: stage))
    switch outcome(of: work, moves, weights, placement, batch: batch) {
    case nil: return nil
    case .feasible(let cost): return cost
    case .infeasible(let reason): throw Infeasible(reasons: [reason])
    }
  }

  private func outcome(
    of work: OperationWork, _ moves: MapMoves?, _ weights: [String: QuantizedTensor],
    _ placement: Placement, batch: Int
  ) -> LayerOutcome? {
    switch work {
    case .none: return nil
    case .vector(let vector):
      return model.cost(
        of: vector, placement: self.placement(of: work, moves, in: placement, batch: batch),
        batch: batch)
    case .array(let layer):
      let tensor = weights[layer.name]
      let placed = self.placement(
        of: layer, model.storedFormat(of: layer, tensor), moves, in: placement, batch: batch)
      return model.cost(of: layer, weights: tensor, placement: placed, batch: batch)
    }
  }
}
