public import Architectures
public import Units

/// What a cycle was spent on.
public enum CycleCause: String, CaseIterable, Sendable {
  /// The array computed, or filled or drained.
  case compute
  /// The array waited for a transfer from DRAM.
  case dramRead = "dram_read"
  /// The array waited for a transfer to DRAM.
  case dramWrite = "dram_write"
  /// The fixed cost of starting a layer.
  case overhead
}

/// Cycles by cause.
public struct CycleBreakdown: Hashable, Sendable {
  /// Cycles in which the array computed, filled or drained.
  public let compute: Cycles
  /// Cycles in which it waited for a read from DRAM.
  public let dramRead: Cycles
  /// Cycles in which it waited for a write to DRAM.
  public let dramWrite: Cycles
  /// The fixed cost of starting the layer.
  public let overhead: Cycles

  /// Cycles spent on `cause`.
  public subscript(cause: CycleCause) -> Cycles {
    switch cause {
    case .compute: compute
    case .dramRead: dramRead
    case .dramWrite: dramWrite
    case .overhead: overhead
    }
  }
}

/// A name and an amount; a list of these keeps the order in which it is printed.
public struct Share<Amount: Hashable & Sendable>: Hashable, Sendable {
  /// What the amount belongs to.
  public let name: String
  /// The amount.
  public let amount: Amount

  /// Makes a share.
  public init(_ name: String, _ amount: Amount) {
    self.name = name
    self.amount = amount
  }
}

/// Bytes of one operand through one memory level.
public struct LevelTraffic: Hashable, Sendable {
  /// The level's name.
  public let level: String
  /// The operand.
  public let operand: Operand
  /// Bytes read from the level.
  public let read: Bytes
  /// Bytes written to the level.
  public let write: Bytes
}

/// Latency, energy and traffic of one layer.
public struct LayerCost: Hashable, Sendable {
  /// Cycles by cause.
  public let cycles: CycleBreakdown
  /// All cycles.
  public let total: Cycles
  /// Multiply-accumulates performed.
  public let macs: Int
  /// Operations that the array's lanes performed over those that they could have, 0...1; work that is
  /// skipped or shared is no operation.
  public let utilization: Double
  /// Multiply-accumulates of the layer's shape per lane and cycle: the utilization of an array that
  /// performs each of them, and more than it where work is skipped or shared.
  public let macsPerLaneCycle: Double
  /// Energy by component.
  public let energy: [Share<Picojoules>]
  /// Traffic by level and operand.
  public let traffic: [LevelTraffic]
  /// How the layer was cut.
  public let mapping: Mapping
  /// Weight bytes taken from the persistent buffer.
  public let cachedWeights: Bytes
  /// Elements read from buffers and registers, as counted by the datapath.
  public let work: TileCost

  /// The largest of the counts that are added up over layers.
  var largestCount: Int {
    let moved = traffic.reduce(0) { max($0, $1.read.bits.count, $1.write.bits.count) }
    return max(
      total.count, moved, work.macs, work.laneOperations, work.multiplications,
      work.additions + work.narrowAdditions)
  }

  /// The cause with the most cycles.
  public var bound: CycleCause {
    CycleCause.allCases.max { cycles[$0] < cycles[$1] } ?? .compute
  }

  /// The sum of all components.
  public var totalEnergy: Picojoules { energy.reduce(.zero) { $0 + $1.amount } }

  /// Bytes of `operand` through `level`.
  public func traffic(_ level: String, _ operand: Operand) -> (read: Bytes, write: Bytes) {
    let entry = traffic.first { $0.level == level && $0.operand == operand }
    return (entry?.read ?? .zero, entry?.write ?? .zero)
  }

  /// Bytes read from DRAM.
  public var dramRead: Bytes {
    traffic.reduce(.zero) { $1.level == "dram" ? $0 + $1.read : $0 }
  }

  /// Bytes written to DRAM.
  public var dramWrite: Bytes {
    traffic.reduce(.zero) { $1.level == "dram" ? $0 + $1.write : $0 }
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
