public import Architectures
public import Units

/// Latency, energy and traffic of one layer.
public struct LayerCost: Hashable, Sendable {
  /// Cycles by cause.
  public let cycles: CycleBreakdown
  /// All cycles.
  public let total: Cycles
  /// Cycles of all tiles with their operands always ready; of several cores, those of the one that
  /// takes longest.
  public let arrayCycles: Cycles
  /// Lanes of the arrays of all cores.
  public internal(set) var lanes: Int
  /// Energy by component.
  public internal(set) var energy: [Share<Picojoules>]
  /// Traffic by level and operand.
  public internal(set) var traffic: [LevelTraffic]
  /// How the layer was cut; nil for work of the vector unit.
  public let mapping: Mapping?
  /// Weight bytes taken from the persistent buffer.
  public let cachedWeights: Bytes
  /// What the datapath counted.
  public let work: ActionCounts
  /// Bytes of maps to and from DRAM as they would be without the code of a link; nil where no link
  /// has one.
  public var uncoded: UncodedMaps?
  /// How it was divided among cores; nil for a design of one core, and for work of a vector unit.
  public var cores: CoreUse?

  /// Multiply-accumulates performed.
  public var macs: Int { work[.macs] }

  /// The share of lane cycles that work takes, 0...1; work that is skipped or shared takes none, see
  /// `ResourceUse`.
  public var utilization: Double { Double(work[.laneOperations]) / laneCycles }

  /// Multiply-accumulates of the layer's shape per lane and cycle: the utilization of an array that
  /// performs each of them, and more than it where work is skipped or shared.
  public var macsPerLaneCycle: Double { Double(macs) / laneCycles }

  private var laneCycles: Double { Double(max(total.count, 1)) * Double(lanes) }

  /// The largest of the counts that are added up over layers.
  var largestCount: Int {
    let moved = traffic.reduce(0) { max($0, $1.read.bits.count, $1.write.bits.count) }
    return max(
      total.count, moved, work[.macs], work[.laneOperations], work[.multiplications],
      work.allAdditions, work[.vectorOperations], work[.linkBytes])
  }

  /// The cause with the most cycles.
  public var bound: CycleCause {
    CycleCause.allCases.max { cycles[$0] < cycles[$1] } ?? .compute
  }

  /// The sum of all components.
  public var totalEnergy: Picojoules { energy.reduce(.zero) { $0 + $1.amount } }

  /// Bytes of `operand` through `level`.
  public func traffic(_ level: ComponentID, _ operand: Operand) -> (read: Bytes, write: Bytes) {
    let entry = traffic.first { $0.level == level && $0.operand == operand }
    return (entry?.read ?? .zero, entry?.write ?? .zero)
  }

  /// Bytes read from DRAM.
  public var dramRead: Bytes {
    traffic.reduce(.zero) { $1.level == .dram ? $0 + $1.read : $0 }
  }

  /// Bytes written to DRAM.
  public var dramWrite: Bytes {
    traffic.reduce(.zero) { $1.level == .dram ? $0 + $1.write : $0 }
  }
}

/// Bytes of maps that cross the links to DRAM, as they are on chip.
public struct UncodedMaps: Hashable, Sendable {
  /// Of inputs, from DRAM.
  public let input: Bytes
  /// Of results, to DRAM.
  public let output: Bytes

  /// Makes a pair.
  public init(input: Bytes, output: Bytes) {
    self.input = input
    self.output = output
  }
}

/// A cost, or why there is none.
public enum LayerOutcome: Hashable, Sendable {
  /// The design executes the layer.
  case feasible(LayerCost)
  /// The design cannot.
  case infeasible(Infeasibility)

  /// The cost where there is one.
  public var cost: LayerCost? {
    if case .feasible(let cost) = self { return cost }
    return nil
  }
}
