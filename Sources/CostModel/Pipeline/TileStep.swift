/// The cycles of one tile's transfers and computation.
public struct TileStep: Hashable, Sendable {
  /// Loads into the other buffer half, while the tile before computes.
  public var load = 0
  /// Loads that the array waits for.
  public var exposed = 0
  /// From the end of the tile before to that of the load at least, where the load takes room that
  /// the tile before gives away bit by bit; negative before that end.
  public var handover: Int?
  /// Cycles from the arrival of a stationary operand to the computation.
  public var preload = 0
  /// Loads of the tile that follow that operand's.
  public var afterPreloaded = 0
  /// When that operand arrives.
  public var preloadArrival = PreloadArrival.before
  /// Cycles of the last fold, beside which the next tile's operand may enter.
  public var lastFold = 0
  /// The input's share of the loads.
  public var inputLoad = 0
  /// The share of the loads that follow the input: terms of sums and factors of channels.
  public var termLoad = 0
  /// The weights' share of the loads.
  public var weightLoad = 0
  /// Loads that feed the computation element by element.
  public var stream = 0
  /// From the start of the stream to the end of the computation, at least.
  public var streamBound = 0
  /// Computation with operands ready.
  public var compute = 0
  /// Stores of finished outputs.
  public var store = 0
  /// Computation that is left when the first output is finished.
  public var afterFirstResult = 0
  /// Stores that are left at the end of the computation at least.
  public var lateStore = 0
  /// From the end of the computation to its results.
  public var drain = 0
  /// Whether outputs are finished in this tile.
  public var stores = false

  /// Makes a step that takes no time.
  public init() {}
}

/// When an operand that enters the array before its tile is on chip.
public enum PreloadArrival: Hashable, Sendable {
  /// It stayed there.
  case before
  /// With the loads into the other buffer half.
  case load
  /// With the loads that the array waits for.
  case exposed
  /// When the tile before has been computed, in no time.
  case computed
}

/// Consecutive equal tiles.
public struct TileRun: Hashable, Sendable {
  /// One tile.
  public let step: TileStep
  /// How many follow one another.
  public var count: Int

  /// Makes a run.
  public init(_ step: TileStep, count: Int) {
    self.step = step
    self.count = count
  }
}

/// Tiles that follow one another in equal blocks, again and again: the strips of a map, in each the
/// blocks of kernels, in each the parts of the channels.
struct TileSegment: Sendable {
  /// Equal blocks.
  struct Block: Sendable {
    /// The tiles of one.
    var runs: [TileRun]
    /// How many follow one another.
    var count: Int
  }

  /// What is repeated.
  var blocks: [Block]
  /// How often.
  var count: Int

  /// All tiles.
  var tiles: Int {
    count * blocks.reduce(0) { $0 + $1.count * $1.runs.reduce(0) { $0 + $1.count } }
  }
}

/// When a store may run.
public enum StoreOverlap: Hashable, Sendable {
  /// The next tile waits for it.
  case none
  /// After its tile, while the next one computes.
  case pingPong
  /// From its tile's start on.
  case streaming
}
