internal import Architectures
internal import Components
public import Networks
internal import Units
public import WeightAnalysis

/// The kinds of cores of a design, each with what answers for it.
struct CoreKindModels: Sendable {
  struct Kind: Sendable {
    let kind: CoreKind
    let model: LayerCostModel
    /// The place of each of its components among those of the design.
    let places: [Int]
  }

  let kinds: [Kind]
  private let spec: CoresSpec
  /// The components of all kinds, with nothing spent.
  private let components: [Share<Picojoules>]
  private let lanes: Int

  /// The kinds of `design`; nil where all cores are alike.
  init?(_ design: Design, extrapolates: Bool, triesAll: Bool) {
    guard let spec = design.architecture.spec.cores, !design.kinds.isEmpty else { return nil }
    self.spec = spec
    lanes = design.lanes
    var components: [Share<Picojoules>] = []
    var kinds: [Kind] = []
    var asked = 0
    for kind in design.kinds {
      let places = kind.timed(.zero).map { share in
        let name = kind.prefixed(share.component, share.name)
        if let place = components.firstIndex(where: { $0.name == name }) { return place }
        components.append(Share(share.component, name, .zero))
        return components.count - 1
      }
      let model = LayerCostModel(
        kind.design, extrapolates: extrapolates, triesAll: triesAll,
        cores: CoreSystem(
          kind.design, extrapolates: extrapolates, triesAll: triesAll, first: kind.first,
          asked: asked), asked: asked)
      asked += model.asking.count
      kinds.append(Kind(kind: kind, model: model, places: places))
    }
    self.components = components
    self.kinds = kinds
  }

  /// What a memo of layers is told of all kinds.
  var asking: [LayerMemo.Design] { kinds.flatMap(\.model.asking) }

  /// Whether layers are placed by their names.
  var isByName: Bool { !(spec.place ?? []).isEmpty }

  /// The kind that a layer is placed on by its name, nil where its cost decides.
  func placed(_ layer: Layer) -> String? { spec.placed(layer.name)?.kind }

  /// The cost of something on a kind, as a cost of the whole design: with the energy that other cores
  /// take in that time, and names that tell their buffers apart.
  func joined(_ own: LayerCost, _ index: Int) -> LayerCost {
    var amounts = Array(repeating: Picojoules.zero, count: components.count)
    for (place, share) in zip(kinds[index].places, own.energy) {
      amounts[place] = amounts[place] + share.amount
    }
    for (other, kind) in kinds.enumerated() where other != index {
      for (place, share) in zip(kind.places, kind.kind.timed(own.total)) {
        amounts[place] = amounts[place] + share.amount
      }
    }
    var cost = own
    cost.energy = zip(components, amounts).map { $0.with($1) }
    cost.lanes = lanes
    let kind = kinds[index].kind
    if kind.first > 0 {
      cost.traffic = own.traffic.map { $0.with(name: kind.prefixed($0.level, $0.name)) }
    }
    cost.cores?.kind = kind.name
    return cost
  }

  /// Whether `one` is what the design looks for more than `other`: of equal ones the faster, then the
  /// one that moves fewer bytes, then the first.
  func isBetter(_ one: LayerCost, than other: LayerCost) -> Bool {
    let objective = MappingObjective(spec.objective ?? .latency)
    func rank(_ cost: LayerCost) -> MappingRank {
      objective.rank(
        cycles: cost.total.count, moved: (cost.dramRead + cost.dramWrite).count, tiles: 0
      ) { cost.totalEnergy.value }
    }
    return rank(one) < rank(other)
  }
}

extension CoreKind {
  /// What these cores take in `cycles` whatever they do.
  fileprivate func timed(_ cycles: Cycles) -> [Share<Picojoules>] {
    design.energy.energy(of: ActionCounts(), traffic: [], cycles: cycles)
  }

  /// Why these cores cannot run a layer, whatever its size; nil where they may.
  func refusal(of layer: Layer, weights: QuantizedTensor?) -> String? {
    if let operators, !operators.contains(layer.operation.rawValue) {
      return "runs \(operators.joined(separator: ", ")) only, not \(layer.operation.rawValue)"
    }
    let array = design.architecture.spec.datapath.kind
    guard let weights else {
      return design.datapath.needsWeights
        ? "\(array) counts the values of quantized weights, and the layer has none" : nil
    }
    return design.datapath.countsPatterns && weights.scheme.patterns == nil
      ? "\(array) counts sign patterns, and the layer's weights have none" : nil
  }
}

extension Evaluator {
  /// The first kind of cores that can run no layer of `network`, and why it cannot run the first one;
  /// nil where each can run one, and where all cores are alike.
  public func uselessCores(
    for network: Network, weights: [String: QuantizedTensor], batch: Int
  ) -> (kind: Int, reason: String)? {
    for (index, kind) in (model.kinds?.kinds ?? []).enumerated() {
      var reason: String?
      let canRun = network.ownLayers.contains { layer in
        let tensor = weights[layer.name]
        var own = kind.kind.refusal(of: layer, weights: tensor)
        if own == nil {
          let outcome = kind.model.cost(of: layer, weights: tensor, batch: batch)
          if case .infeasible(let found) = outcome { own = found.reason }
        }
        if reason == nil { reason = own.map { "layer \(layer.name): \($0)" } }
        return own == nil
      }
      if !canRun, let reason { return (index, reason) }
    }
    return nil
  }
}

extension LayerCostModel {
  /// What a layer takes on the kind of cores that it is placed on, or on the one that the design's
  /// objective finds best among those that can run it.
  func placed(
    _ layer: Layer, weights: QuantizedTensor?, placement: OperationPlacement, batch: Int,
    on kinds: CoreKindModels, memo: inout LayerMemo
  ) -> LayerOutcome {
    let fixed = kinds.placed(layer)
    var best: LayerCost?
    var reasons: [String] = []
    for (index, kind) in kinds.kinds.enumerated() {
      let name = kind.kind.name
      if let fixed, fixed != name {
        reasons.append("\(name): cores.place puts it on \(fixed)")
        continue
      }
      if let reason = kind.kind.refusal(of: layer, weights: weights) {
        reasons.append("\(name): \(reason)")
        continue
      }
      switch kind.model.cost(
        of: layer, weights: weights, placement: placement, batch: batch, memo: &memo)
      {
      case .feasible(let own):
        let cost = kinds.joined(own, index)
        if best.map({ kinds.isBetter(cost, than: $0) }) ?? true { best = cost }
      case .infeasible(let reason): reasons.append("\(name): \(reason.reason)")
      }
    }
    return best.map { .feasible($0) }
      ?? .infeasible(Infeasibility(layer: layer.name, cause: .cores(reasons)))
  }

  /// What answers for the first of the cores that ran a layer.
  func running(_ cost: LayerCost) -> LayerCostModel {
    guard let name = cost.cores?.kind,
      let kind = kinds?.kinds.first(where: { $0.kind.name == name })
    else { return self }
    return kind.kind.first == 0 ? kind.model : kind.model.cores?.far ?? kind.model
  }
}

extension MappingObjective {
  fileprivate init(_ objective: CoresSpec.Objective) {
    self =
      switch objective {
      case .latency: .latency
      case .energy: .energy
      case .edp: .edp
      }
  }
}
