/// The order of the dimensions of stored weights.
///
/// PyTorch stores OIHW; Keras stores HWIO.
public enum FilterLayout: String, CaseIterable, Codable, Sendable {
  /// Filter, channel, row, column: the order of the analysis.
  case oihw
  /// Row, column, channel, filter.
  case hwio

  /// The values in the order filter, channel, row, column.
  ///
  /// Throws `WeightError.wrongCount` when there are more or fewer than the shape has.
  public func normalized(_ values: [Float], shape: FilterShape) throws(WeightError) -> [Float] {
    guard values.count == shape.count else {
      throw .wrongCount(expected: shape.count, actual: values.count)
    }
    guard self == .hwio else { return values }
    var result: [Float] = []
    result.reserveCapacity(values.count)
    for kernel in 0..<shape.kernels {
      for channel in 0..<shape.channels {
        for place in 0..<shape.sliceSize {
          result.append(values[(place * shape.channels + channel) * shape.kernels + kernel])
        }
      }
    }
    return result
  }
}
