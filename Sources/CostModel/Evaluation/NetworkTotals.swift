public import Units

/// What layers take together.
///
/// The counts that are added up stand in one list, `Total`; a single layer's are the totals of a
/// network of one layer.
public struct NetworkTotals: Hashable, Sendable {
  /// A whole number that is added up over layers.
  public enum Total: Int, TallyKey {
    /// All cycles.
    case cycles
    /// Cycles in which the array computed, filled or drained.
    case computeCycles
    /// Cycles in which it waited for a read from DRAM.
    case dramReadCycles
    /// Cycles in which it waited for a write to DRAM.
    case dramWriteCycles
    /// Fixed costs of starting layers.
    case overheadCycles
    /// Cycles in which cores waited for one another or for the network between them.
    case networkCycles
    /// Cycles that the array waited for a memory between DRAM and its buffers.
    case levelCycles
    /// Multiply-accumulates of the layers' shapes.
    case macs
    /// Operations performed by the array's lanes.
    case laneOperations
    /// Multiplications performed.
    case multiplications
    /// Additions performed, those of activations and those of partial sums.
    case additions
    /// Bytes read from DRAM.
    case dramRead
    /// Bytes written to DRAM.
    case dramWrite
    /// Weight bytes taken from the persistent buffer.
    case cachedWeights
    /// Weight bytes that the persistent buffer holds of the layers when they start.
    case residentWeights
    /// Bits of all weights as the design stores them.
    case weightBits
    /// Bytes that cross the links between cores, counted on each link.
    case linkBytes

    /// The total that holds the cycles of a cause.
    init(_ cause: CycleCause) {
      self =
        switch cause {
        case .compute: .computeCycles
        case .dramRead: .dramReadCycles
        case .dramWrite: .dramWriteCycles
        case .overhead: .overheadCycles
        case .network: .networkCycles
        case .level: .levelCycles
        }
    }
  }

  private var counts = Tally<Total, 17>()
  /// Energy by component, in the order of a layer's cost.
  public private(set) var energy: [Picojoules]
  /// No count is larger: the largest count of each layer, added up in floating point.
  private(set) var bound = 0.0

  /// Nothing, whatever the components are.
  init() { energy = [] }

  /// What one layer takes, whose weights are `weights` as they are stored and `resident` on chip.
  init(_ cost: LayerCost, weights: Bits, resident: Bytes) {
    energy = cost.energy.map(\.amount)
    bound = Double(cost.largestCount)
    for total in Total.allCases {
      counts[total] =
        switch total {
        case .cycles: cost.total.count
        case .computeCycles: cost.cycles[.compute].count
        case .dramReadCycles: cost.cycles[.dramRead].count
        case .dramWriteCycles: cost.cycles[.dramWrite].count
        case .overheadCycles: cost.cycles[.overhead].count
        case .networkCycles: cost.cycles[.network].count
        case .levelCycles: cost.cycles[.level].count
        case .macs: cost.macs
        case .laneOperations: cost.work[.laneOperations]
        case .multiplications: cost.work[.multiplications]
        case .additions: cost.work.allAdditions
        case .dramRead: cost.dramRead.count
        case .dramWrite: cost.dramWrite.count
        case .cachedWeights: cost.cachedWeights.count
        case .residentWeights: resident.count
        case .weightBits: weights.count
        case .linkBytes: cost.work[.linkBytes]
        }
    }
  }

  /// One of the counts.
  public subscript(total: Total) -> Int { counts[total] }

  /// Energy of all components, added in their order.
  public var totalEnergy: Picojoules { energy.reduce(.zero, +) }

  /// Bytes read from DRAM and written to it.
  public var dramBytes: Bytes { Bytes(self[.dramRead] + self[.dramWrite]) }

  /// Bytes of all weights as the design stores them.
  public var weightBytes: Bytes { Bytes(holding: Bits(self[.weightBits])) }
}

extension NetworkTotals: LayerTotal {
  /// Adds what a layer takes; energy component by component, so that every order of asking gives the
  /// same digits.
  mutating func add(_ layer: NetworkTotals) {
    // Whoever adds has seen that the bound is below 2^62.
    counts.add(layer.counts)
    bound += layer.bound
    guard !energy.isEmpty else {
      energy = layer.energy
      return
    }
    for index in energy.indices { energy[index] = energy[index] + layer.energy[index] }
  }
}
