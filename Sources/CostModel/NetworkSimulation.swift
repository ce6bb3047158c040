internal import Architectures
public import Networks
public import Units
public import WeightAnalysis

/// One inference of a network: the layers in order, each with its cost.
public struct NetworkRun: Sendable {
  /// A layer and what it costs.
  public struct Entry: Sendable {
    /// The layer.
    public let layer: Layer
    /// Its cost.
    public let cost: LayerCost
  }

  /// The design.
  public let design: Design
  /// The network.
  public let network: Network
  /// Images per inference.
  public let batch: Int
  /// The layers in order.
  public let entries: [Entry]

  /// All cycles.
  public var cycles: Cycles { entries.reduce(.zero) { $0 + $1.cost.total } }
  /// Latency in seconds.
  public var seconds: Double { design.architecture.spec.frequency.seconds(cycles) }
  /// Energy by component.
  public var energy: [Share<Picojoules>] {
    guard let first = entries.first else { return [] }
    return first.cost.energy.indices.map { index in
      first.cost.energy[index].with(
        entries.reduce(.zero) { $0 + $1.cost.energy[index].amount })
    }
  }
  /// Energy of all components.
  public var totalEnergy: Picojoules { energy.reduce(.zero) { $0 + $1.amount } }
  /// Cycles spent on `cause`.
  public func cycles(_ cause: CycleCause) -> Cycles {
    entries.reduce(.zero) { $0 + $1.cost.cycles[cause] }
  }
  /// Multiply-accumulates performed.
  public var macs: Int { entries.reduce(0) { $0 + $1.cost.macs } }
  /// Multiplications performed.
  public var multiplications: Int { entries.reduce(0) { $0 + $1.cost.work[.multiplications] } }
  /// Additions performed, those of activations and those of partial sums.
  public var additions: Int {
    entries.reduce(0) { $0 + $1.cost.work.allAdditions }
  }
  /// Lane operations over what the array could have done, 0...1.
  public var utilization: Double {
    Double(entries.reduce(0) { $0 + $1.cost.work[.laneOperations] }) / laneCycles
  }
  /// Multiply-accumulates of the layers' shapes per lane and cycle; above the utilization where work
  /// is skipped or shared.
  public var macsPerLaneCycle: Double { Double(macs) / laneCycles }

  private var laneCycles: Double {
    Double(max(cycles.count, 1)) * Double(design.datapath.lanes)
  }
  /// Bytes of all weights as the design stores them.
  public let weightBytes: Bytes
  /// Weight bytes taken from the persistent buffer.
  public var cachedWeightBytes: Bytes { entries.reduce(.zero) { $0 + $1.cost.cachedWeights } }
  /// Bytes read from DRAM.
  public var dramRead: Bytes { entries.reduce(.zero) { $0 + $1.cost.dramRead } }
  /// Bytes written to DRAM.
  public var dramWrite: Bytes { entries.reduce(.zero) { $0 + $1.cost.dramWrite } }

  /// Things a reader should know before trusting the totals.
  public var warnings: [String] {
    var found = design.energy.inversions + design.energy.caveats.map(\.description)
    // An array that skips work and is fast for it needs no advice, however few operations are left.
    if utilization < 0.5, macsPerLaneCycle < 0.5 {
      let percent = ((1 - utilization) * 1000).rounded() / 10
      found.append("\(percent) % of the \(design.datapath.lane) cycles are idle")
    }
    for entry in entries where entry.cost.macs != entry.layer.macs * batch {
      found.append(
        "layer \(entry.layer.name) performs \(entry.cost.macs) MACs, its shape has "
          + "\(entry.layer.macs * batch)")
    }
    return found
  }
}

/// Strings layers together.
public struct NetworkSimulation: Sendable {
  let model: LayerCostModel

  /// Simulates on `design`.
  public init(_ design: Design) { model = LayerCostModel(design) }

  /// One inference; `cached` is what the persistent buffer holds when it starts.
  ///
  /// Equal layers with equal residency are computed once.
  ///
  /// `weights` holds the quantized tensors by layer name; layers without one are full precision.
  public func run(
    _ network: Network, weights: [String: QuantizedTensor] = [:], cached: Subgraph? = nil,
    batch: Int = 1
  ) throws(Infeasible) -> NetworkRun {
    var memo = LayerMemo(capacity: network.layers.count)
    return try run(network, weights: weights, cached: cached, batch: batch, memo: &memo)
  }

