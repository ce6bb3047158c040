internal import Architectures
internal import Units

/// How busy the lanes, the adders and the ports of a design are.
///
/// The same words hold on every data path. A lane is a multiplier with its adder or, where there are no
/// multipliers, an adder; every cycle of every lane is one of three:
///
/// - *performed*: the lane carries out an operation;
/// - *gated*: its turn has come, but an operand is zero and it is held still;
/// - *idle*: there is nothing for it to do, be it that it waits, that the layer does not fill the array, or
///   that the array fills or drains.
///
/// `performed + gated + idle = lanes x cycles`. A zero that is skipped takes no cycle of a lane, so it is in
/// none of them. Utilization is `(performed + gated) / (lanes x cycles)`: what is left of the time is what a
/// better filled array could save.
public struct ResourceUse: Sendable {
  /// A port of DRAM.
  public enum Port: String, CaseIterable, Sendable {
    /// Inputs and weights, which follow one another.
    case read
    /// Results.
    case write
    /// Both, where they share one port.
    case port
  }

  private var laneCycles = 0.0
  private var taken = 0.0
  private var gatedCycles = 0.0
  private var adderCycles = 0.0
  private var added = 0.0
  private var cycles = 0.0
  private var ports: [(port: Port, busy: Double)] = []

  /// Nothing.
  init() {}

  /// What the resources of `design` did for `cost`; `gates` where its array holds lanes still for zeros.
  init(_ cost: LayerCost, lanes: Int, adders: Int, gates: Bool, ports: [DRAMPort]) {
    cycles = Double(max(cost.total.count, 1))
    laneCycles = cycles * Double(lanes)
    adderCycles = cycles * Double(adders)
    taken = Double(cost.work[.laneOperations])
    let performed = Double(cost.work[.multiplications])
    gatedCycles = gates ? max(0, taken - performed) : 0
    added = Double(cost.work.allAdditions)
    self.ports = ports.map { ($0.port, $0.busy(cost)) }
  }

  /// The share of lane cycles that work takes, 0...1: performed and gated.
  public var utilization: Double { share(taken, laneCycles) }
  /// The share of lane cycles in which an operation is carried out.
  public var performed: Double { share(taken - gatedCycles, laneCycles) }
  /// The share of lane cycles in which a zero holds the lane still.
  public var gated: Double { share(gatedCycles, laneCycles) }
  /// The share of lane cycles without work: `1 - utilization`.
  public var idle: Double { 1 - utilization }
  /// Additions over what the adders could have done, 0...1; those of products that are gated are none.
  public var adders: Double { share(added, adderCycles) }

  /// The share of cycles in which each port of DRAM moves bytes at its full rate, 0...1.
  public var portShares: [(port: Port, share: Double)] {
    ports.map { ($0.port, share($0.busy, cycles)) }
  }

  private func share(_ part: Double, _ whole: Double) -> Double {
    whole > 0 ? part / whole : 0
  }

  /// Adds what follows.
  mutating func add(_ other: ResourceUse) {
    laneCycles += other.laneCycles
    taken += other.taken
    gatedCycles += other.gatedCycles
    adderCycles += other.adderCycles
    added += other.added
    cycles += other.cycles
    guard !ports.isEmpty else {
      ports = other.ports
      return
    }
    for place in ports.indices { ports[place].busy += other.ports[place].busy }
  }
}

/// A port of DRAM with the rates of what passes it.
struct DRAMPort {
  let port: ResourceUse.Port
  /// The operands that pass it, with their rates.
  let links: [(operand: Operand, rate: BytesPerCycle)]

  /// Cycles in which the port moves bytes at its full rate; transfers take whole cycles each, so it is taken
  /// for no less.
  func busy(_ cost: LayerCost) -> Double {
    links.reduce(0) { sum, link in
      let moved = cost.traffic(.dram, link.operand)
      return sum + link.rate.bound(bits: Double((moved.read + moved.write).bits.count))
    }
  }
}

extension Design {
  /// The ports of DRAM.
  var ports: [DRAMPort] {
    let links = Links(architecture)
    guard links.levels.isEmpty else {
      // Several memories draw on it at once, together at most all of it.
      let memory = architecture.spec.memory
      let rate = memory.dram.bandwidth.perCycle(at: architecture.spec.frequency)
      let reads = [(Operand.input, rate), (.weight, rate)]
      return memory.dram.ports == .shared
        ? [DRAMPort(port: .port, links: reads + [(.output, rate)])]
        : [DRAMPort(port: .read, links: reads), DRAMPort(port: .write, links: [(.output, rate)])]
    }
    let reads = [(Operand.input, links.input.rate), (.weight, links.weight.rate)]
    let write = (Operand.output, links.output.rate)
    return links.sharedPort
      ? [DRAMPort(port: .port, links: reads + [write])]
      : [DRAMPort(port: .read, links: reads), DRAMPort(port: .write, links: [write])]
  }
}

extension NetworkCost {
  /// How busy the resources of the design are in each operation.
  public var uses: [ResourceUse] {
    let ports = design.ports
    let datapath = design.datapath
    // Each core has an array of its own.
    let cores = design.lanes / max(datapath.lanes, 1)
    return entries.map {
      ResourceUse(
        $0.cost, lanes: design.lanes, adders: datapath.adders * cores,
        gates: datapath.gating != nil,
        ports: ports)
    }
  }

  /// How busy they are in all operations.
  public var use: ResourceUse { uses.reduce(into: ResourceUse()) { $0.add($1) } }
}
