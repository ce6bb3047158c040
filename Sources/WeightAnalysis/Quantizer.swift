public import Components

/// A rule that turns Float32 weights into a quantized tensor.
///
/// The rules compare in Float32, exactly as the released training codes do.
public protocol Quantizer: Configurable {
  /// The alphabet of the tensors that the rule makes.
  static var scheme: QuantizationScheme { get }
  /// The threshold that is written beside a tensor, as a share of a magnitude; nil where there is none.
  var threshold: Float? { get }
  /// Quantizes weights in the order filter, channel, row, column.
  ///
  /// Throws `WeightError` when the count is wrong or a weight is not finite.
  func quantize(
    _ values: UnsafeBufferPointer<Float>, shape: FilterShape
  ) throws(WeightError) -> QuantizedTensor
}

extension Quantizer {
  /// The name of the scheme.
  public static var kind: String { scheme.name }

  /// None.
  public var threshold: Float? { nil }

  /// Quantizes weights in the order filter, channel, row, column.
  ///
  /// Throws `WeightError` when the count is wrong or a weight is not finite.
  public func quantize(
    _ values: [Float], shape: FilterShape
  ) throws(WeightError) -> QuantizedTensor {
    try values.withUnsafeBufferPointer { buffer throws(WeightError) in
      try quantize(buffer, shape: shape)
    }
  }

  /// Throws unless there is a value for each weight.
  func checkCount(
    _ values: UnsafeBufferPointer<Float>, _ shape: FilterShape
  ) throws(WeightError) {
    guard values.count == shape.count else {
      throw .wrongCount(expected: shape.count, actual: values.count)
    }
  }

  /// The weights of one filter.
  func filter(
    _ index: Int, of values: UnsafeBufferPointer<Float>, _ shape: FilterShape
  ) -> UnsafeBufferPointer<Float> {
    let size = shape.filterSize
    return UnsafeBufferPointer(rebasing: values[index * size..<(index + 1) * size])
  }

  /// The largest magnitude in a filter; throws, naming the first weight that is not finite.
  func maximum(
    _ weights: UnsafeBufferPointer<Float>, filter: Int, firstElement: Int
  ) throws(WeightError) -> Float {
    if let maximum = MaskPacking.maximum(weights) { return maximum }
    throw notFinite(weights, filter: filter, firstElement: firstElement)
  }

  /// The sum of the magnitudes in a filter; throws, naming the first weight that is not finite.
  ///
  /// Finite Float32 magnitudes have a finite sum in Float64.
  func magnitudeSum(
    _ weights: UnsafeBufferPointer<Float>, filter: Int, firstElement: Int
  ) throws(WeightError) -> Double {
    let sum = MaskPacking.magnitudeSum(weights, above: 0)
    if sum.isFinite { return sum }
    throw notFinite(weights, filter: filter, firstElement: firstElement)
  }

  private func notFinite(
    _ weights: UnsafeBufferPointer<Float>, filter: Int, firstElement: Int
  ) -> WeightError {
    let offset = weights.firstIndex { !$0.isFinite } ?? 0
    return .notFinite(element: firstElement + offset, filter: filter)
  }
}
