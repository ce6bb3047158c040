public import Architectures
public import Components
public import Networks
public import Units
public import WeightAnalysis

/// A compute array: cycles and actions of a tile.
///
/// It knows nothing of memory, energy or time.
public protocol Datapath: Configurable {
  /// Lanes of the array: multipliers, or adders where there is no multiplier.
  var lanes: Int { get }
  /// What a lane is called: `multiplier`, or `adder` where there is no multiplier.
  var lane: String { get }
  /// Whether cycles and actions depend on the values of the weights.
  var needsWeights: Bool { get }
  /// Whether it reads sign patterns, so that quantized weights of an alphabet without them are refused.
  var countsPatterns: Bool { get }
  /// The datapath's own memory, priced like a buffer; nil where there is none.
  var localBuffer: LocalBuffer? { get }
  /// The datapath made ready for one layer's weights; nil weights are full precision.
  func prepared(for nest: LoopNest, weights: QuantizedTensor?) -> any Datapath
  /// The datapath made ready for the weights of one group; nil where all groups cost the same.
  func prepared(for nest: LoopNest, weights: QuantizedTensor, group: Int) -> (any Datapath)?
  /// The loop nest of one group and how many groups follow one another.
  func nest(of layer: Layer, batch: Int) -> (nest: LoopNest, groups: Int)
  /// The rules that can cut its layers, the one that is followed where a file names none first.
  var mappingRules: [MappingRule] { get }
  /// Whether `plan` cuts layers.
  var mapsLayers: Bool { get }
  /// The layer cut for the on-chip memory; nil where the general mapper cuts it.
  func plan(_ request: MappingRequest) -> LayerPlan?
  /// The datapath made ready for a mapping that `plan` has made.
  func laid(out mapping: Mapping) -> any Datapath
  /// The part of `nest` that fills the array once; tiles are multiples of it.
  func granule(of nest: LoopNest) -> Tile
  /// Cycles and actions of one tile.
  func cost(of tile: Tile, in nest: LoopNest, part: ChannelPart) -> TileCost
  /// At least the most that a counter of all tiles of `nest`, or a 64th of their cycles, adds up to,
  /// however it is cut into tiles of at least one granule; in floating point, for integers may not
  /// hold it.
  func largestCount(of nest: LoopNest) -> Double
  /// Whether the cost of equal tiles differs from strip to strip.
  func costDependsOnPosition(of tile: Tile, in nest: LoopNest) -> Bool
  /// When a tile of `cycles` needs its input and has its results, for transfers that run beside it.
  func overlap(of tile: Tile, in nest: LoopNest, part: ChannelPart, cycles: Int) -> TileOverlap
  /// Whether partial sums stay in the array from one block of channels to the next.
  var keepsSums: Bool { get }
  /// The operand that enters the array beside the tile before, and how long it takes.
  var preload: Preload? { get }
  /// Cycles of a tile's last fold, where operands are preloaded.
  func lastFoldCycles(of tile: Tile, in nest: LoopNest) -> Int
  /// Cycles from a tile's end to its results, seen once per group after the last tile.
  func drainCycles(of nest: LoopNest) -> Int
  /// Cycles from the last read of the first `part` of `whole` of a tile's input, whose room the next
  /// tile's input may take, to its end.
  func cyclesAfterReading(part: Int, of whole: Int, of tile: Tile, in nest: LoopNest) -> Int
}

extension Datapath {
  /// A multiplier, unless a datapath says otherwise.
  public var lane: String { "multiplier" }
  /// No, unless a datapath says otherwise.
  public var needsWeights: Bool { false }
  /// Signs and zeros at most.
  public var countsPatterns: Bool { false }
  /// None, unless a datapath says otherwise.
  public var localBuffer: LocalBuffer? { nil }
  /// Itself, unless a datapath says otherwise.
  public func prepared(for nest: LoopNest, weights: QuantizedTensor?) -> any Datapath { self }
  /// The same, unless a datapath says otherwise.
  public func prepared(
    for nest: LoopNest, weights: QuantizedTensor, group: Int
  ) -> (any Datapath)? { nil }
  /// The general mapper's, unless a datapath says otherwise.
  public var mappingRules: [MappingRule] { [.largest] }
  /// No, unless a datapath says otherwise.
  public var mapsLayers: Bool { false }
  /// The general mapper's, unless a datapath says otherwise.
  public func plan(_ request: MappingRequest) -> LayerPlan? { nil }
  /// Itself, unless a datapath says otherwise.
  public func laid(out mapping: Mapping) -> any Datapath { self }
  /// No, unless a datapath says otherwise.
  public var keepsSums: Bool { false }
  /// No, unless a datapath says otherwise.
  public func costDependsOnPosition(of tile: Tile, in nest: LoopNest) -> Bool { false }
  /// None, unless a datapath says otherwise.
  public var preload: Preload? { nil }
  /// Nothing, unless a datapath preloads.
  public func lastFoldCycles(of tile: Tile, in nest: LoopNest) -> Int { 0 }
  /// Nothing, unless a datapath overlaps its tiles.
  public func drainCycles(of nest: LoopNest) -> Int { 0 }
  /// None, unless a datapath maps layers and hands its input over bit by bit.
  public func cyclesAfterReading(
    part: Int, of whole: Int, of tile: Tile, in nest: LoopNest
  ) -> Int { 0 }
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

/// A memory inside a datapath.
public struct LocalBuffer: Hashable, Sendable {
  /// Name in energy breakdowns.
  public let name: String
  /// Capacity.
  public let size: Bytes
  /// Width of one of its sums.
  public let width: Bits

  /// Makes a memory.
  public init(name: String, size: Bytes, width: Bits) {
    self.name = name
    self.size = size
    self.width = width
  }
}
