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
  /// The layout on a row-stationary array; nil on other datapaths.
  public var rowStationary: RowStationaryLayout? { layout?.value }
  /// A layout is larger than all of the rest.
  private let layout: Shared<RowStationaryLayout>?

  /// Makes a mapping.
  public init(
    order: Order, tile: Tile, keepsInput: Bool, keepsWeights: Bool, images: Int,
    inputRoom: InputRoom = .beside, rowStationary: RowStationaryLayout? = nil
  ) {
    self.order = order
    self.tile = tile
    self.keepsInput = keepsInput
    self.keepsWeights = keepsWeights
    self.images = images
    self.inputRoom = inputRoom
    layout = rowStationary.map(Shared.init)
  }
}

extension Mapping {
  /// All of a loop nest at once.
  static func whole(_ nest: LoopNest) -> Mapping {
    Mapping(
      order: .pixelsOuter,
      tile: Tile(pixels: nest.pixels, kernels: nest.kernels, channels: nest.channels),
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
