internal import Architectures
public import Networks
public import Units

/// One inference of a network: its operations in order, each with its cost.
///
/// Work that a design does for nothing, because it has no vector unit or fuses it, is not among them.
public struct NetworkCost: Sendable {
  /// An operation and what it costs.
  public struct Entry: Sendable {
    /// What carries it out: the array or a vector unit.
    public let work: OperationWork
    /// Its cost.
    public let cost: LayerCost

    /// The layer that the array runs, nil for work of the vector unit.
    public var layer: Layer? { work.layer }

    /// The work of the vector unit, nil for a layer.
    public var vectorWork: VectorWork? { work.vectorWork }

    /// The operation's name.
    public var name: String { work.name }
  }

  /// The design.
  public let design: Design
  /// The network.
  public let network: Network
  /// What is on chip when it starts.
  public let placement: Placement
  /// Where its maps are.
  public let maps: MapPlan
  /// Images per inference.
  public let batch: Int
  /// The operations in order.
  public let entries: [Entry]
  /// What they take together.
  public let totals: NetworkTotals
  /// What runs elsewhere.
  public let hostWork: HostWork

  /// Which network, which of its sub-networks, and on which design, in words.
  public var title: String {
    "\(network.name)\(network.subnet.map { " \($0)" } ?? "") on \(design.architecture.spec.name)"
  }

  /// All cycles.
  public var cycles: Cycles { Cycles(totals[.cycles]) }
  /// Latency in seconds.
  public var seconds: Double { design.architecture.spec.frequency.seconds(cycles) }
  /// Energy by component.
  public var energy: [Share<Picojoules>] {
    guard let first = entries.first else { return [] }
    return zip(first.cost.energy, totals.energy).map { $0.with($1) }
  }
  /// Energy of all components.
  public var totalEnergy: Picojoules { totals.totalEnergy }
  /// Cycles spent on `cause`.
  public func cycles(_ cause: CycleCause) -> Cycles { Cycles(totals[.init(cause)]) }
  /// Multiply-accumulates performed.
  public var macs: Int { totals[.macs] }
  /// Multiplications performed.
  public var multiplications: Int { totals[.multiplications] }
  /// Additions performed, those of activations and those of partial sums.
  public var additions: Int { totals[.additions] }
  /// The share of lane cycles that work takes, 0...1, see `ResourceUse`.
  public var utilization: Double { Double(totals[.laneOperations]) / laneCycles }
  /// Multiply-accumulates of the layers' shapes per lane and cycle; above the utilization where work
  /// is skipped or shared.
  public var macsPerLaneCycle: Double { Double(macs) / laneCycles }

  private var laneCycles: Double {
    Double(max(cycles.count, 1)) * Double(design.lanes)
  }
  /// Bytes of all weights as the design stores them.
  public var weightBytes: Bytes { totals.weightBytes }
  /// Weight bytes taken from the persistent buffer, as often as they are taken.
  public var cachedWeightBytes: Bytes { Bytes(totals[.cachedWeights]) }
  /// Weight bytes of the network that the persistent buffer holds when it starts.
  public var residentWeightBytes: Bytes { Bytes(totals[.residentWeights]) }
  /// Bytes read from DRAM.
  public var dramRead: Bytes { Bytes(totals[.dramRead]) }
  /// Bytes written to DRAM.
  public var dramWrite: Bytes { Bytes(totals[.dramWrite]) }

  /// How many operations of each operator cost nothing here, in the order of their first one.
  public var fused: [(operator: String, count: Int)] {
    var counts: [String: Int] = [:]
    var order: [String] = []
    for case .vector(let work) in network.connections?.operations.map(\.work) ?? []
    where design.fuses(work) && !network.host.contains(work.name) {
      if counts[work.operator] == nil { order.append(work.operator) }
      counts[work.operator, default: 0] += 1
    }
    return order.map { ($0, counts[$0] ?? 0) }
  }

  /// Things a reader should know before trusting the totals.
  public var warnings: [String] {
    var found =
      design.energy.inversions + design.energy.caveats.map(\.description)
      + design.energy.omissions + unstatedZeros + coreWarnings
    // An array that skips work and is fast for it needs no advice, however few operations are left.
    if utilization < 0.5, macsPerLaneCycle < 0.5 {
      let percent = ((1 - utilization) * 1000).rounded() / 10
      found.append("\(percent) % of the \(design.datapath.lane) cycles are idle")
    }
    let own = Set(network.layers.map(\.name))
    let strange = design.mapper.layerNames.filter { !own.contains($0) }
    if let first = strange.first {
      let others = strange.count == 1 ? "" : " and \(strange.count - 1) more"
      found.append("the mappings name layer \(first)\(others), which the network does not have")
    }
    for entry in entries {
      guard let layer = entry.layer, entry.cost.macs != layer.macs * batch else { continue }
      found.append(
        "layer \(layer.name) performs \(entry.cost.macs) MACs, its shape has "
          + "\(layer.macs * batch)")
    }
    return found
  }
}
