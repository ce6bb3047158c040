public import Specs
public import Units

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
      Share(
        first.cost.energy[index].name,
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
  /// Multiply-accumulates over what the array could have done, 0...1.
  public var utilization: Double {
    Double(macs) / (Double(max(cycles.count, 1)) * Double(design.datapath.multipliers))
  }
  /// Bytes of all weights at the design's precision.
  public var weightBytes: Bytes {
    Bytes(holding: design.architecture.spec.precision.weight * network.weights)
  }
  /// Weight bytes taken from the persistent buffer.
  public var cachedWeightBytes: Bytes { entries.reduce(.zero) { $0 + $1.cost.cachedWeights } }
  /// Bytes read from DRAM.
  public var dramRead: Bytes { entries.reduce(.zero) { $0 + $1.cost.dramRead } }
  /// Bytes written to DRAM.
  public var dramWrite: Bytes { entries.reduce(.zero) { $0 + $1.cost.dramWrite } }

  /// Things a reader should know before trusting the totals.
  public var warnings: [String] {
    var found = design.energy.inversions
    if utilization < 0.5 {
      let percent = ((1 - utilization) * 1000).rounded() / 10
      found.append("\(percent) % of the multiplier cycles are idle")
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
  private let model: LayerCostModel

  /// Simulates on `design`.
  public init(_ design: Design) { model = LayerCostModel(design) }

  /// One inference; `cached` is what the persistent buffer holds when it starts.
  ///
  /// Equal layers with equal residency are computed once.
  public func run(
    _ network: Network, cached: Subgraph? = nil, batch: Int = 1
  ) throws(Infeasible) -> NetworkRun {
    let precision = model.design.architecture.spec.precision
    var known: [Key: LayerOutcome] = [:]
    var entries: [NetworkRun.Entry] = []
    var reasons: [Infeasibility] = []
    entries.reserveCapacity(network.layers.count)
    for layer in network.layers {
      let shared = cached?.sharedWeights(with: layer) ?? 0
      let residency = Bytes(precision.weight.count * shared / 8)
      let key = Key(layer, residency)
      let outcome = known[key] ?? model.cost(of: layer, residency: residency, batch: batch)
      known[key] = outcome
      switch outcome {
      case .feasible(let cost): entries.append(NetworkRun.Entry(layer: layer, cost: cost))
      case .infeasible(let reason): if !reasons.contains(reason) { reasons.append(reason) }
      }
    }
    guard reasons.isEmpty else { throw Infeasible(reasons: reasons) }
    return NetworkRun(design: model.design, network: network, batch: batch, entries: entries)
  }

  /// A network with layers that the design cannot execute.
  public struct Infeasible: Error, Sendable, CustomStringConvertible {
    /// One per layer.
    public let reasons: [Infeasibility]
    /// One line per layer.
    public var description: String { reasons.map(\.description).joined(separator: "\n") }
  }

  private struct Key: Hashable {
    let shape: [Int]
    let residency: Bytes

    init(_ layer: Layer, _ residency: Bytes) {
      shape = [
        layer.kernels, layer.channels, layer.kernelRows, layer.kernelColumns, layer.inputRows,
        layer.inputColumns, layer.stride, layer.padding, layer.groups,
        layer.operation == .depthwiseConvolution ? 1 : 0,
      ]
      self.residency = residency
    }
  }

  /// The part of `network` that fits `capacity`, layers with the most cycles saved per byte first.
  ///
  /// The last layer taken is cut to whole kernels. Equal gains go to the later layer.
  public func subgraph(of network: Network, capacity: Bytes) -> Subgraph {
    let precision = model.design.architecture.spec.precision
    struct Candidate {
      let index: Int
      let layer: Layer
      let bytes: Int
      let gain: Double
    }
    var candidates: [Candidate] = []
    for (index, layer) in network.layers.enumerated() {
      let bytes = max(1, Bytes(holding: precision.weight * layer.weights).count)
      guard case .feasible(let without) = model.cost(of: layer),
        case .feasible(let with) = model.cost(of: layer, residency: Bytes(bytes))
      else { continue }
      let gain = Double((without.total - with.total).count) / Double(bytes)
      candidates.append(Candidate(index: index, layer: layer, bytes: bytes, gain: gain))
    }
    candidates.sort { ($0.gain, $0.index) > ($1.gain, $1.index) }
    var left = capacity.count
    var slices: [String: Subgraph.Slice] = [:]
    for candidate in candidates where left > 0 {
      let layer = candidate.layer
      let perKernel = max(1, candidate.bytes / layer.kernels)
      let kernels = min(layer.kernels, left / perKernel)
      guard kernels > 0 else { continue }
      slices[layer.name] = Subgraph.Slice(
        kernels: kernels, channels: layer.channelsPerGroup, rows: layer.kernelRows,
        columns: layer.kernelColumns)
      left -= kernels * perKernel
    }
    return Subgraph(slices: slices)
  }
}
