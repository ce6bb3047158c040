public import Networks
public import Units
public import WeightAnalysis

/// What a network costs on a design: the only way from layers to networks.
///
/// `run`, profile tables, sub-graph gains, sweeps and estimates ask it, so that equal questions have
/// equal answers to the last digit.
public struct Evaluator: Sendable {
  let model: LayerCostModel

  /// Evaluates on `design`.
  public init(_ design: Design) { model = LayerCostModel(design) }

  /// The design.
  public var design: Design { model.design }

  /// One inference.
  ///
  /// - Parameters:
  ///   - network: The layers.
  ///   - weights: The quantized tensors by layer name; layers without one are of full precision.
  ///   - placement: What is on chip when it starts.
  ///   - batch: Images at once.
  /// - Returns: The cost, operation by operation and in all.
  /// - Throws: `Infeasible` when the design cannot execute a layer.
  public func evaluate(
    _ network: Network, weights: [String: QuantizedTensor] = [:], placement: Placement = .empty,
    batch: Int = 1
  ) throws(Infeasible) -> NetworkCost {
    // No other design asks; parts of different layers on several cores may be alike.
    var memo = LayerMemo(capacity: model.hasParts ? 4096 : 0)
    return try evaluate(
      network, weights: weights, placement: placement, batch: batch, memo: &memo)
  }

  /// The same inference, with layer timings taken from `memo` where another design left them.
  ///
  /// Equal layers that find equal amounts on chip are computed once.
  public func evaluate(
    _ network: Network, weights: [String: QuantizedTensor] = [:], placement: Placement = .empty,
    batch: Int = 1, memo: inout LayerMemo
  ) throws(Infeasible) -> NetworkCost {
    model.enter(&memo)
    var priced = PricedLayers(network.layers.count)
    var entries: [NetworkCost.Entry] = []
    entries.reserveCapacity(network.layers.count)
    var sum = LayerSum(NetworkTotals())
    var shapes = network.ownShapes.makeIterator()
    var plan = self.plan(of: network, weights: weights, batch: batch)
    for stage in plan.maps.stages.indices {
      let (work, moves) = (plan.maps.stages[stage].work, plan.moves(of: stage))
      guard case .array(let layer) = work, let shape = shapes.next() else {
        if let entry = try add(work, moves, placement, batch: batch, to: &sum) {
          entries.append(entry)
        }
        continue
      }
      let place = place(
        of: layer, weights[layer.name], moves, in: placement, batch: batch, shape: shape, &priced,
        &memo)
      switch priced[place] {
      case .feasible(let cost, let totals):
        try sum.add(totals, named: layer.name)
        entries.append(NetworkCost.Entry(work: work, cost: cost))
      case .infeasible(let reason): sum.add(reason)
      }
    }
    var totals = try sum.finish()
    if model.hasPipeline {
      (entries, plan) = pipelined(entries, plan, weights, batch: batch, memo: &memo)
      totals = try self.totals(of: entries, weights)
    }
    return NetworkCost(
      design: design, network: network, placement: placement, maps: plan, batch: batch,
      entries: entries, totals: totals,
      hostWork: hostWork(of: network, weights: weights, batch: batch))
  }

  /// Where the cost of a layer is among those that are priced.
  private func place(
    of layer: Layer, _ tensor: QuantizedTensor?, _ moves: MapMoves?, in placement: Placement,
    batch: Int, shape: Int, _ priced: inout PricedLayers, _ memo: inout LayerMemo
  ) -> Int {
    let format = model.storedFormat(of: layer, tensor)
    let placed = self.placement(of: layer, format, moves, in: placement, batch: batch)
    func price(_ outcome: LayerOutcome) -> Priced {
      Priced(outcome, weights: stored(layer, format), resident: placed.weights)
    }
    if let tensor {
      // Quantized layers differ by their values.
      return priced.add(
        price(model.cost(of: layer, weights: tensor, placement: placed, batch: batch)))
    }
    // So may those be where a mapper goes by names, or what places layers on cores.
    guard !model.isByName else {
      return priced.add(price(model.cost(of: layer, placement: placed, batch: batch, memo: &memo)))
    }
    return priced.place(
      of: PricedLayers.Key(placement: placed, zeros: layer.zeros), shape: shape
    ) { price(model.cost(of: layer, placement: placed, batch: batch, memo: &memo)) }
  }

  /// Adds work of the vector unit.
  private func add(
    _ work: OperationWork, _ moves: MapMoves?, _ placement: Placement, batch: Int,
    to sum: inout LayerSum<NetworkTotals>
  ) throws(Infeasible) -> NetworkCost.Entry? {
    guard case .vector(let vector) = work,
      let outcome = model.cost(
        of: vector, placement: self.placement(of: work, moves, in: placement, batch: batch),
        batch: batch)
    else { return nil }
    switch Priced(outcome, weights: .zero, resident: .zero) {
    case .infeasible(let reason):
      sum.add(reason)
      return nil
    case .feasible(let cost, let totals):
      try sum.add(totals, named: vector.name)
      return NetworkCost.Entry(work: work, cost: cost)
    }
  }

  /// Where the maps of `network` are on the design.
  public func plan(
    of network: Network, weights: [String: QuantizedTensor] = [:], batch: Int = 1
  ) -> MapPlan {
    model.plan(model.maps(of: network), batch: batch) { model.format(of: weights[$0]) }
  }

