public import Architectures
public import Networks

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
  /// What the transfer of the input leaves out where the stride is beyond the kernel.
  public var gather = TransferSpec.Gather.rows
  /// How the weights are stored, nil for the design's precision.
  public var weightFormat: WeightFormat?

  /// Taps of one kernel and channel.
  public var taps: Int { kernelRows * kernelColumns }
  /// Output pixels of all images.
  public var pixels: Int { outputRows * outputColumns }
  /// Multiply-accumulates.
  public var macs: Int { kernels * channels * taps * pixels }

  /// Input rows, padding left out, that are read for `count` output pixels from `first` on; images of
  /// a batch follow one another and share none.
  public func inputRows(from first: Int, count: Int) -> Int {
    let (perImage, axis) = (outputRows / batch, rowAxis)
    let (top, bottom) = (first / outputColumns, (first + count - 1) / outputColumns)
    let images = bottom / perImage - top / perImage
    guard images > 0 else { return axis.count(top % perImage, bottom % perImage) }
    return axis.count(top % perImage, perImage - 1) + (images - 1) * axis.count(0, perImage - 1)
      + axis.count(0, bottom % perImage)
  }

  /// Rows from one window to the next, those left out that are not read.
  var rowStep: Int { gather == .none ? stride : min(stride, kernelRows) }

  /// Columns that are read of each of those rows.
  public var readColumns: Int {
    gather == .pixels ? columnAxis.count(0, outputColumns - 1) : inputColumns
  }

  /// How the windows lie along the rows.
  var rowAxis: WindowAxis {
    WindowAxis(
      extent: inputRows, kernel: kernelRows, stride: stride, padding: padding,
      skips: gather != .none)
  }

  /// How the windows lie along the columns.
  private var columnAxis: WindowAxis {
    WindowAxis(
      extent: inputColumns, kernel: kernelColumns, stride: stride, padding: padding,
      skips: gather == .pixels)
  }

  /// Strips of `count` pixels, whole rows of one image or of all: each with the number of those from
  /// it on that have as many rows and read as many, and so have those before them.
  func strips(of count: Int) -> [(index: Int, count: Int)] {
    let strips = quotient(pixels, count)
    guard batch == 1, count.isMultiple(of: outputColumns) else {
      return (0..<strips).map { ($0, 1) }
    }
    let rows = count / outputColumns
    // From the first strip that lies below the upper border, and follows one, to the last one above
    // the lower border; the last strip stays by itself.
    let first = quotient(padding, rows * stride) + 1
    let within = max(0, inputRows + padding - kernelRows + stride) / stride / rows
    let last = min(strips - 1, within)
    guard last > first + 1 else { return (0..<strips).map { ($0, 1) } }
    var kinds: [(index: Int, count: Int)] = (0..<first).map { ($0, 1) }
    kinds.append((first, last - first))
    for strip in last..<strips { kinds.append((strip, 1)) }
    return kinds
  }

  /// The tap that the tile's last output pixel puts on the last element that it reads.
  ///
  /// A sweep tap by tap reads it there for the first time. The first tap where all of the window is
  /// padding.
  public func lastElementTap(of tile: Tile) -> Int {
    func tap(_ last: Int, _ extent: Int, _ kernel: Int) -> Int {
      max(0, min(extent, last * stride + kernel - padding) - 1 + padding - last * stride)
    }
    let lastRow = (tile.firstPixel + tile.pixels - 1) / outputColumns
    return tap(lastRow % (outputRows / batch), inputRows, kernelRows) * kernelColumns
      + tap(outputColumns - 1, inputColumns, kernelColumns)
  }

  /// The share of a tile's input that is there, row by row, with the element under a tap of a pixel.
  public func inputShare(upTo pixel: Int, tap: Int, of tile: Tile) -> Double {
    func place(_ start: Int, _ extent: Int) -> Int { max(0, min(extent - 1, start - padding)) }
    let row = pixel / outputColumns % (outputRows / batch) * stride
    let behind =
      place(row + kernelRows - 1, inputRows) - place(row + tap / kernelColumns, inputRows)
    let rows = inputRows(from: tile.firstPixel, count: pixel - tile.firstPixel + 1) - behind
    let column = place(pixel % outputColumns * stride + tap % kernelColumns, inputColumns)
    let all = inputRows(from: tile.firstPixel, count: tile.pixels) * readColumns
    let before = gather == .pixels ? columnAxis.count(upTo: column) : column + 1
    return Self.share((rows - 1) * readColumns + before, of: all)
  }

  /// `part` of `whole` as a share, 0...1; all of a tile's input is there from the start where every
  /// window lies in the padding and there is none.
  static func share(_ part: Int, of whole: Int) -> Double {
    whole == 0 ? 0 : min(1, max(0, Double(part) / Double(whole)))
  }

  /// The loop nest of one group of `layer`; `wholeDepthwise` keeps all channels of a depthwise
  /// layer together.
  public init(group layer: Layer, batch: Int, wholeDepthwise: Bool) {
    isDepthwise = layer.operation == .depthwiseConvolution && wholeDepthwise
    kernels = isDepthwise ? layer.kernels : layer.kernels / layer.groups
    channels = layer.channelsPerGroup
    kernelRows = layer.kernelRows
    kernelColumns = layer.kernelColumns
    inputRows = layer.inputRows
    inputColumns = layer.inputColumns
    outputRows = layer.outputRows * batch
    outputColumns = layer.outputColumns
    stride = layer.stride
    padding = layer.padding
    self.batch = batch
    weightFormat = nil
  }
}
