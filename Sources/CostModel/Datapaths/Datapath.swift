public import Specs

/// One group of a layer as a datapath sees it: a loop over kernels, channels and output pixels.
public struct LoopNest: Hashable, Sendable {
  /// Output channels.
  public let kernels: Int
  /// Input channels that each kernel reads; 1 for a depthwise convolution.
  public let channels: Int
  /// Kernel rows.
  public let kernelRows: Int
  /// Kernel columns.
  public let kernelColumns: Int
  /// Input rows.
  public let inputRows: Int
  /// Input columns.
  public let inputColumns: Int
  /// Output rows, all images of the batch below one another.
  public let outputRows: Int
  /// Output columns.
  public let outputColumns: Int
  /// Step of the window.
  public let stride: Int
  /// Zero rows and columns on each side.
  public let padding: Int
  /// Whether kernel k reads channel k only.
  public let isDepthwise: Bool
  /// Images.
  public let batch: Int

  /// Taps of one kernel and channel.
  public var taps: Int { kernelRows * kernelColumns }
  /// Output pixels of all images.
  public var pixels: Int { outputRows * outputColumns }
  /// Multiply-accumulates.
  public var macs: Int { kernels * channels * taps * pixels }
}

/// A part of a loop nest.
public struct Tile: Hashable, Sendable {
  /// Output pixels, in row order.
  public var pixels: Int
  /// Output channels.
  public var kernels: Int
  /// Input channels.
  public var channels: Int

  /// Makes a tile.
  public init(pixels: Int, kernels: Int, channels: Int) {
    self.pixels = pixels
    self.kernels = kernels
    self.channels = channels
  }
}

/// What a datapath does with a tile: cycles with operands always ready, and counted actions.
public struct TileCost: Hashable, Sendable {
  /// Cycles, operands always ready.
  public var cycles = 0
  /// Multiply-accumulates.
  public var macs = 0
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

  /// No work.
  public init() {}

  /// Adds `other`, `times` over.
  public mutating func add(_ other: TileCost, times: Int) {
    cycles += other.cycles * times
    macs += other.macs * times
    inputReads += other.inputReads * times
    weightReads += other.weightReads * times
    outputReads += other.outputReads * times
    outputWrites += other.outputWrites * times
    registerAccesses += other.registerAccesses * times
  }
}

/// A compute array: cycles and actions of a tile.
///
/// It knows nothing of memory, energy or time.
public protocol Datapath: Configurable {
  /// Multipliers of the array.
  var multipliers: Int { get }
  /// The loop nest of one group and how many groups follow one another.
  func nest(of layer: Layer, batch: Int) -> (nest: LoopNest, groups: Int)
  /// The part of `nest` that fills the array once; tiles are multiples of it.
  func granule(of nest: LoopNest) -> Tile
  /// Cycles and actions of one tile; `isFirstChannels` when no partial sum is read back.
  func cost(of tile: Tile, in nest: LoopNest, isFirstChannels: Bool) -> TileCost
  /// Whether partial sums stay in the array from one block of channels to the next.
  var keepsSums: Bool { get }
  /// Cycles once per group before the first and after the last tile.
  func edgeCycles(of nest: LoopNest) -> Int
}

extension Datapath {
  /// No, unless a datapath says otherwise.
  public var keepsSums: Bool { false }
  /// Nothing, unless a datapath overlaps its tiles.
  public func edgeCycles(of nest: LoopNest) -> Int { 0 }
}

/// The datapaths an architecture file can name.
public enum Datapaths {
  /// The list; a new datapath is one line here.
  public static let registry = Registry<any Datapath>(
    "datapath",
    [
      .init(DotProductArray.self) { $0 },
      .init(SystolicArray.self) { $0 },
    ])
}

extension LoopNest {
  /// The loop nest of one group of `layer`.
  public init(group layer: Layer, batch: Int, wholeDepthwise: Bool) {
    let isDepthwise = layer.operation == .depthwiseConvolution
    let keepsAll = isDepthwise && wholeDepthwise
    self.init(
      kernels: keepsAll ? layer.kernels : layer.kernels / layer.groups,
      channels: layer.channelsPerGroup, kernelRows: layer.kernelRows,
      kernelColumns: layer.kernelColumns, inputRows: layer.inputRows,
      inputColumns: layer.inputColumns, outputRows: layer.outputRows * batch,
      outputColumns: layer.outputColumns, stride: layer.stride, padding: layer.padding,
      isDepthwise: keepsAll, batch: batch)
  }
}
