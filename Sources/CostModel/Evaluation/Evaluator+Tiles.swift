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
      if let work = entry.vectorWork {
        return model.timeline(
          of: work, placement: placement(of: work.name, in: cost.placement), batch: cost.batch,
          limit: limit)
      }
      guard let layer = entry.layer, let mapping = entry.cost.mapping else {
        return TileTimeline(tiles: 0, events: [])
      }
      let tensor = weights[layer.name]
      return model.timeline(
        of: layer, mapping: mapping, weights: tensor,
        placement: placed(layer, tensor, cost.placement), batch: cost.batch, limit: limit)
    }
  }

  /// What the first `tiles` tiles of one layer of `cost` did, by its position.
  public func opening(
    of cost: NetworkCost, layer: Int, weights: [String: QuantizedTensor] = [:], tiles: Int
  ) -> TileTimeline {
    let entry = cost.entries[layer]
    if let work = entry.vectorWork {
      return model.opening(
        of: work, placement: placement(of: work.name, in: cost.placement), batch: cost.batch,
        tiles: tiles)
    }
    guard let layer = entry.layer, let mapping = entry.cost.mapping else {
      return TileTimeline(tiles: 0, events: [])
    }
    let tensor = weights[layer.name]
    return model.opening(
      of: layer, mapping: mapping, weights: tensor,
      placement: placed(layer, tensor, cost.placement), batch: cost.batch, tiles: tiles)
  }

  private func placed(
    _ layer: Layer, _ tensor: QuantizedTensor?, _ placement: Placement
  ) -> OperationPlacement {
    self.placement(of: layer, model.format(of: tensor), in: placement)
  }
}
