public import Architectures
public import Networks
internal import Units

/// One group of a layer as a datapath sees it: a loop over kernels, channels and output pixels.
public struct LoopNest: Hashable, Sendable {
  /// What it holds, which is much and handed on for every tile.
  private struct Fields: Hashable, Sendable {
    var kernels: Int
    var channels: Int
    var rows: WindowAxis
    var columns: WindowAxis
    var outputRows: Int
    var outputColumns: Int
    var lastColumnTap: Int
    var isDepthwise: Bool
    var batch: Int
    var gather = TransferSpec.Gather.rows
    var inputZeros: Double
    var weightFormat: WeightFormat?
    var weightCode: LinkCode?
    var inputCode: LinkCode?
    var besideCode: LinkCode?
    var outputCode: LinkCode?
    var attention: AttentionWork?
    var gathered: GatheredRows?
    var isContinuation = false
    var groups = 1
  }

  private var fields: Shared<Fields>

  /// Output channels.
  public var kernels: Int { fields.value.kernels }
  /// Input channels that each kernel reads; 1 for a depthwise convolution.
  public var channels: Int { fields.value.channels }
  /// How the windows lie along the rows of one image.
  public var rows: WindowAxis { fields.value.rows }
  /// How they lie along its columns.
  public var columns: WindowAxis { fields.value.columns }
  /// Output rows, all images of the batch below one another.
  public var outputRows: Int { fields.value.outputRows }
  /// Output columns.
  public var outputColumns: Int { fields.value.outputColumns }
  /// The tap that the last column of windows puts on the last column that it reads; asked for tile by
  /// tile.
  private var lastColumnTap: Int { fields.value.lastColumnTap }
  /// Whether kernel k reads channel k only.
  public var isDepthwise: Bool { fields.value.isDepthwise }
  /// Images.
  public var batch: Int { fields.value.batch }
  /// What the transfer of the input leaves out where the stride is beyond the kernel.
  public var gather: TransferSpec.Gather { fields.value.gather }
  /// Share of the input elements that are zero, 0...1, for arrays that leave them out.
  public var inputZeros: Double { fields.value.inputZeros }
  /// How the weights are stored, nil for the design's precision.
  public var weightFormat: WeightFormat? { fields.value.weightFormat }
  /// How its weights cross the link from DRAM, nil for as they are stored on chip.
  public var weightCode: LinkCode? { fields.value.weightCode }
  /// How its input crosses the link from DRAM, nil for as it is.
  public var inputCode: LinkCode? { fields.value.inputCode }
  /// How what its results are added to, and its input multiplied by, crosses the link, nil for as it is.
  public var besideCode: LinkCode? { fields.value.besideCode }
  /// How its results cross the link to DRAM, nil for as they are.
  public var outputCode: LinkCode? { fields.value.outputCode }

  /// What it is of attention, nil for everything else.
  public var attention: AttentionWork? { fields.value.attention }
  /// The sparse rows that its kernels are, nil for everything else.
  public var gathered: GatheredRows? { fields.value.gathered }
  /// Whether it is a part of the operation before it.
  public var isContinuation: Bool { fields.value.isContinuation }
  /// Groups that an array works on side by side, this one among them; 1 where they follow one another.
  public var groups: Int { fields.value.groups }

  /// Kernel rows.
  public var kernelRows: Int { rows.kernel }
  /// Kernel columns.
  public var kernelColumns: Int { columns.kernel }
  /// Input rows of one image.
  public var inputRows: Int { rows.extent }
  /// Input columns.
  public var inputColumns: Int { columns.extent }
  /// Taps of one kernel and channel.
  public var taps: Int { kernelRows * kernelColumns }
  /// Output pixels of all images.
  public var pixels: Int { outputRows * outputColumns }
  /// Multiply-accumulates.
  public var macs: Int { kernels * channels * taps * pixels }
  /// All of it as one tile.
  var whole: Tile { Tile(pixels: pixels, kernels: kernels, channels: channels) }

  /// Input rows, padding left out, that are read for `count` output pixels from `first` on; images of
  /// a batch follow one another and share none.
  public func inputRows(from first: Int, count: Int) -> Int {
    inputRows(from: first, count: count, along: rows)
  }

  /// The same with windows that lie along `rows`, one for each of the nest's.
  func inputRows(from first: Int, count: Int, along rows: WindowAxis) -> Int {
    func read(_ first: Int, _ last: Int) -> Int {
      rows.count(first, last, skips: gather != .none)
    }
    let perImage = outputRows / batch
    let (top, bottom) = (first / outputColumns, (first + count - 1) / outputColumns)
    let images = bottom / perImage - top / perImage
    guard images > 0 else { return read(top % perImage, bottom % perImage) }
    return read(top % perImage, perImage - 1) + (images - 1) * read(0, perImage - 1)
      + read(0, bottom % perImage)
  }

