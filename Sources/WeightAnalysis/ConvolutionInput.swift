/// Integer activations of one image and how a convolution reads them.
///
/// Activations are in the order channel, row, column, and those of the padding are 0.
public struct ConvolutionInput: Hashable, Sendable {
  /// The activations.
  public let activations: [Int]
  /// The channels.
  public let channels: Int
  /// The rows of the image.
  public let height: Int
  /// The columns of the image.
  public let width: Int
  /// The rows and columns between outputs.
  public let stride: Int
  /// The rows and columns of zeros on every side.
  public let padding: Int

  /// Makes an input.
  ///
  /// Throws `WeightError` when the activations do not fill the image or a setting is out of range.
  public init(
    activations: [Int], channels: Int, height: Int, width: Int, stride: Int = 1, padding: Int = 0
  ) throws(WeightError) {
    guard channels > 0, height > 0, width > 0, stride > 0, padding >= 0 else {
      throw .setting(name: "image", message: "expected positive dimensions and stride")
    }
    guard activations.count == channels * height * width else {
      throw .inputCount(expected: channels * height * width, actual: activations.count)
    }
    self.activations = activations
    self.channels = channels
    self.height = height
    self.width = width
    self.stride = stride
    self.padding = padding
  }

  /// The rows and columns of the output; throws when the filter does not fit the image.
  func outputSize(_ shape: FilterShape) throws(WeightError) -> (rows: Int, columns: Int) {
    guard shape.channels == channels else {
      throw .setting(
        name: "channels", message: "the filters have \(shape.channels), the input \(channels)")
    }
    let rows = height + 2 * padding - shape.rows
    let columns = width + 2 * padding - shape.columns
    guard rows >= 0, columns >= 0 else {
      throw .setting(name: "image", message: "the filters are larger than the padded image")
    }
    return (rows / stride + 1, columns / stride + 1)
  }

  /// The activation at a place that may lie in the padding.
  func activation(channel: Int, row: Int, column: Int) -> Int {
    guard (0..<height).contains(row), (0..<width).contains(column) else { return 0 }
    return activations[(channel * height + row) * width + column]
  }

  /// The activations that one output reads, in the order of a filter's columns.
  func patch(_ shape: FilterShape, row: Int, column: Int) -> [Int] {
    var patch: [Int] = []
    patch.reserveCapacity(shape.filterSize)
    for channel in 0..<channels {
      for filterRow in 0..<shape.rows {
        for filterColumn in 0..<shape.columns {
          patch.append(
            activation(
              channel: channel, row: row * stride + filterRow - padding,
              column: column * stride + filterColumn - padding))
        }
      }
    }
    return patch
  }
}
