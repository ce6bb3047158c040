internal import Networks
internal import Units
public import WeightAnalysis

extension Evaluator {
  /// What the tiles of every layer of `cost` did; layers of more than `limit` tiles give their
  /// number only.
  public func timelines(
    of cost: NetworkCost, weights: [String: QuantizedTensor] = [:], limit: Int
  ) -> [TileTimeline] {
    cost.entries.map { entry in
      let tensor = weights[entry.layer.name]
      return model.timeline(
        of: entry.layer, mapping: entry.cost.mapping, weights: tensor,
        residency: resident(of: entry.layer, tensor, cost.placement), batch: cost.batch,
        limit: limit)
    }
  }

  /// What the first `tiles` tiles of one layer of `cost` did, by its position.
  public func opening(
    of cost: NetworkCost, layer: Int, weights: [String: QuantizedTensor] = [:], tiles: Int
  ) -> TileTimeline {
    let entry = cost.entries[layer]
    let tensor = weights[entry.layer.name]
    return model.opening(
      of: entry.layer, mapping: entry.cost.mapping, weights: tensor,
      residency: resident(of: entry.layer, tensor, cost.placement), batch: cost.batch,
      tiles: tiles)
  }

  private func resident(
    of layer: Layer, _ tensor: QuantizedTensor?, _ placement: Placement
  ) -> Bytes {
    resident(placement.weights(of: layer), of: layer, model.format(of: tensor))
  }
}
