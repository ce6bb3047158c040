internal import Components

/// What the inverted-residual spaces of Once-for-All share.
struct MobileInvertedSpace: Sendable {
  let firstChannels: Int
  let firstBlockChannels: Int
  let stageChannels: [Int]
  let strides: [Int]
  let squeezeExcite: [Bool]
  /// The functions of the fixed first block and of each stage.
  let activations: [Function]
  /// The function behind the first convolution.
  let firstActivation: Function
  /// Depths a stage can have; the last stage of Proxyless has one block.
  let depths: [[Int]]

  /// A function of every element of a map.
  enum Function {
    case relu, relu6, hardSwish

    func apply(to builder: inout LayerBuilder) {
      switch self {
      case .relu: builder.activation(ReLU.self)
      case .relu6: builder.activation(ReLU6.self)
      case .hardSwish: builder.activation(HardSwish.self)
      }
    }
  }

  static let kernelChoices = [3, 5, 7]
  static let ratioChoices = [3.0, 4.0, 6.0]

  func check(_ subnet: SubnetSpec) throws(SpecError) -> (kernels: [[Int]], expands: [[Double]]) {
    try SpaceRules.checkResolution(subnet.resolution)
    try SpaceRules.refuse(subnet.widths, "widths", "the width of this space is fixed, leave out")
    guard subnet.depths.count == depths.count else {
      throw SpecError("depths", "expected \(depths.count) numbers, found \(subnet.depths.count)")
    }
    for (index, depth) in subnet.depths.enumerated() where !depths[index].contains(depth) {
      throw SpecError(
        "depths[\(index)]",
        "expected one of \(SpaceRules.list(depths[index])), found \(depth)")
    }
    let kernels = try SpaceRules.checked(
      subnet.kernels, "kernels", blocks: subnet.depths, allowed: Self.kernelChoices)
    let expands = try SpaceRules.checked(
      subnet.expands, "expands", blocks: subnet.depths, allowed: Self.ratioChoices)
    return (kernels, expands)
  }

  /// First convolution, fixed first block, elastic stages.
  ///
  /// A block whose map keeps its extents is added to what it reads.
  func trunk(
    of subnet: SubnetSpec, into builder: inout LayerBuilder
  ) throws(SpecError) {
    let (kernels, expands) = try check(subnet)
    builder.convolution("first", firstChannels, kernel: 3, stride: 2)
    firstActivation.apply(to: &builder)
    let first = builder.map
    builder.depthwise("block0.depthwise", kernel: 3, stride: 1)
    activations[0].apply(to: &builder)
    builder.convolution("block0.project", firstBlockChannels, kernel: 1)
    if firstBlockChannels == firstChannels { builder.add("block0.add", first) }
    for (stage, row) in kernels.enumerated() {
      let function = activations[stage + 1]
      for (block, kernel) in row.enumerated() {
        let name = "stage\(stage + 1).\(block)"
        let input = builder.map
        let stride = block == 0 ? strides[stage] : 1
        let mid = SpaceRules.divisible(
          (Double(builder.channels) * expands[stage][block]).rounded(.toNearestOrEven))
        builder.convolution("\(name).expand", mid, kernel: 1)
        function.apply(to: &builder)
        builder.depthwise("\(name).depthwise", kernel: kernel, stride: stride)
        function.apply(to: &builder)
        if squeezeExcite[stage] { builder.squeezeExcite("\(name).se") }
        builder.convolution("\(name).project", stageChannels[stage], kernel: 1)
        if stride == 1, input.channels == builder.channels { builder.add("\(name).add", input) }
      }
    }
  }

  /// Per stage, one depth with every kernel and ratio choice of its blocks: 9^2 + 9^3 + 9^4 = 7371.
  var size: UInt128 {
    depths.reduce(1) { total, choices in
      total * choices.reduce(0) { $0 + Self.power(9, $1) }
    }
  }

  private var elastic: ElasticBlocks {
    ElasticBlocks(
      depths: depths, blocks: depths,
      alternatives: [Self.kernelChoices.count, Self.ratioChoices.count])
  }

  var choices: [Int] { elastic.choices }

  func subnet(picks: [Int], resolution: Int) -> SubnetSpec {
    let (depths, kinds) = elastic.read(picks)
    return SubnetSpec(
      resolution: resolution, depths: depths,
      kernels: kinds[0].map { $0.map { Self.kernelChoices[$0] } },
      expands: kinds[1].map { $0.map { Self.ratioChoices[$0] } })
  }

  static func power(_ base: UInt128, _ exponent: Int) -> UInt128 {
    (0..<exponent).reduce(1) { product, _ in product * base }
  }

  func uniform(_ resolution: Int, kernel: Int, expand: Double, deepest: Bool) -> SubnetSpec {
    let chosen = depths.map { (deepest ? $0.last : $0.first) ?? 1 }
    return SubnetSpec(
      resolution: resolution, depths: chosen,
      kernels: chosen.map { Array(repeating: kernel, count: $0) },
      expands: chosen.map { Array(repeating: expand, count: $0) })
  }
}
