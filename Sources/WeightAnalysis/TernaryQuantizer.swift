public import Components

/// The ternary-weight rule of TWN.
///
/// With d = ratio · mean|W|, q = 1 where w > d, -1 where w < -d, both strict, and 0 elsewhere; the
/// scale is the mean magnitude of the weights with q ≠ 0 (fengfu-chris/caffe-twns,
/// `src/caffe/blob.cpp`, where the mean is of a layer and the ratio is 0.7).
public struct TernaryQuantizer: Quantizer {
  /// The weights that share a threshold and a scale.
  ///
  /// The released code has a layer's.
  public enum Granularity: String, CaseIterable, Codable, Sendable {
    /// All of a layer.
    case layer
    /// Each filter.
    case filter
  }

  /// {a, 0, -a}.
  public static let scheme = QuantizationScheme("ternary", levels: [-1, 0, 1])
  /// One sentence.
  public static let summary = "Weights of {1, 0, -1} by a threshold on the mean magnitude (TWN)."

  /// The weights that share a threshold and a scale.
  ///
  /// The released code has a layer's.
  public let granularity: Granularity
  /// The threshold over the mean magnitude.
  public let ratio: Float

  /// Makes the rule.
  ///
  /// Throws `WeightError.setting` for a ratio that is negative or not finite.
  public init(granularity: Granularity = .layer, ratio: Float = 0.7) throws(WeightError) {
    guard ratio >= 0, ratio.isFinite else {
      throw .setting(name: "ratio", message: "expected a finite number of at least 0")
    }
    self.granularity = granularity
    self.ratio = ratio
  }

  /// What may be set.
  public struct Spec: Codable, Hashable, Sendable {
    /// The weights that share a threshold and a scale; a layer's when left out.
    public let granularity: Granularity
    /// The threshold over the mean magnitude; 0.7 when left out.
    public let thresholdRatio: Double

    enum CodingKeys: String, CodingKey { case granularity, thresholdRatio }

    /// Decodes the settings, filling in the defaults named above.
    public init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      granularity =
        try values.decodeIfPresent(Granularity.self, forKey: .granularity) ?? .layer
      thresholdRatio = try values.decodeIfPresent(Double.self, forKey: .thresholdRatio) ?? 0.7
    }
  }

  /// Makes the rule.
  public init(_ spec: Spec) throws(SpecError) {
    self = try WeightError.located(["ratio": "threshold_ratio"]) { () throws(WeightError) in
      try Self(granularity: spec.granularity, ratio: Float(spec.thresholdRatio))
    }
  }

  /// The threshold over the mean magnitude.
  public var threshold: Float? { ratio }

  /// Quantizes weights in the order filter, channel, row, column.
  ///
  /// The mean is accumulated in Float64 and rounded to Float32 before the comparisons.
  public func quantize(
    _ values: UnsafeBufferPointer<Float>, shape: FilterShape
  ) throws(WeightError) -> QuantizedTensor {
    try checkCount(values, shape)
    var tensor = QuantizedTensor(
      zeros: shape, scheme: .ternary, regionBounds: [0, shape.filterSize])
    var thresholds: [Float] = []
    var total = 0.0
    for kernel in 0..<shape.kernels {
      let weights = filter(kernel, of: values, shape)
      let sum = try magnitudeSum(
        weights, filter: kernel, firstElement: kernel * shape.filterSize)
      total += sum
      thresholds.append(ratio * Float(sum / Double(shape.filterSize)))
    }
    if granularity == .layer {
      let threshold = ratio * Float(total / Double(shape.count))
      thresholds = Array(repeating: threshold, count: shape.kernels)
    }
    var sums: [Double] = []
    for (kernel, threshold) in thresholds.enumerated() {
      let weights = filter(kernel, of: values, shape)
      let start = kernel * tensor.wordsPerFilter
      tensor.positive.withUnsafeMutableBufferPointer { words in
        guard let base = words.baseAddress else { return }
        MaskPacking.pack(weights, into: base + start) { $0 .> threshold }
      }
      tensor.negative.withUnsafeMutableBufferPointer { words in
        guard let base = words.baseAddress else { return }
        MaskPacking.pack(weights, into: base + start) { $0 .< -threshold }
      }
      sums.append(MaskPacking.magnitudeSum(weights, above: threshold))
    }
    tensor.setScales(sums: sums, granularity: granularity == .layer ? .layer : .filter)
    return tensor
  }
}

extension QuantizationScheme {
  /// {a, 0, -a}.
  public static let ternary = TernaryQuantizer.scheme
}

extension TernaryQuantizer.Spec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote(
      "granularity",
      "The weights that share a threshold and a scale: a `layer` or a `filter`",
      default: "layer",
      source: "TWN, released code (fengfu-chris/caffe-twns)"),
    KeyNote(
      "threshold_ratio",
      "The threshold over the mean magnitude",
      default: "0.7",
      source: "TWN, released code (fengfu-chris/caffe-twns)"),
  ]
}
