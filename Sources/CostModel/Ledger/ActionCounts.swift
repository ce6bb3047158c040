public import Architectures

/// What a datapath does, counted tile by tile.
public enum Action: Int, TallyKey {
  /// Multiply-accumulates of the tile's shape, whether or not the datapath performs each of them.
  case macs
  /// Cycles of lanes that work takes, of zeros that hold a lane still too; what utilization counts.
  case laneOperations
  /// Multiplications performed.
  case multiplications
  /// Additions of accumulator width.
  case additions
  /// Additions of activations, a few bits wider than an input.
  case narrowAdditions
  /// Input elements read from their buffer.
  case inputReads
  /// Weight elements read from their buffer.
  case weightReads
  /// Partial sums read back from the output buffer.
  case outputReads
  /// Partial sums and results written to the output buffer.
  case outputWrites
  /// Operand-wide register accesses inside the array.
  case registerAccesses
  /// Sums read from the datapath's own buffer.
  case localReads
  /// Sums written to the datapath's own buffer.
  case localWrites
  /// Operations of the vector unit's lanes.
  case vectorOperations
  /// Bytes that cross the links between cores, counted on each link.
  case linkBytes
  /// Weights that leave the decoder.
  case decodedWeights

  /// The component whose energy the action takes, a buffer by the operand that it holds; nil for what
  /// is only compared with time.
  public var component: ComponentID? {
    switch self {
    case .macs, .laneOperations: nil
    case .multiplications: .multiply
    case .additions, .narrowAdditions: .add
    case .inputReads: .buffer(of: .input)
    case .weightReads: .buffer(of: .weight)
    case .outputReads, .outputWrites: .buffer(of: .output)
    case .registerAccesses: .register
    case .localReads, .localWrites: .localBuffer
    case .vectorOperations: .vector
    case .linkBytes: .network
    case .decodedWeights: .weightDecoder
    }
  }
}

/// The ledger: how often each action happened.
public typealias ActionCounts = Tally<Action, 15>

extension Tally where Key == Action {
  /// Counts `count` multiply-accumulates, each a multiplication and an addition of one lane.
  public mutating func perform(macs count: Int) {
    self[.macs] += count
    self[.laneOperations] += count
    self[.multiplications] += count
    self[.additions] += count
  }

  /// All additions, those of activations and those of partial sums.
  public var allAdditions: Int { self[.additions] + self[.narrowAdditions] }
}