  /// What `moves` and `placement` mean for what an operation reads and writes.
  func placement(
    of work: OperationWork, _ moves: MapMoves?, in placement: Placement, batch: Int
  ) -> OperationPlacement {
    guard !placement.isEmpty else { return OperationPlacement(moves: moves) }
    let holdsInput = placement.before[.input(of: work.name)] != nil
    let keepsOutput = placement.kept[.output(of: work.name)] != nil
    guard holdsInput || keepsOutput else { return OperationPlacement(moves: moves) }
    let own = moves ?? MapMoves(work, holdsInput: false, keepsOutput: false, images: batch)
    return OperationPlacement(moves: own.held(input: holdsInput, output: keepsOutput))
  }

  /// What `moves` and `placement` mean for one layer.
  func placement(
    of layer: Layer, _ format: WeightFormat, _ moves: MapMoves?, in placement: Placement,
    batch: Int
  ) -> OperationPlacement {
    var placed = self.placement(of: .array(layer), moves, in: placement, batch: batch)
    placed.weights =
      layer.kernelRole == .weight
      ? placement.isEmpty ? .zero : resident(placement.weights(of: layer), of: layer, format)
      : model.kernelsOnChip(placed.moves)
    return placed
  }

  /// Bytes that a sub-graph takes in the persistent buffer.
  ///
  /// Layers of `network` that a codec or the workload stores in its own way are counted so.
  public func storage(
    of subgraph: Subgraph, weights: [String: QuantizedTensor] = [:], network: Network? = nil
  ) -> Bytes {
    let layers = Dictionary(
      (network?.layers ?? []).map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    return Bytes(
      holding: subgraph.slices.reduce(Bits.zero) { sum, entry in
        let tensor = weights[entry.key]
        let own = layers[entry.key].flatMap { $0.storage == nil ? nil : $0 }
        return sum
          + stored(
            entry.value, own.map { model.storedFormat(of: $0, tensor) } ?? model.format(of: tensor))
      })
  }

  /// Bits of a layer's weights as they are stored; none where its kernels are activations.
  func stored(_ layer: Layer, _ format: WeightFormat) -> Bits {
    layer.kernelRole == .weight
      ? format.bits(weights: layer.weights, kernels: layer.kernels) : .zero
  }

  /// Bits of a slice as it is stored.
  func stored(_ slice: Subgraph.Slice, _ format: WeightFormat) -> Bits {
    format.bits(weights: slice.weights, kernels: slice.kernels)
  }

  /// Bytes of a layer's weights that a slice in the persistent buffer holds: all of them, or as many
  /// whole bytes as the part fills.
  func resident(_ slice: Subgraph.Slice?, of layer: Layer, _ format: WeightFormat) -> Bytes {
    guard let slice else { return .zero }
    let shared = slice.shared(with: layer)
    let bits = format.bits(weights: shared.weights, kernels: shared.kernels)
    return shared.weights == layer.weights ? Bytes(holding: bits) : Bytes(bits.count / 8)
  }

  /// A network with layers that the design cannot execute.
  public struct Infeasible: Error, Sendable, CustomStringConvertible {
    /// One per layer.
    public let reasons: [Infeasibility]
    /// Makes the error.
    public init(reasons: [Infeasibility]) { self.reasons = reasons }
    /// One line per layer.
    public var description: String { reasons.map(\.description).joined(separator: "\n") }
  }

  /// A layer's cost with what it adds to a network's, or why there is none.
  private enum Priced {
    case feasible(LayerCost, NetworkTotals)
    case infeasible(Infeasibility)

    init(_ outcome: LayerOutcome, weights: Bits, resident: Bytes) {
      switch outcome {
      case .feasible(let cost):
        self = .feasible(cost, NetworkTotals(cost, weights: weights, resident: resident))
      case .infeasible(let reason): self = .infeasible(reason)
      }
    }
  }

  /// What layers of a network cost, each kind of them priced once.
  ///
  /// Layers of one shape rarely differ in much else, so those of a shape are compared in turn, which
  /// takes less time than hashing what they move.
  private struct PricedLayers {
    /// What layers of one shape differ in.
    struct Key: Equatable {
      let placement: OperationPlacement
      /// Maps of one shape that are stored differ by their zeros.
      let zeros: ZeroShares?
    }

    /// A key, where its cost is, and the place of the key before it of its shape.
    private var known: [(key: Key, cost: Int, before: Int)] = []
    /// The last key of each shape, -1 where there is none.
    private var last: [Int]
    /// Costs are large: others have their places.
    private var costs: [Priced] = []

    /// Of so many layers, shapes are numbers below that.
    init(_ layers: Int) { last = Array(repeating: -1, count: layers) }

    subscript(place: Int) -> Priced { costs[place] }

    /// Where the cost of a layer is, worked out where no layer like it was.
    mutating func place(of key: Key, shape: Int, _ make: () -> Priced) -> Int {
      var place = last[shape]
      while place >= 0 {
        if known[place].key == key { return known[place].cost }
        place = known[place].before
      }
      let cost = add(make())
      known.append((key, cost, last[shape]))
      last[shape] = known.count - 1
      return cost
    }

    /// Where the cost of a layer is that no other is like.
    mutating func add(_ cost: Priced) -> Int {
      costs.append(cost)
      return costs.count - 1
    }
  }
}
