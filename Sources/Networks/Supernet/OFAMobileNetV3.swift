public import Components

/// The MobileNetV3 space of Once-for-All.
///
/// Source: mit-han-lab/once-for-all, `ofa_mbv3.py`; Cai et al., ICLR 2020.
public struct OFAMobileNetV3: SupernetSpace {
  /// The parameters of the space.
  public struct Spec: Codable, Hashable, Sendable {
    /// Width multiplier, 1.0 or 1.2.
    public let width: Double
  }
  /// `ofa-mobilenetv3`.
  public static let kind = "ofa-mobilenetv3"
  /// One sentence.
  public static let summary =
    "Once-for-All MobileNetV3: elastic depth, expand ratio and depthwise kernel."

  let space: MobileInvertedSpace
  let finalExpand: Int
  let featureMix: Int

  /// Makes the space of one width.
  public init(_ spec: Spec) throws(SpecError) {
    guard [1.0, 1.2].contains(spec.width) else {
      throw SpecError("width", "expected 1.0 or 1.2, found \(spec.width)")
    }
    let scaled = { (channels: Int) in SpaceRules.divisible(Double(channels) * spec.width) }
    space = MobileInvertedSpace(
      firstChannels: scaled(16), firstBlockChannels: scaled(16),
      stageChannels: [24, 40, 80, 112, 160].map(scaled), strides: [2, 2, 2, 1, 2],
      squeezeExcite: [false, true, false, true, true],
      activations: [.relu, .relu, .relu, .hardSwish, .hardSwish, .hardSwish],
      firstActivation: .hardSwish,
      depths: Array(repeating: [2, 3, 4], count: 5))
    finalExpand = scaled(960)
    featureMix = scaled(1280)
  }

  /// `7371^5`.
  public var size: UInt128 { space.size }
  /// Depths, then kernels, then expand ratios.
  public var choices: [Int] { space.choices }
  /// The sub-network of these picks.
  public func subnet(picks: [Int], resolution: Int) -> SubnetSpec {
    space.subnet(picks: picks, resolution: resolution)
  }
  /// A 5 x 5 or 3 x 3 kernel is the crop of the 7 x 7 times a learned matrix.
  public var transformsDepthwiseKernels: Bool { true }
  /// Depth 2, kernel 3, expand 3.
  public func smallest(resolution: Int) -> SubnetSpec {
    space.uniform(resolution, kernel: 3, expand: 3, deepest: false)
  }
  /// Depth 4, kernel 7, expand 6.
  public func largest(resolution: Int) -> SubnetSpec {
    space.uniform(resolution, kernel: 7, expand: 6, deepest: true)
  }

  /// Trunk, final expansion, pooled feature mix without normalisation or bias, classifier.
  public func build(
    _ subnet: SubnetSpec, into builder: inout LayerBuilder
  ) throws(SpecError) {
    try space.trunk(of: subnet, into: &builder)
    builder.convolution("final_expand", finalExpand, kernel: 1)
    builder.activation(HardSwish.self)
    builder.globalPool()
    builder.convolution("feature_mix", featureMix, kernel: 1, otherParameters: 0)
    builder.activation(HardSwish.self)
    builder.classifier("classifier", 1000)
  }
}

extension OFAMobileNetV3.Spec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote(
      "width",
      "Width multiplier, 1.0 or 1.2",
      source: "Once-for-All (ICLR 2020), released networks")
  ]
}
