internal import Networks
internal import Units
public import WeightAnalysis

extension Evaluator {
  /// What the tiles of every layer of `cost` did; layers of more than `limit` tiles give their
  /// number only.
  ///
  /// Of several cores it is what the first one did.
  public func timelines(
    of cost: NetworkCost, weights: [String: QuantizedTensor] = [:], limit: Int
  ) -> [TileTimeline] {
    cost.entries.indices.map { place in
      let entry = cost.entries[place]
      if let work = entry.vectorWork {
        return model.timeline(
          of: work, placement: placement(of: place, nil, in: cost), batch: cost.batch, limit: limit)
      }
      guard let layer = entry.layer, let mapping = entry.cost.mapping,
        entry.cost.cores?.stage == nil
      else {
        return TileTimeline(tiles: 0, events: [])
      }
      let tensor = weights[layer.name]
      let first = first(of: layer, entry.cost, placement(of: place, tensor, in: cost), cost.batch)
      return model.running(entry.cost).timeline(
        of: first.layer, mapping: mapping, weights: tensor, placement: first.placement,
        batch: first.batch, limit: limit)
    }
  }

  /// What the first `tiles` tiles of one layer of `cost` did, by its position.
  public func opening(
    of cost: NetworkCost, layer: Int, weights: [String: QuantizedTensor] = [:], tiles: Int
  ) -> TileTimeline {
    let (place, entry) = (layer, cost.entries[layer])
    if let work = entry.vectorWork {
      return model.opening(
        of: work, placement: placement(of: place, nil, in: cost), batch: cost.batch, tiles: tiles)
    }
    guard let layer = entry.layer, let mapping = entry.cost.mapping,
      entry.cost.cores?.stage == nil
    else {
      return TileTimeline(tiles: 0, events: [])
    }
    let tensor = weights[layer.name]
    let first = first(of: layer, entry.cost, placement(of: place, tensor, in: cost), cost.batch)
    return model.running(entry.cost).opening(
      of: first.layer, mapping: mapping, weights: tensor, placement: first.placement,
      batch: first.batch, tiles: tiles)
  }

  /// What the core beside the memory runs of a layer: all of it where it is not divided.
  private func first(
    of layer: Layer, _ cost: LayerCost, _ placement: OperationPlacement, _ batch: Int
  ) -> (layer: Layer, placement: OperationPlacement, batch: Int) {
    guard let use = cost.cores, let kind = use.split,
      let part = LayerSplit(
        kind, of: layer, moves: placement.moves, batch: batch, cores: use.used)?.parts.first
    else { return (layer, placement, batch) }
    return (part.layer, OperationPlacement(moves: part.moves), part.batch)
  }

  /// Where the operands of one operation of `cost` are; entries and stages are the same.
  func placement(
    of place: Int, _ tensor: QuantizedTensor?, in cost: NetworkCost
  ) -> OperationPlacement {
    let (work, moves) = (cost.entries[place].work, cost.maps.moves(of: place))
    guard let layer = work.layer else {
      return placement(of: work, moves, in: cost.placement, batch: cost.batch)
    }
    return placement(
      of: layer, model.storedFormat(of: layer, tensor), moves, in: cost.placement,
      batch: cost.batch)
  }
}
