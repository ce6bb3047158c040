public import Components

/// The binary-weight rule of BWN and XNOR-Net.
///
/// q = 1 where w >= 0 and -1 elsewhere; the scale of a filter is its mean magnitude
/// (apple/ml-quant, `quantizer_ls_1`).
public struct BinaryQuantizer: Quantizer {
  /// {a, -a}.
  public static let scheme = QuantizationScheme("binary", levels: [-1, 1])
  /// One sentence.
  public static let summary = "Weights of {1, -1} by sign, scaled by each filter's mean (BWN)."

  /// There is nothing to set.
  public struct Spec: Codable, Hashable, Sendable {}

  /// Makes the rule.
  public init() {}

  /// Makes the rule; never throws.
  public init(_ spec: Spec) throws(SpecError) { self.init() }

  /// Quantizes weights in the order filter, channel, row, column.
  ///
  /// Negative zero compares equal to zero and becomes 1.
  public func quantize(
    _ values: UnsafeBufferPointer<Float>, shape: FilterShape
  ) throws(WeightError) -> QuantizedTensor {
    try checkCount(values, shape)
    var tensor = QuantizedTensor(
      zeros: shape, scheme: .binary, regionBounds: [0, shape.filterSize])
    for kernel in 0..<shape.kernels {
      let weights = filter(kernel, of: values, shape)
      let sum = try magnitudeSum(
        weights, filter: kernel, firstElement: kernel * shape.filterSize)
      let start = kernel * tensor.wordsPerFilter
      tensor.positive.withUnsafeMutableBufferPointer { words in
        guard let base = words.baseAddress else { return }
        MaskPacking.pack(weights, into: base + start) { $0 .>= 0 }
      }
      for word in start..<start + tensor.wordsPerFilter {
        let columns = min(64, shape.filterSize - (word - start) * 64)
        tensor.negative[word] = ~tensor.positive[word] & (.max >> UInt64(64 - columns))
      }
      tensor.scales[kernel] = Float(sum / Double(shape.filterSize))
    }
    return tensor
  }
}

extension QuantizationScheme {
  /// {a, -a}.
  public static let binary = BinaryQuantizer.scheme
}