  /// The same inference, with layer timings taken from `memo` where another design left them.
  public func run(
    _ network: Network, weights: [String: QuantizedTensor] = [:], cached: Subgraph? = nil,
    batch: Int = 1, memo: inout LayerMemo
  ) throws(Infeasible) -> NetworkRun {
    model.enter(&memo)
    var known: [Key: LayerOutcome] = [:]
    var entries: [NetworkRun.Entry] = []
    var reasons: [Infeasibility] = []
    // Counts are added up over the layers.
    var count = 0.0
    entries.reserveCapacity(network.layers.count)
    for (layer, shape) in zip(network.layers, network.shapes) {
      let tensor = weights[layer.name]
      let placement = placement(of: layer, tensor, in: cached)
      let key = Key(shape: shape, placement: placement, name: tensor == nil ? "" : layer.name)
      let outcome =
        known[key]
        ?? (tensor == nil
          ? model.cost(of: layer, placement: placement, batch: batch, memo: &memo)
          : model.cost(of: layer, weights: tensor, placement: placement, batch: batch))
      known[key] = outcome
      switch outcome {
      case .feasible(let cost):
        count += Double(cost.largestCount)
        guard count <= CostBound.limit else {
          throw Infeasible(reasons: [Infeasibility(layer: layer.name, cause: .counts(count))])
        }
        entries.append(NetworkRun.Entry(layer: layer, cost: cost))
      case .infeasible(let reason): if !reasons.contains(reason) { reasons.append(reason) }
      }
    }
    guard reasons.isEmpty else { throw Infeasible(reasons: reasons) }
    let stored = network.layers.reduce(Bits.zero) { sum, layer in
      sum
        + model.format(of: weights[layer.name]).bits(
          weights: layer.weights, kernels: layer.kernels)
    }
    return NetworkRun(
      design: model.design, network: network, batch: batch, entries: entries,
      weightBytes: Bytes(holding: stored))
  }

  /// What the tiles of every layer of `run` did; layers of more than `limit` tiles give their
  /// number only.
  public func timelines(
    of run: NetworkRun, weights: [String: QuantizedTensor] = [:], cached: Subgraph? = nil,
    limit: Int
  ) -> [TileTimeline] {
    run.entries.map { entry in
      let tensor = weights[entry.layer.name]
      return model.timeline(
        of: entry.layer, mapping: entry.cost.mapping, weights: tensor,
        placement: placement(of: entry.layer, tensor, in: cached), batch: run.batch, limit: limit)
    }
  }

  /// What the first `tiles` tiles of one layer of `run` did, by its position.
  public func opening(
    of run: NetworkRun, layer: Int, weights: [String: QuantizedTensor] = [:],
    cached: Subgraph? = nil, tiles: Int
  ) -> TileTimeline {
    let entry = run.entries[layer]
    let tensor = weights[entry.layer.name]
    return model.opening(
      of: entry.layer, mapping: entry.cost.mapping, weights: tensor,
      placement: placement(of: entry.layer, tensor, in: cached), batch: run.batch, tiles: tiles)
  }

  /// Bytes that a sub-graph takes in the persistent buffer.
  public func storage(of subgraph: Subgraph, weights: [String: QuantizedTensor] = [:]) -> Bytes {
    let bits = subgraph.slices.reduce(Bits.zero) { sum, entry in
      sum
        + model.format(of: weights[entry.key]).bits(
          weights: entry.value.weights, kernels: entry.value.kernels)
    }
    return Bytes(holding: bits)
  }

  /// A layer of which the persistent buffer holds what `subgraph` says.
  private func placement(
    of layer: Layer, _ tensor: QuantizedTensor?, in subgraph: Subgraph?
  ) -> OperationPlacement {
    OperationPlacement(weights: subgraph.map { residency(of: layer, tensor, in: $0) } ?? .zero)
  }

  /// Bytes of a layer's weights that the sub-graph holds.
  func residency(
    of layer: Layer, _ tensor: QuantizedTensor?, in subgraph: Subgraph
  ) -> Bytes {
    let shared = subgraph.sharedWeights(with: layer)
    let kernels = shared == 0 ? 0 : min(subgraph.slices[layer.name]?.kernels ?? 0, layer.kernels)
    let bits = model.format(of: tensor).bits(weights: shared, kernels: kernels)
    return shared == layer.weights ? Bytes(holding: bits) : Bytes(bits.count / 8)
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

  private struct Key: Hashable {
    /// Index of the first layer of the shape.
    let shape: Int
    let placement: OperationPlacement
    /// Quantized layers differ by their values.
    let name: String
  }
}
