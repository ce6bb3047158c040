/// What a datapath does with a tile: cycles with operands always ready, and counted actions.
public struct TileCost: Hashable, Sendable {
  /// Cycles, operands always ready.
  public var cycles = 0
  /// Multiply-accumulates of the tile's shape, whether or not the datapath performs each of them.
  public var macs = 0
  /// Operations performed by the array's lanes; what utilization counts.
  public var laneOperations = 0
  /// Multiplications performed.
  public var multiplications = 0
  /// Additions of accumulator width.
  public var additions = 0
  /// Additions of activations, a few bits wider than an input.
  public var narrowAdditions = 0
  /// Input elements read from their buffer.
  public var inputReads = 0
  /// Weight elements read from their buffer.
  public var weightReads = 0
  /// Partial sums read back from the output buffer.
  public var outputReads = 0
  /// Partial sums and results written to the output buffer.
  public var outputWrites = 0
  /// Operand-wide register accesses inside the array.
  public var registerAccesses = 0
  /// Sums read from the datapath's own buffer.
  public var localReads = 0
  /// Sums written to the datapath's own buffer.
  public var localWrites = 0

  /// No work.
  public init() {}

  /// Counts `count` multiply-accumulates, each a multiplication and an addition of one lane.
  public mutating func perform(macs count: Int) {
    macs += count
    laneOperations += count
    multiplications += count
    additions += count
  }

  /// Adds `other`, `times` over.
  public mutating func add(_ other: TileCost, times: Int) {
    cycles += other.cycles * times
    macs += other.macs * times
    laneOperations += other.laneOperations * times
    multiplications += other.multiplications * times
    additions += other.additions * times
    narrowAdditions += other.narrowAdditions * times
    inputReads += other.inputReads * times
    weightReads += other.weightReads * times
    outputReads += other.outputReads * times
    outputWrites += other.outputWrites * times
    registerAccesses += other.registerAccesses * times
    localReads += other.localReads * times
    localWrites += other.localWrites * times
  }
}