  /// Input rows that `count` rows of windows of one image read at most, wherever they lie.
  func mostInputRows(_ count: Int) -> Int {
    min(inputRows, rows.most(windows: count, skips: gather != .none))
  }

  /// Columns that are read of each of those rows.
  public var readColumns: Int {
    gather == .pixels ? columns.count(0, outputColumns - 1, skips: true) : inputColumns
  }

  /// Strips of `count` pixels, whole rows of one image or of all: each with the number of those from
  /// it on that have as many rows and read as many, and so have those before them.
  func strips(of count: Int) -> [(index: Int, count: Int)] {
    let strips = quotient(pixels, count)
    guard batch == 1, count.isMultiple(of: outputColumns) else {
      return (0..<strips).map { ($0, 1) }
    }
    // Windows of each strip, and positions from one strip to the next; where elements are spread, every
    // strip has to begin at the same place between two of them.
    let windows = count / outputColumns
    let step = windows * rows.stride
    guard step.isMultiple(of: rows.spread) else { return (0..<strips).map { ($0, 1) } }
    // From the first strip that lies below the upper border, and follows one, to the last one above
    // the lower border; the last strip stays by itself.
    let first = quotient(rows.before, step) + 1
    let within =
      max(0, rows.spreadExtent + rows.before - rows.span + rows.stride) / rows.stride / windows
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
    let lastRow = (tile.firstPixel + tile.pixels - 1) / outputColumns
    return rows.lastTap(ofWindow: lastRow % (outputRows / batch)) * kernelColumns
      + lastColumnTap
  }

  /// The share of a tile's input that is there, row by row, with the element under a tap of a pixel.
  public func inputShare(upTo pixel: Int, tap: Int, of tile: Tile) -> Double {
    let row = pixel / outputColumns % (outputRows / batch)
    let behind =
      rows.place(window: row, tap: kernelRows - 1)
      - rows.place(window: row, tap: tap / kernelColumns)
    let count = inputRows(from: tile.firstPixel, count: pixel - tile.firstPixel + 1) - behind
    let column = columns.place(window: pixel % outputColumns, tap: tap % kernelColumns)
    let all = inputRows(from: tile.firstPixel, count: tile.pixels) * readColumns
    let before =
      columns.elements(upTo: column, ofWindows: outputColumns, skips: gather == .pixels)
    return Self.share((count - 1) * readColumns + before, of: all)
  }

  /// `part` of `whole` as a share, 0...1; all of a tile's input is there from the start where every
  /// window lies in the padding and there is none.
  static func share(_ part: Int, of whole: Int) -> Double {
    whole == 0 ? 0 : min(1, max(0, Double(part) / Double(whole)))
  }

  /// The loop nest of one group of `layer`; `wholeDepthwise` keeps all channels of a depthwise
  /// layer together.
  public init(group layer: Layer, batch: Int, wholeDepthwise: Bool) {
    let isDepthwise = layer.operation == .depthwiseConvolution && wholeDepthwise
    fields = Shared(
      Fields(
        kernels: isDepthwise ? layer.kernels : layer.kernels / layer.groups,
        channels: layer.channelsPerGroup, rows: layer.rows, columns: layer.columns,
        outputRows: layer.outputRows * batch, outputColumns: layer.outputColumns,
        lastColumnTap: layer.columns.lastTap(ofWindow: layer.outputColumns - 1),
        isDepthwise: isDepthwise, batch: batch, inputZeros: layer.zeros?.input ?? 0,
        gathered: layer.gathered))
  }

  /// The same, its input fetched so and its weights stored so.
  func fetched(_ gather: TransferSpec.Gather, weights: WeightFormat? = nil) -> LoopNest {
    guard gather != fields.value.gather || weights != fields.value.weightFormat else { return self }
    return edited {
      $0.gather = gather
      $0.weightFormat = weights
    }
  }

  /// The same, its maps coded so on the links.
  func coded(input: LinkCode?, beside: LinkCode?, output: LinkCode?) -> LoopNest {
    edited {
      $0.inputCode = input
      $0.besideCode = beside
      $0.outputCode = output
    }
  }

  /// The same, its weights decoded on the link.
  func decoding(_ code: LinkCode?) -> LoopNest {
    guard let code else { return self }
    return edited { $0.weightCode = code }
  }

  /// The same, `layer`'s groups worked on side by side.
  func beside(_ layer: Layer) -> LoopNest {
    edited {
      $0.groups = layer.groups
      $0.attention = layer.attention
      $0.isContinuation = layer.isContinuation
    }
  }

  private func edited(_ edit: (inout Fields) -> Void) -> LoopNest {
    var fields = fields.value
    edit(&fields)
    var nest = self
    nest.fields = Shared(fields)
    return nest
  }
}
