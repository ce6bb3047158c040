public import Components

/// The CIFAR supernet of SuperFedNAS, ResNets of 10 to 26 layers.
///
/// Source: gatech-sysml/superfednas, `ofaresnet50_32x32_10_26`.
public struct SuperFedNASCIFAR: SupernetSpace {
  /// The space has no parameters.
  public struct Spec: Codable, Hashable, Sendable {
    /// Makes the parameters, of which there are none.
    public init() {}
  }
  /// `superfednas-cifar`.
  public static let kind = "superfednas-cifar"
  /// One sentence.
  public static let summary = "SuperFedNAS CIFAR ResNet-10 to 26: elastic depth and expand ratio."

  static let ratios = [0.1, 0.14, 0.18, 0.22, 0.25]
  static let stageWidths = [256, 512, 1024, 2048]

  /// Makes the space.
  public init(_ spec: Spec) {}

  /// `(5 + 25 + 125)^4`.
  public var size: UInt128 { MobileInvertedSpace.power(155, 4) }

  private static let elastic = ElasticBlocks(
    depths: Array(repeating: [0, 1, 2], count: 4), blocks: Array(repeating: [1, 2, 3], count: 4),
    alternatives: [ratios.count])

  /// Depths, then expand ratios.
  public var choices: [Int] { Self.elastic.choices }

  /// The sub-network of these picks.
  public func subnet(picks: [Int], resolution: Int) -> SubnetSpec {
    let (depths, kinds) = Self.elastic.read(picks)
    return SubnetSpec(
      resolution: resolution, depths: depths,
      expands: kinds[0].map { $0.map { Self.ratios[$0] } })
  }

  /// Depth 0, expand 0.1.
  public func smallest(resolution: Int) -> SubnetSpec { uniform(resolution, 0, 0.1) }
  /// Depth 2, expand 0.25.
  public func largest(resolution: Int) -> SubnetSpec { uniform(resolution, 2, 0.25) }

  private func uniform(_ resolution: Int, _ depth: Int, _ expand: Double) -> SubnetSpec {
    SubnetSpec(
      resolution: resolution, depths: [depth, depth, depth, depth],
      expands: Array(repeating: Array(repeating: expand, count: depth + 1), count: 4))
  }

  /// Stem, four stages of two-convolution blocks, classifier.
  public func build(
    _ subnet: SubnetSpec, into builder: inout LayerBuilder
  ) throws(SpecError) {
    try SpaceRules.checkResolution(subnet.resolution)
    try SpaceRules.checkDepths(subnet.depths, stages: 4, allowed: [0, 1, 2])
    try SpaceRules.refuse(subnet.kernels, "kernels", "every kernel of this space is 3, leave out")
    try SpaceRules.refuse(subnet.widths, "widths", "the width of this space is fixed, leave out")
    let expands = try SpaceRules.checked(
      subnet.expands, "expands", blocks: subnet.depths.map { $0 + 1 }, allowed: Self.ratios)
    builder.convolution("stem", 64, kernel: 3)
    builder.activation(ReLU.self)
    for stage in 0..<4 {
      let out = Self.stageWidths[stage]
      for (block, ratio) in expands[stage].enumerated() {
        let name = "stage\(stage + 1).\(block)"
        let stride = block == 0 && stage > 0 ? 2 : 1
        let input = builder.map
        let mid = SpaceRules.divisible((Double(out) * ratio).rounded(.toNearestOrEven))
        builder.convolution("\(name).conv1", mid, kernel: 3, stride: stride)
        builder.activation(ReLU.self)
        builder.convolution("\(name).conv2", out, kernel: 3)
        if block == 0 {
          builder.branch("\(name).shortcut", from: input, stride: stride)
        } else {
          builder.add("\(name).add", input)
        }
        builder.activation(ReLU.self)
      }
    }
    builder.globalPool()
    builder.classifier("fc", 10)
  }
}
