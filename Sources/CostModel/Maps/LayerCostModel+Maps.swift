internal import Architectures
internal import Networks
internal import Units
internal import WeightAnalysis

extension LayerCostModel {
  /// What the design does for `network`, stage by stage, with the maps in between: everything that
  /// runs on the array, and on the vector unit what it does not fuse; nothing that runs elsewhere.
  func maps(of network: Network) -> StoredMaps {
    let spec = design.architecture.spec
    let elsewhere = Set((spec.activations?.elsewhere ?? []).map(\.word))
    guard spec.vectorUnit != nil || !elsewhere.isEmpty, let graph = network.connections else {
      return network.maps
    }
    return StoredMaps(
      of: graph, fuses: { design.fuses($0) },
      outside: {
        network.host.contains($0.name)
          || $0.vectorWork.map { elsewhere.contains($0.operator) } ?? false
      })
  }

  /// Bytes of kernels that are activations and stay on chip.
  func kernelsOnChip(_ moves: MapMoves?) -> Bytes {
    moves.map { Bytes(holding: memory.precision.input * $0.kernels.inside) } ?? .zero
  }

  /// Where the maps are; `formats` says how the weights of each stage are stored.
  func plan(_ maps: StoredMaps, batch: Int, formats: (String) -> WeightFormat) -> MapPlan {
    let spec = design.architecture.spec
    let policy = spec.activations?.policy ?? .none
    let capacity = spec.activations?.capacity ?? .zero
    var plan = MapPlan(
      maps, policy: policy, capacity: capacity, precision: spec.precision, batch: batch)
    guard policy != .none else { return plan }
    let sizes = MapSizes(maps, spec.precision, batch: batch)
    let kept = ResidentMaps(maps, sizes, capacity: capacity).kept(of: maps.stages.indices)
    if policy == .resident {
      plan.keep(kept, sizes)
      return plan
    }
    let weightBits = maps.stages.map { stage -> Bits in
      guard let layer = stage.work.layer, layer.kernelRole == .weight else { return .zero }
      let format =
        layer.storage == nil ? formats(layer.name) : storedFormat(of: layer, nil)
      return format.bits(weights: layer.weights, kernels: layer.kernels)
    }
    let groups = RowGroups(
      maps, sizes, capacity: capacity, weights: spec.groupWeights, keepsMaps: policy == .both,
      weightBits: weightBits)
    var fused = plan
    groups.apply(to: &fused)
    guard policy == .both else { return fused }
    // Whole maps alone are one of the ways that both allow, though not one of these cuts.
    plan.keep(kept, sizes)
    return plan.moved < fused.moved ? plan : fused
  }
}
