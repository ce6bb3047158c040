/// The maps of a network that are stored between its operations, and who writes and reads them.
///
/// Operations that a design does on the way, because they are fused to their neighbours, leave no map
/// of their own: what they make is stored in its place, or what they read is read in its place.
public struct StoredMaps: Hashable, Sendable {
  /// A map that is written once, by a stage or by someone else, and read by stages.
  public struct Map: Hashable, Sendable {
    /// The tensor's name.
    public let name: String
    /// Elements of one image.
    public let elements: Int
    /// Rows, 1 for what has none.
    public let rows: Int
    /// The stage that writes it; nil for what comes from outside, such as the image.
    public let producer: Int?
    /// Whether it is wanted outside when the network has ended.
    public var isWanted: Bool
    /// Whether it is the mean of each channel of another map that the same stage writes.
    public let isMeans: Bool
    /// The share of its elements that are zero; nil where nobody said.
    public let zeros: Double?
    /// Whether it is what the network reads.
    public let isInput: Bool
    /// The rows of what its producer computes that one row of it is made of.
    public let made: RowReach
    /// Whether it never leaves the chip, whatever a design keeps there.
    public var isLocal = false
    /// The stages that read it, one entry for each time.
    public internal(set) var readers: [Int] = []

    /// The last stage that reads it; its producer where none does.
    public var lastReader: Int? { readers.last ?? producer }
  }

  /// How a stage reads a map.
  public enum Use: Hashable, Sendable {
    /// As what it works on, or a part of that.
    case input
    /// As one number per channel that its input is multiplied by.
    case factor
    /// As a part of a sum that its result is added to.
    case term
    /// As the kernels of a product of two activations.
    case kernels
  }

  /// A map that a stage reads.
  public struct Read: Hashable, Sendable {
    /// The map's place in `maps`.
    public let map: Int
    /// What the stage does with it.
    public let use: Use
    /// The rows of the map that the stage needs: as a part of its input, for one row of what it
    /// computes; as a term, for one row of the sum.
    public let reach: RowReach
    /// Poolings on the way out that lie before the sum that a term is added to.
    public var level = 0
    /// Whether the stage finds it on chip, whatever a design keeps there.
    public var isLocal = false
  }

  /// What runs on the array or a vector unit, with everything that is fused to it.
  public struct Stage: Hashable, Sendable {
    /// What carries it out, with the zeros of the maps that it moves where the workload states any.
    public internal(set) var work: OperationWork
    /// The block that it belongs to; a network is not cut within one.
    public let block: Int?
    /// What it reads of maps.
    public internal(set) var reads: [Read]
    /// The maps that it writes, by their places, the result first.
    public internal(set) var writes: [Int] = []
    /// What it moves with every map in DRAM; nil where that is its own input and output.
    public internal(set) var moves: MapMoves?
    /// Rows of windows and rows from one to the next, on the map that is read as the input.
    public internal(set) var window: (rows: Int, stride: Int) {
      get { (windowRows, windowStride) }
      set { (windowRows, windowStride) = newValue }
    }
    private var windowRows = 1
    private var windowStride = 1

    init(work: OperationWork, block: Int?, reads: [Read] = []) {
      self.work = work
      self.block = block
      self.reads = reads
    }

    /// The operation's name.
    public var name: String { work.name }
  }

  /// All maps.
  public internal(set) var maps: [Map] = []
  /// The stages in order of execution.
  public internal(set) var stages: [Stage] = []

  /// No maps.
  init() {}

  /// The maps of `network` on a design that leaves `fuses` to no unit of its own and has `outside`
  /// done elsewhere; those of a list without connections read maps of their own.
  public init(
    of graph: NetworkGraph, fuses: (VectorWork) -> Bool = { _ in true },
    outside: (Operation) -> Bool = { _ in false }
  ) {
    var walk = MapWalk(graph)
    for operation in graph.operations { walk.add(operation, fuses: fuses, outside: outside) }
    self = walk.finished()
  }
}
