public import Architectures
public import Units

/// How a layer was divided among the cores of a design.
public struct CoreUse: Hashable, Sendable {
  /// The kind of cores that runs the layer; nil where all are alike.
  public internal(set) var kind: String?
  /// What decides how long it takes.
  public enum Limit: String, Sendable {
    /// The core that takes longest.
    case core
    /// What all cores together move to and from DRAM.
    case dram
    /// What crosses the busiest link.
    case network
  }

  /// What is divided; nil where one core runs the layer.
  public let split: CoresSpec.Split?
  /// Kernels, rows, channels or images of each core that runs a part.
  public let shares: [Int]
  /// Cycles of each of these cores, by itself and without the layer's fixed cost.
  public let cycles: [Cycles]
  /// What decides how long it takes.
  public let limit: Limit
  /// Bytes through the busiest link, in its busier direction; all of them on a bus.
  public let busiestLink: Bytes
  /// Cycles of transfers of all cores to and from DRAM at full rate, on the busier port.
  public let dramCycles: Cycles

  /// Cores that run a part.
  public var used: Int { shares.count }
}

extension Design {
  /// What cycles may be spent on here.
  public var causes: [CycleCause] {
    CycleCause.allCases.filter { $0 != .network || architecture.spec.severalCores != nil }
  }
}
