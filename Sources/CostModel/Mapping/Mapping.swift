public import Units

/// How a loop nest is cut into tiles, and which loop is outermost.
public struct Mapping: Hashable, Sendable {
  /// Which loop is outermost; channels are always innermost.
  public enum Order: String, CaseIterable, Sendable {
    /// Strips of the output map, then kernels: inputs are read once.
    case pixelsOuter = "pixels-kernels-channels"
    /// Kernels, then strips: weights are read once.
    case kernelsOuter = "kernels-pixels-channels"
  }

  /// The order of the loops.
  public let order: Order
  /// The extents of a full tile.
  public let tile: Tile
  /// Whether a strip's input stays on chip for all kernels.
  public let keepsInput: Bool
  /// Whether weights stay on chip for all strips.
  public let keepsWeights: Bool
  /// Images in the loop nest at once; the batch is that many of them after one another.
  public let images: Int
  /// Where the next tile's input finds room.
  public let inputRoom: InputRoom
  /// What the memories between DRAM and the buffers hold, from DRAM inwards; one for each of the design's.
  public let levels: [LevelMapping]
  /// The layout on a row-stationary array; nil on other datapaths.
  public var rowStationary: RowStationaryLayout? { layout?.value }
  /// A layout is larger than all of the rest.
  private let layout: Shared<RowStationaryLayout>?

  /// Makes a mapping.
  public init(
    order: Order, tile: Tile, keepsInput: Bool, keepsWeights: Bool, images: Int,
    inputRoom: InputRoom = .beside, levels: [LevelMapping] = [],
    rowStationary: RowStationaryLayout? = nil
  ) {
    self.order = order
    self.tile = tile
    self.keepsInput = keepsInput
    self.keepsWeights = keepsWeights
    self.images = images
    self.inputRoom = inputRoom
    self.levels = levels
    layout = rowStationary.map(Shared.init)
  }
}

/// What a memory between DRAM and the buffers holds at once: a larger tile, whose parts the next memory
/// inside takes one by one.
public struct LevelMapping: Hashable, Sendable {
  /// Which of the loops over its tiles is outermost.
  public let order: Mapping.Order
  /// The extents of a full tile: whole tiles of the array, or all that the memory outside has.
  public let tile: Tile
  /// Whether a strip's input stays for all kernels.
  public let keepsInput: Bool
  /// Whether weights stay for all strips.
  public let keepsWeights: Bool

  /// Makes a level's part of a mapping.
  public init(order: Mapping.Order, tile: Tile, keepsInput: Bool, keepsWeights: Bool) {
    self.order = order
    self.tile = tile
    self.keepsInput = keepsInput
    self.keepsWeights = keepsWeights
  }
}

extension Mapping {
  /// The same tiles within tiles of other memories.
  func with(_ levels: [LevelMapping]) -> Mapping {
    Mapping(
      order: order, tile: tile, keepsInput: keepsInput, keepsWeights: keepsWeights, images: images,
      inputRoom: inputRoom, levels: levels, rowStationary: rowStationary)
  }

  /// All of a loop nest at once.
  static func whole(_ nest: LoopNest) -> Mapping {
    Mapping(
      order: .pixelsOuter,
      tile: nest.whole,
      keepsInput: true, keepsWeights: true, images: nest.batch)
  }
}

/// Where a tile's input finds room while the tile before is in work.
public enum InputRoom: Hashable, Sendable {
  /// Nowhere: it waits until that tile has been computed.
  case afterwards
  /// Beside it: all of it, or one image and each further one in the place of one that has been read.
  case beside
  /// In the banks that are left, and in those whose columns have all been read.
  case banks(count: Int, size: Bits)
}
