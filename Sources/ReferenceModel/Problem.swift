import Architectures
import Networks

/// One group of a layer: the convolution that an array works on at a time.
struct Problem: Hashable, Sendable {
  let kernels: Int
  /// Input channels of a kernel; 1 for a depthwise layer.
  let channels: Int
  /// How the windows lie along the rows and the columns of an image.
  var rows: WindowAxis
  var columns: WindowAxis
  /// Of one image.
  let outputRows: Int
  let outputColumns: Int
  let batch: Int
  /// Whether kernel k reads channel k only.
  let isDepthwise: Bool
  /// What the transfer of the input leaves out.
  let gather: TransferSpec.Gather

  var kernelRows: Int { rows.kernel }
  var kernelColumns: Int { columns.kernel }
  var inputRows: Int { rows.extent }
  var inputColumns: Int { columns.extent }
  /// Taps of a kernel and channel.
  var taps: Int { kernelRows * kernelColumns }
  /// Output pixels of one image.
  var imagePixels: Int { outputRows * outputColumns }
  /// Output pixels of all images, in row order.
  var pixels: Int { imagePixels * batch }

  /// A group of `layer`; `wholeDepthwise` keeps the channels of a depthwise layer together.
  init(
    _ layer: Layer, batch: Int, wholeDepthwise: Bool, gather: TransferSpec.Gather = .rows
  ) {
    isDepthwise = wholeDepthwise && layer.operation == .depthwiseConvolution
    kernels = isDepthwise ? layer.kernels : layer.kernels / layer.groups
    channels = layer.channels / layer.groups
    rows = layer.rows
    columns = layer.columns
    outputRows = layer.outputRows
    outputColumns = layer.outputColumns
    self.batch = batch
    self.gather = gather
  }

  /// Whether a window of the output rows `outputRows` touches the input row `row`.
  func touches(row: Int, from outputRows: ClosedRange<Int>) -> Bool {
    outputRows.contains { window in
      (0..<kernelRows).contains { rows.position(window, $0) == rows.position(of: row) }
    }
  }

  /// Whether some window touches the input column `column`.
  func touches(column: Int) -> Bool {
    (0..<outputColumns).contains { window in
      (0..<kernelColumns).contains { columns.position(window, $0) == columns.position(of: column) }
    }
  }

  /// Where an output pixel lies.
  func place(of pixel: Int) -> (image: Int, row: Int, column: Int) {
    let (image, rest) = pixel.quotientAndRemainder(dividingBy: imagePixels)
    return (image, rest / outputColumns, rest % outputColumns)
  }
}

extension WindowAxis {
  /// The padded position of a window's tap.
  func position(_ window: Int, _ tap: Int) -> Int { window * stride + tap * dilation }

  /// The padded position of an element of the map.
  func position(of element: Int) -> Int { before + element * spread }

  /// The element of the map at a padded position, nil for a zero.
  func element(at position: Int) -> Int? {
    let (element, rest) = (position - before).quotientAndRemainder(dividingBy: spread)
    return position >= before && rest == 0 && element < extent ? element : nil
  }
}
