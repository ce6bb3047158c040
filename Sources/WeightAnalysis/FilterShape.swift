/// The dimensions of one convolution's weights.
///
/// A filter's columns are numbered in the order channel, row, column, which is the memory order of
/// PyTorch's OIHW layout (sachitkuhar/PLUM, `quant/binary/binary_conv.py`).
public struct FilterShape: Hashable, Sendable {
  /// The filters, K.
  public let kernels: Int
  /// The input channels of one filter, C.
  public let channels: Int
  /// The rows of one slice, R.
  public let rows: Int
  /// The columns of one slice, S.
  public let columns: Int

  /// Makes a shape.
  ///
  /// Throws `WeightError.emptyShape` unless every dimension is at least 1, and
  /// `WeightError.setting` when there are 2^31 weights or more.
  public init(kernels: Int, channels: Int, rows: Int, columns: Int) throws(WeightError) {
    let named = [
      ("kernels", kernels), ("channels", channels), ("rows", rows), ("columns", columns),
    ]
    for (name, size) in named where size < 1 {
      throw .emptyShape(dimension: name, size: size)
    }
    var count = 1
    for (_, size) in named {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      guard !overflow, product <= Int(Int32.max) else {
        throw .setting(name: "shape", message: "expected fewer than 2^31 weights")
      }
      count = product
    }
    self.kernels = kernels
    self.channels = channels
    self.rows = rows
    self.columns = columns
  }

  /// The weights of one filter, N = C R S.
  ///
  /// This is the length of the dot product behind one output.
  public var filterSize: Int { channels * rows * columns }

  /// The weights of one slice, R S.
  ///
  /// A slice is the part of a filter that meets one input channel.
  public var sliceSize: Int { rows * columns }

  /// All the weights, K N.
  ///
  /// Biases are not weights here.
  public var count: Int { kernels * filterSize }
}
