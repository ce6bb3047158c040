public import Components

/// The signed-binary rule of PLUM.
///
/// With d = ratio · max|W| over a region, a positive region has q = 1 where w >= d and a negative
/// one q = -1 where w <= -d, both inclusive, and q = 0 elsewhere; the first ⌊K P⌋ filters are
/// positive (sachitkuhar/PLUM, `quant/binary/ste.py`, `quant/binary/weight_quantization.py`).
public struct SignedBinary: Quantizer {
  /// {0, a} or {0, -a}, one of the two in each region: "locally binary, globally ternary".
  public static let scheme = QuantizationScheme(
    "signed-binary", levels: [-1, 0, 1], isSignedByRegion: true)
  /// One sentence.
  public static let summary = "Weights of {0, 1} or {0, -1}, one of the two in each region (PLUM)."

  /// The threshold over the largest magnitude of the region, 0.05 in the released code.
  public let thresholdRatio: Float
  /// The share of positive regions, P.
  public let positiveFraction: Double
  /// Whether a region of zeros stays zero.
  ///
  /// In the released code the threshold of such a region is 0, which every weight passes: `false`
  /// reproduces that.
  public let guardsZeroFilters: Bool
  /// The weights that share a sign.
  public let region: SignRegion
  /// The weights that share a scale, the mean magnitude of the effectual ones.
  public let scale: ScaleGranularity

  /// Makes the rule.
  ///
  /// Throws `WeightError.setting` for a negative ratio or a fraction outside 0 to 1.
  public init(
    thresholdRatio: Float = 0.05, positiveFraction: Double = 0.5, guardsZeroFilters: Bool = true,
    region: SignRegion = .perFilter, scale: ScaleGranularity = .unit
  ) throws(WeightError) {
    guard thresholdRatio >= 0, thresholdRatio.isFinite else {
      throw .setting(name: "thresholdRatio", message: "expected a finite number of at least 0")
    }
    guard (0...1).contains(positiveFraction) else {
      throw .setting(name: "positiveFraction", message: "expected a number from 0 to 1")
    }
    self.thresholdRatio = thresholdRatio
    self.positiveFraction = positiveFraction
    self.guardsZeroFilters = guardsZeroFilters
    self.region = region
    self.scale = scale
  }

  /// What may be set.
  public struct Spec: Codable, Hashable, Sendable {
    /// The threshold over the largest magnitude of the region; 0.05 when left out.
    public let thresholdRatio: Double
    /// The share of positive regions, 0 to 1; 0.5 when left out.
    public let positiveFraction: Double
    /// The weights that share a sign; a filter's when left out.
    public let region: SignRegion
    /// Whether a region of zeros becomes ones, as in the released code; false when left out.
    public let zeroFilterQuirk: Bool

    enum CodingKeys: String, CodingKey {
      case thresholdRatio, positiveFraction, region, zeroFilterQuirk
    }

    /// Decodes the settings, filling in the defaults named above.
    public init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      thresholdRatio = try values.decodeIfPresent(Double.self, forKey: .thresholdRatio) ?? 0.05
      positiveFraction = try values.decodeIfPresent(Double.self, forKey: .positiveFraction) ?? 0.5
      region = try values.decodeIfPresent(SignRegion.self, forKey: .region) ?? .perFilter
      zeroFilterQuirk = try values.decodeIfPresent(Bool.self, forKey: .zeroFilterQuirk) ?? false
    }
  }

  /// Makes the rule.
  public init(_ spec: Spec) throws(SpecError) {
    let keys = ["thresholdRatio": "threshold_ratio", "positiveFraction": "positive_fraction"]
    self = try WeightError.located(keys) { () throws(WeightError) in
      try Self(
        thresholdRatio: Float(spec.thresholdRatio), positiveFraction: spec.positiveFraction,
        guardsZeroFilters: !spec.zeroFilterQuirk, region: spec.region)
    }
  }

  /// The threshold over the largest magnitude of the region.
  public var threshold: Float? { thresholdRatio }

  /// Quantizes weights in the order filter, channel, row, column.
  ///
  /// Of two regions in a filter the second has the sign of the filter that is as far from the end.
  public func quantize(
    _ values: UnsafeBufferPointer<Float>, shape: FilterShape
  ) throws(WeightError) -> QuantizedTensor {
    try checkCount(values, shape)
    let bounds = try region.bounds(of: shape)
    let positives = Int(Double(shape.kernels) * positiveFraction)
    var tensor = QuantizedTensor(
      zeros: shape, scheme: .signedBinary, regionBounds: bounds)
    for kernel in 0..<shape.kernels {
      tensor.signs[kernel * (bounds.count - 1)] = kernel < positives ? 1 : -1
      if bounds.count > 2 {
        tensor.signs[kernel * 2 + 1] = shape.kernels - 1 - kernel < positives ? 1 : -1
      }
    }
    for kernel in 0..<shape.kernels {
      let weights = filter(kernel, of: values, shape)
      for part in 0..<bounds.count - 1 {
        let columns = bounds[part]..<bounds[part + 1]
        try fill(&tensor, kernel, part, columns, UnsafeBufferPointer(rebasing: weights[columns]))
      }
    }
    if scale != .unit { tensor.setScales(from: values, granularity: scale) }
    return tensor
  }

  private func fill(
    _ tensor: inout QuantizedTensor, _ kernel: Int, _ part: Int, _ columns: Range<Int>,
    _ weights: UnsafeBufferPointer<Float>
  ) throws(WeightError) {
    let first = kernel * tensor.shape.filterSize + columns.lowerBound
    let largest = try maximum(weights, filter: kernel, firstElement: first)
    if largest == 0 && guardsZeroFilters { return }
    let threshold = thresholdRatio * largest
    let isPositive = tensor.signs[kernel * (tensor.regionBounds.count - 1) + part] > 0
    let start = kernel * tensor.wordsPerFilter
    guard columns.lowerBound == 0 else {
      for (offset, weight) in weights.enumerated() {
        guard isPositive ? weight >= threshold : weight <= -threshold else { continue }
        tensor.set(column: columns.lowerBound + offset, filter: kernel, positive: isPositive)
      }
      return
    }
    if isPositive {
      tensor.positive.withUnsafeMutableBufferPointer { words in
        guard let base = words.baseAddress else { return }
        MaskPacking.pack(weights, into: base + start) { $0 .>= threshold }
      }
    } else {
      tensor.negative.withUnsafeMutableBufferPointer { words in
        guard let base = words.baseAddress else { return }
        MaskPacking.pack(weights, into: base + start) { $0 .<= -threshold }
      }
    }
  }
}

extension QuantizationScheme {
  /// {0, a} or {0, -a}, one of the two in each region (Kuhar et al., PLUM, TMLR 2024).
  public static let signedBinary = SignedBinary.scheme
}

extension SignedBinary.Spec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote(
      "threshold_ratio",
      "The threshold over the largest magnitude of the region",
      default: "0.05",
      source: "PLUM (TMLR 2024), released code"),
    KeyNote(
      "positive_fraction",
      "The share of positive regions, 0 to 1",
      default: "0.5"),
    KeyNote(
      "region",
      "The weights that share a sign: `per-filter`, all of a filter; "
        + "`intra-filter`, either half of a filter's channels",
      default: "per-filter",
      source: "PLUM (TMLR 2024)"),
    KeyNote(
      "zero_filter_quirk",
      "Whether a region of zeros becomes ones, as in the released code",
      default: "false",
      source: "PLUM (TMLR 2024), released code"),
  ]
}
