public import Components

/// The MobileNetV3 space with depth and expand ratio coupled.
///
/// Source: gatech-sysml/CompOFA; Sahni et al., ICLR 2021.
public struct CompOFA: SupernetSpace {
  /// Whether kernels are elastic.
  public enum Kernels: String, Codable, CaseIterable, Sendable {
    /// 3, 5, 3, 3, 5 by stage.
    case fixed
    /// 3, 5 or 7 per block.
    case elastic
  }
  /// The parameters of the space.
  public struct Spec: Codable, Hashable, Sendable {
    /// Width multiplier, 1.0 or 1.2.
    public let width: Double
    /// Whether kernels are elastic.
    public let kernels: Kernels
  }
  /// `compofa`.
  public static let kind = "compofa"
  /// One sentence.
  public static let summary =
    "CompOFA: MobileNetV3 with the expand ratio coupled to the depth of each stage."

  static let stageKernels = [3, 5, 3, 3, 5]
  let base: OFAMobileNetV3
  let kernels: Kernels

  /// Makes the space.
  public init(_ spec: Spec) throws(SpecError) {
    base = try OFAMobileNetV3(OFAMobileNetV3.Spec(width: spec.width))
    kernels = spec.kernels
  }

  /// `3^5` with fixed kernels, `(3^2 + 3^3 + 3^4)^5` with elastic ones.
  public var size: UInt128 { MobileInvertedSpace.power(kernels == .fixed ? 3 : 117, 5) }

  private var elastic: ElasticBlocks {
    let depths = Array(repeating: [2, 3, 4], count: 5)
    return ElasticBlocks(
      depths: depths, blocks: depths,
      alternatives: kernels == .elastic ? [MobileInvertedSpace.kernelChoices.count] : [])
  }

  /// Depths, then kernels where they are elastic.
  public var choices: [Int] { elastic.choices }

  /// The sub-network of these picks.
  public func subnet(picks: [Int], resolution: Int) -> SubnetSpec {
    let (depths, kinds) = elastic.read(picks)
    return SubnetSpec(
      resolution: resolution, depths: depths,
      kernels: kinds.first?.map { $0.map { MobileInvertedSpace.kernelChoices[$0] } })
  }

  /// Only elastic kernels are transformed.
  public var transformsDepthwiseKernels: Bool { kernels == .elastic }

  /// Depth 2 everywhere.
  public func smallest(resolution: Int) -> SubnetSpec { uniform(resolution, depth: 2, kernel: 3) }
  /// Depth 4 everywhere.
  public func largest(resolution: Int) -> SubnetSpec { uniform(resolution, depth: 4, kernel: 7) }

  /// The 243 sub-networks of the fixed-kernel space; nil for the elastic one.
  public func all(resolution: Int) -> [SubnetSpec]? {
    guard kernels == .fixed else { return nil }
    return (0..<243).map { index in
      var rest = index
      var depths: [Int] = []
      for _ in 0..<5 {
        depths.insert(2 + rest % 3, at: 0)
        rest /= 3
      }
      return SubnetSpec(
        name: "d" + depths.map(String.init).joined(), resolution: resolution, depths: depths)
    }
  }

  /// The layers of the coupled MobileNetV3 configuration.
  public func build(
    _ subnet: SubnetSpec, into builder: inout LayerBuilder
  ) throws(SpecError) {
    try SpaceRules.refuse(
      subnet.expands, "expands", "the depth decides the expand ratio in this space, leave out")
    try SpaceRules.checkDepths(subnet.depths, stages: 5, allowed: [2, 3, 4])
    if kernels == .fixed {
      try SpaceRules.refuse(
        subnet.kernels, "kernels", "kernels are fixed in this space, leave out")
    }
    let chosen =
      kernels == .elastic
      ? subnet.kernels
      : zip(Self.stageKernels, subnet.depths).map { Array(repeating: $0, count: $1) }
    let ratio = [2: 3.0, 3: 4.0, 4: 6.0]
    try base.build(
      SubnetSpec(
        name: subnet.name, resolution: subnet.resolution, depths: subnet.depths, kernels: chosen,
        expands: subnet.depths.map { Array(repeating: ratio[$0] ?? 0, count: $0) },
        widths: subnet.widths), into: &builder)
  }

  private func uniform(_ resolution: Int, depth: Int, kernel: Int) -> SubnetSpec {
    let depths = Array(repeating: depth, count: 5)
    return SubnetSpec(
      resolution: resolution, depths: depths,
      kernels: kernels == .elastic
        ? depths.map { Array(repeating: kernel, count: $0) } : nil)
  }
}

extension CompOFA.Spec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote(
      "width",
      "Width multiplier, 1.0 or 1.2",
      source: "CompOFA (ICLR 2021), released networks"),
    KeyNote(
      "kernels",
      "Whether kernels are elastic: `fixed`, 3, 5, 3, 3, 5 by stage; `elastic`, 3, "
        + "5 or 7 per block",
      source: "CompOFA (ICLR 2021)"),
  ]
}
