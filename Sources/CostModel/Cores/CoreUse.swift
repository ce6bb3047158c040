public import Architectures
public import Units

/// How a layer was divided among the cores of a design.
public struct CoreUse: Hashable, Sendable {
  /// The kind of cores that runs the layer; nil where all are alike.
  public internal(set) var kind: String?
  /// A layer that runs on its core while others run on theirs.
  public struct Stage: Hashable, Sendable {
    /// Number of the layers that run beside one another, from 0 on.
    public internal(set) var segment: Int
    /// The layer's place among them, and its core.
    public let place: Int
    /// How many they are.
    public let count: Int
    /// Tiles of rows of each image.
    public let tiles: Int
    /// Cycles in which its core works.
    public let busy: Cycles
    /// Cycles that all of them take together, without the fixed costs of layers.
    public let total: Cycles

    /// Cycles in which its core waits for others.
    public var idle: Cycles { Cycles(total.count - busy.count) }
  }

  /// What decides how long it takes.
  public enum Limit: String, Sendable {
    /// The core that takes longest.
    case core
    /// What all cores together move to and from DRAM.
    case dram
    /// What crosses the busiest link.
    case network
  }

  /// What it is of layers that run beside one another; nil for a layer that runs by itself.
  public internal(set) var stage: Stage?
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
    CycleCause.allCases.filter {
      ($0 != .network || architecture.spec.severalCores != nil)
        && ($0 != .level || !architecture.spec.memory.levels.isEmpty)
    }
  }
}
