import Architectures
import Networks

/// One group of a layer: the convolution that an array works on at a time.
struct Problem: Hashable, Sendable {
  let kernels: Int
  /// Input channels of a kernel; 1 for a depthwise layer.
  let channels: Int
  let kernelRows: Int
  let kernelColumns: Int
  let inputRows: Int
  let inputColumns: Int
  /// Of one image.
  let outputRows: Int
  let outputColumns: Int
  let stride: Int
  let padding: Int
  let batch: Int
  /// Whether kernel k reads channel k only.
  let isDepthwise: Bool
  /// What the transfer of the input leaves out.
  let gather: TransferSpec.Gather

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
    kernelRows = layer.kernelRows
    kernelColumns = layer.kernelColumns
    inputRows = layer.inputRows
    inputColumns = layer.inputColumns
    outputRows = layer.outputRows
    outputColumns = layer.outputColumns
    stride = layer.stride
    padding = layer.padding
    self.batch = batch
    self.gather = gather
  }

  /// Whether a window of the output rows `outputRows` touches the input row `row`.
  func touches(row: Int, from outputRows: ClosedRange<Int>) -> Bool {
    outputRows.contains(where: {
      ($0 * stride - padding..<$0 * stride - padding + kernelRows).contains(row)
    })
  }

  /// Whether some window touches the input column `column`.
  func touches(column: Int) -> Bool {
    (0..<outputColumns).contains(where: {
      ($0 * stride - padding..<$0 * stride - padding + kernelColumns).contains(column)
    })
  }

  /// Where an output pixel lies.
  func place(of pixel: Int) -> (image: Int, row: Int, column: Int) {
    let (image, rest) = pixel.quotientAndRemainder(dividingBy: imagePixels)
    return (image, rest / outputColumns, rest % outputColumns)
  }
}
