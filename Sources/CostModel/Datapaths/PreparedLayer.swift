public import Architectures

/// A datapath with one group of a layer on it, ready to execute its tiles.
///
/// The members are final classes without a variable: a structure with the nest in it would be copied each
/// time that a tile is asked for.
public protocol PreparedLayer: Sendable {
  /// What holds for all tiles.
  var traits: LayerTraits { get }
  /// Cycles and actions of one tile with its operands always ready.
  func execute(_ tile: Tile, part: ChannelPart) -> TileExecution
  /// The same cycles without the actions; a search asks for those of thousands of tiles.
  func timing(of tile: Tile, part: ChannelPart) -> TileTiming
  /// When a tile that takes so long needs its input and has its results; asked for only where a
  /// transfer runs beside the tile that it belongs to.
  func overlap(of tile: Tile, part: ChannelPart, timing: TileTiming) -> TileOverlap
}

extension PreparedLayer {
  /// Those that come with the actions, unless an array counts cycles alone.
  public func timing(of tile: Tile, part: ChannelPart) -> TileTiming {
    execute(tile, part: part).timing
  }
}

/// What a memory model has to know of a prepared layer beside its tiles.
public struct LayerTraits: Hashable, Sendable {
  /// The part of the nest that fills the array once; tiles are multiples of it.
  public let granule: Tile
  /// Whether partial sums stay in the array from one block of channels to the next.
  public var keepsSums = false
  /// The operand that enters the array beside the tile before, and how long it takes.
  public var preload: Preload?
  /// Cycles from a tile's end to its results, seen once per group after the last tile.
  public var drain = 0
  /// Whether tiles of one size differ by the values of their weights.
  public var dependsOnWeights = false
  /// Pixels after which strips are alike again; nil where a tile costs the same wherever it lies.
  public var period: Int?
  /// Whether tiles of one size take the same time and transfers wherever their kernels and channels
  /// lie, so that neighbours need not be walked one by one.
  public var isUniform = false
  /// Whether what the array does with a tile depends on its extents alone, not on the rows of input that it
  /// reads: strips then do no less than the whole map, whatever their windows leave out.
  var isByExtents = false
  /// Whether a tile gives its input back bit by bit, see `InputRelease`.
  public var handsInputOver = false
  /// Rows that a fold of the array has for the taps of input channels; nil where channels fill none.
  public var foldRows: Int?
  /// What tiles are multiples of at least: the granule, unless an array carries out parts of it too and
  /// only fills them less well.
  public var unit: Tile
  /// Channels that fill one fold; the granule, whose taps fill whole folds exactly, may take more.
  public var leastChannels: Int

  /// Makes the traits of an array that does nothing special.
  public init(granule: Tile) {
    self.granule = granule
    unit = granule
    leastChannels = granule.channels
  }

  /// Whether tiles of so many pixels cost more or less where they lie elsewhere.
  func dependsOnPosition(pixels: Int) -> Bool {
    period.map { !pixels.isMultiple(of: $0) } ?? false
  }
}

/// An operand that is moved into the array before a tile, hidden behind the tile before.
public struct Preload: Hashable, Sendable {
  /// The operand.
  public let operand: Operand
  /// Cycles from its arrival on chip to the tile's first cycle.
  public let cycles: Int

  /// Makes a preload.
  public init(_ operand: Operand, cycles: Int) {
    self.operand = operand
    self.cycles = cycles
  }
}

/// What a tile does and how long it takes.
public struct TileExecution: Hashable, Sendable {
  /// What it does.
  public var counts: ActionCounts
  /// How long it takes.
  public var timing: TileTiming

  /// Makes an execution.
  public init(counts: ActionCounts = ActionCounts(), timing: TileTiming = TileTiming(cycles: 0)) {
    self.counts = counts
    self.timing = timing
  }

  /// Adds the actions and cycles of `other`, one tile after the other, `times` over.
  mutating func add(_ other: TileExecution, times: Int) {
    counts.add(other.counts, times: times)
    timing.cycles += other.timing.cycles * times
  }
}

/// How long a tile takes with its operands always ready.
public struct TileTiming: Hashable, Sendable {
  /// All cycles.
  public var cycles: Int
  /// Cycles of the last fold, beside which the next tile's operand may enter the array.
  public var lastFold = 0
  /// How the tile gives its input back.
  public var release = InputRelease.atEnd

  /// Makes the timing of a tile that gives its input back at its end.
  public init(cycles: Int) { self.cycles = cycles }
}

/// How a tile gives its input back while it runs, so that the next tile's may take its room.
///
/// The input is read for the last time in equal steps, the first part of it first.
public struct InputRelease: Hashable, Sendable {
  /// Cycles from the first step to the end of the tile.
  public let cycles: Int
  /// Steps.
  public let steps: Int
  /// Cycles of a step.
  public let perStep: Int

  /// Gives the input back step by step, from `cycles` before the end on.
  public init(cycles: Int, steps: Int, perStep: Int) {
    self.cycles = cycles
    self.steps = steps
    self.perStep = perStep
  }

  /// The input is needed to the end.
  public static let atEnd = InputRelease(cycles: 0, steps: 0, perStep: 0)

  /// Cycles from the last read of the first `part` of `whole` of the input to the end of the tile.
  func cycles(after part: Int, of whole: Int) -> Int {
    cycles - quotient(steps * part, whole) * perStep
  }
}
