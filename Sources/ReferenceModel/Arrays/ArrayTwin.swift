internal import Architectures
internal import CostModel

/// The functional twin of a datapath: it is told when tiles may start and steps through cycles.
protocol ArrayTwin {
  /// Tells the array how the layer is laid out on it.
  mutating func prepare(_ mapping: Mapping)
  /// Input channels that stand side by side in the order in which the array uses them.
  func sideBySide(of problem: Problem) -> Int
  /// Most weights of a tile that are in their buffer at once; nil where all of them are.
  func weightsInBuffer(of tile: TileWork) -> Int?
  /// Whether the next tile may enter.
  var acceptsTile: Bool { get }
  /// Whether no result is on its way.
  var isEmpty: Bool { get }
  /// The operand that has to be in the array before its tile starts, nil where none has.
  var preloaded: Operand? { get }
  /// Says that the next tile's preloaded operand is on chip.
  mutating func offer(_ tile: TileWork, on chip: inout OnChip)
  /// Whether the offered tile's operand is in the array.
  var isPreloaded: Bool { get }
  /// Starts a tile; everything that is not streamed is on chip.
  mutating func start(_ tile: TileWork, on chip: inout OnChip)
  /// One cycle.
  mutating func step(_ chip: inout OnChip)
}

extension ArrayTwin {
  mutating func prepare(_ mapping: Mapping) {}
  func weightsInBuffer(of tile: TileWork) -> Int? { nil }
  var preloaded: Operand? { nil }
  var isPreloaded: Bool { true }
  mutating func offer(_ tile: TileWork, on chip: inout OnChip) {}
}
