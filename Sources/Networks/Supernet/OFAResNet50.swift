public import Components

/// The ResNet50-D space of Once-for-All.
///
/// Source: mit-han-lab/once-for-all, `ofa_resnets.py`; Cai et al., ICLR 2020.
public struct OFAResNet50: SupernetSpace {
  /// The space has no parameters.
  public struct Spec: Codable, Hashable, Sendable {
    /// Makes the parameters, of which there are none.
    public init() {}
  }
  /// `ofa-resnet50`.
  public static let kind = "ofa-resnet50"
  /// One sentence.
  public static let summary = "Once-for-All ResNet50-D: elastic depth, expand ratio and width."

  static let multipliers = [0.65, 0.8, 1.0]
  static let ratios = [0.2, 0.25, 0.35]
  static let stageWidths = [256, 512, 1024, 2048]
  static let baseDepths = [2, 2, 4, 2]

  /// Makes the space.
  public init(_ spec: Spec) {}

  /// `2 * 3^6 * 117^3 * 1053`: stem, six widths, stages of 2-4 and 4-6 blocks with three ratios.
  public var size: UInt128 { 2 * 729 * 117 * 117 * 117 * 1053 }

  private static let elastic = ElasticBlocks(
    depths: Array(repeating: [0, 1, 2], count: 4), blocks: baseDepths.map { [$0, $0 + 1, $0 + 2] },
    alternatives: [ratios.count])

  /// Stem, six widths, then depths and expand ratios.
  public var choices: [Int] {
    [2] + Array(repeating: Self.multipliers.count, count: 6) + Self.elastic.choices
  }

  /// The sub-network of these picks.
  public func subnet(picks: [Int], resolution: Int) -> SubnetSpec {
    let (depths, kinds) = Self.elastic.read(Array(picks.dropFirst(7)))
    return SubnetSpec(
      resolution: resolution, depths: [[0, 2][picks[0]]] + depths,
      expands: kinds[0].map { $0.map { Self.ratios[$0] } },
      widths: picks[1..<7].map { Self.multipliers[$0] })
  }

  /// Depth 0, expand 0.2, width 0.65.
  public func smallest(resolution: Int) -> SubnetSpec { uniform(resolution, 0, 0, 0.2, 0.65) }
  /// Depth 2, expand 0.35, width 1.
  public func largest(resolution: Int) -> SubnetSpec { uniform(resolution, 2, 2, 0.35, 1.0) }

  /// The sub-network with one choice everywhere.
  public func uniform(
    _ resolution: Int, _ stem: Int, _ depth: Int, _ expand: Double, _ width: Double
  ) -> SubnetSpec {
    SubnetSpec(
      resolution: resolution, depths: [stem] + [depth, depth, depth, depth],
      expands: Self.baseDepths.map { Array(repeating: expand, count: $0 + depth) },
      widths: Array(repeating: width, count: 6))
  }

  /// Stem, four stages of bottlenecks with an average-pooled shortcut, classifier.
  public func build(
    _ subnet: SubnetSpec, into builder: inout LayerBuilder
  ) throws(SpecError) {
    try SpaceRules.checkResolution(subnet.resolution)
    try SpaceRules.checkDepths(subnet.depths, stages: 5, allowed: [0, 1, 2], first: [0, 2])
    try SpaceRules.refuse(subnet.kernels, "kernels", "every kernel of this space is 3, leave out")
    let blocks = zip(Self.baseDepths, subnet.depths.dropFirst()).map { $0 + $1 }
    let expands = try SpaceRules.checked(
      subnet.expands, "expands", blocks: blocks, allowed: Self.ratios)
    guard let widths = subnet.widths, widths.count == 6 else {
      throw SpecError(
        subnet.widths == nil ? "" : "widths",
        subnet.widths.map { "expected 6 numbers, found \($0.count)" } ?? "missing key `widths`")
    }
    for (index, width) in widths.enumerated() where !Self.multipliers.contains(width) {
      throw SpecError(
        "widths[\(index)]",
        "expected one of \(SpaceRules.list(Self.multipliers)), found \(width)")
    }

    let stemOut = SpaceRules.divisible(64 * widths[1])
    let stemMid = SpaceRules.divisible(Double(SpaceRules.divisible(64 * widths[0])) / 2)
    builder.convolution("stem.0", stemMid, kernel: 3, stride: 2)
    builder.activation(ReLU.self)
    if subnet.depths[0] == 2 {
      let input = builder.map
      builder.convolution("stem.1", stemMid, kernel: 3)
      builder.activation(ReLU.self)
      builder.add("stem.1.add", input)
    }
    builder.convolution("stem.2", stemOut, kernel: 3)
    builder.activation(ReLU.self)
    builder.maxPool()
    for stage in 0..<4 {
      let out = SpaceRules.divisible(Double(Self.stageWidths[stage]) * widths[stage + 2])
      for (block, ratio) in expands[stage].enumerated() {
        let name = "stage\(stage + 1).\(block)"
        let stride = block == 0 && stage > 0 ? 2 : 1
        let mid = SpaceRules.divisible((Double(out) * ratio).rounded(.toNearestOrEven))
        let input = builder.map
        builder.convolution("\(name).conv1", mid, kernel: 1)
        builder.activation(ReLU.self)
        builder.convolution("\(name).conv2", mid, kernel: 3, stride: stride)
        builder.activation(ReLU.self)
        builder.convolution("\(name).conv3", out, kernel: 1)
        if block == 0 {
          builder.branch("\(name).shortcut", from: input, stride: stride)
        } else {
          builder.add("\(name).add", input)
        }
        builder.activation(ReLU.self)
      }
    }
    builder.globalPool()
    builder.classifier("fc", 1000)
  }
}
