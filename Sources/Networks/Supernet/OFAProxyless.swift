public import Components

/// The ProxylessNAS space of Once-for-All.
///
/// Source: mit-han-lab/once-for-all; stage widths from its published specialised networks.
public struct OFAProxyless: SupernetSpace {
  /// The parameters of the space.
  public struct Spec: Codable, Hashable, Sendable {
    /// Width multiplier, 1.3.
    public let width: Double
  }
  /// `ofa-proxyless`.
  public static let kind = "ofa-proxyless"
  /// One sentence.
  public static let summary =
    "Once-for-All ProxylessNAS at width 1.3: elastic depth, expand ratio and depthwise kernel."

  let space = MobileInvertedSpace(
    firstChannels: 40, firstBlockChannels: 24, stageChannels: [32, 56, 104, 128, 248, 416],
    strides: [2, 2, 2, 1, 2, 1], squeezeExcite: Array(repeating: false, count: 6),
    activations: Array(repeating: .relu6, count: 7), firstActivation: .relu6,
    depths: Array(repeating: [2, 3, 4], count: 5) + [[1]])

  /// Makes the space.
  public init(_ spec: Spec) throws(SpecError) {
    guard spec.width == 1.3 else { throw SpecError("width", "expected 1.3, found \(spec.width)") }
  }

  /// `7371^5 * 9`.
  public var size: UInt128 { space.size }
  /// Depths, then kernels, then expand ratios.
  public var choices: [Int] { space.choices }
  /// The sub-network of these picks.
  public func subnet(picks: [Int], resolution: Int) -> SubnetSpec {
    space.subnet(picks: picks, resolution: resolution)
  }
  /// As in the MobileNetV3 space.
  public var transformsDepthwiseKernels: Bool { true }
  /// Depth 2, kernel 3, expand 3.
  public func smallest(resolution: Int) -> SubnetSpec {
    space.uniform(resolution, kernel: 3, expand: 3, deepest: false)
  }
  /// Depth 4, kernel 7, expand 6.
  public func largest(resolution: Int) -> SubnetSpec {
    space.uniform(resolution, kernel: 7, expand: 6, deepest: true)
  }

  /// Trunk, normalised feature mix on the last map, classifier.
  public func build(
    _ subnet: SubnetSpec, into builder: inout LayerBuilder
  ) throws(SpecError) {
    try space.trunk(of: subnet, into: &builder)
    builder.convolution("feature_mix", 1664, kernel: 1)
    builder.activation(ReLU6.self)
    builder.globalPool()
    builder.classifier("classifier", 1000)
  }
}

extension OFAProxyless.Spec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote(
      "width",
      "Width multiplier, 1.3",
      source: "Once-for-All (ICLR 2020), released networks")
  ]
}
