public import Components

/// A transformer for images whose sub-networks are prefixes of its matrices: the first layers, of each the first
/// heads and the first columns of the feed-forward part.
///
/// Sources: nested feed-forward parts, MatFormer, NeurIPS 2024; elastic depth and heads as in Once-for-All, ICLR 2020;
/// the shape, ViT, ICLR 2021.
public struct ElasticViT: SupernetSpace {
  /// The shape of the largest sub-network, and what may be left out of it.
  public struct Spec: Codable, Hashable, Sendable {
    /// Layers.
    public let layers: Int
    /// Features of a token.
    public let width: Int
    /// Heads of a layer.
    public let heads: Int
    /// Columns of a feed-forward part.
    public let ffn: Int
    /// Rows and columns of a patch, which divide 224.
    public let patch: Int
    /// Classes that are told apart.
    public let classes: Int
    /// Numbers of layers that a sub-network may have.
    public let depths: [Int]?
    /// Shares of the feed-forward part's columns that a layer may have.
    public let shares: [Double]?
    /// Shares of the heads that a sub-network may have.
    public let headShares: [Double]?

    /// Makes a shape; nothing is checked before the space is made.
    public init(
      layers: Int, width: Int, heads: Int, ffn: Int, patch: Int, classes: Int,
      depths: [Int]? = nil, shares: [Double]? = nil, headShares: [Double]? = nil
    ) {
      self.layers = layers
      self.width = width
      self.heads = heads
      self.ffn = ffn
      self.patch = patch
      self.classes = classes
      self.depths = depths
      self.shares = shares
      self.headShares = headShares
    }
  }

  /// `elastic-vit`.
  public static let kind = "elastic-vit"
  /// One sentence.
  public static let summary =
    "Vision transformer with elastic depth, heads and nested feed-forward parts."

  let spec: Spec
  let depths: [Int]
  let shares: [Double]
  let headShares: [Double]

  /// Makes the space; throws where numbers make no sense together.
  public init(_ spec: Spec) throws(SpecError) {
    self.spec = spec
    depths = spec.depths ?? [spec.layers]
    // f / 8, f / 4, f / 2 and f: MatFormer, section 3.
    shares = spec.shares ?? [0.125, 0.25, 0.5, 1]
    headShares = spec.headShares ?? [1]
    guard (1...Self.mostLayers).contains(spec.layers) else {
      throw SpecError("layers", "expected 1 to \(Self.mostLayers), found \(spec.layers)")
    }
    guard spec.patch >= 1, 224.isMultiple(of: spec.patch) else {
      throw SpecError("patch", "expected a divisor of 224, found \(spec.patch)")
    }
    guard (1...65_536).contains(spec.heads), spec.width.isMultiple(of: spec.heads) else {
      throw SpecError("heads", "must divide a width of \(spec.width), found \(spec.heads)")
    }
    if let fault = Transformer.faults(of: model(224, heads: spec.heads, ffn: spec.ffn)).first {
      throw SpecError(fault.path.replacing("encoder.", with: ""), fault.message)
    }
    try Self.check(depths.map(Double.init), "depths", upTo: Double(spec.layers))
    try Self.check(shares, "shares", upTo: 1)
    try Self.check(headShares, "head_shares", upTo: 1)
    for (index, share) in shares.enumerated() where !Self.isWhole(share * Double(spec.ffn)) {
      throw SpecError(
        "shares[\(index)]", "expected a share that is whole columns of \(spec.ffn), found \(share)"
      )
    }
    for (index, share) in headShares.enumerated() where !Self.isWhole(share * Double(spec.heads)) {
      throw SpecError(
        "head_shares[\(index)]",
        "expected a share that is whole heads of \(spec.heads), found \(share)")
    }
  }

  /// Most layers, so that sub-networks can be counted.
  static let mostLayers = 32
  /// Most alternatives of a choice.
  static let mostAlternatives = 8

  /// Ascending numbers above 0 that end at the whole.
  private static func check(
    _ values: [Double], _ key: String, upTo whole: Double
  ) throws(SpecError) {
    guard (1...mostAlternatives).contains(values.count) else {
      throw SpecError(key, "expected 1 to \(mostAlternatives) numbers, found \(values.count)")
    }
    func text(_ value: Double) -> String {
      key == "depths" ? Int(exactly: value).map { "\($0)" } ?? "\(value)" : "\(value)"
    }
    for (index, value) in values.enumerated() {
      let before = index == 0 ? 0 : values[index - 1]
      guard value > before, value <= whole else {
        throw SpecError(
          "\(key)[\(index)]",
          "expected more than \(text(before)) and at most \(text(whole)), found \(text(value))")
      }
    }
    guard values.last == whole else {
      throw SpecError(
        key, "expected \(text(whole)) as the last, which is the supernet itself")
    }
  }

  /// Whether decimal fractions mean a whole number of at least 1.
  private static func isWhole(_ value: Double) -> Bool {
    value > 0.5 && abs(value - value.rounded()) < 1e-6
  }

  private func count(_ share: Double, of whole: Int) -> Int {
    Int((share * Double(whole)).rounded())
  }

  /// The transformer whose layers all have `heads` and `ffn` columns.
  private func model(_ resolution: Int, heads: Int, ffn: Int) -> TransformerSpec {
    let rows = resolution / spec.patch
    return TransformerSpec(
      layers: spec.layers, width: spec.width, heads: heads, kvHeads: nil,
      headWidth: spec.width / spec.heads,
      ffn: ffn, gated: false, activation: .gelu, vocabulary: nil, tied: nil,
      positions: rows * rows + 1, positionKind: .learned, rotaryWidth: nil, extraPositions: nil,
      norm: .layer, normPlace: .before, parallel: false, sharedNorm: nil, headNorms: nil,
      biases: [.qkv, .output, .ffn], window: nil, mask: nil, attention: .tiled, experts: nil,
      latent: nil,
      encoder: EncoderSpec(
        image: resolution, patch: spec.patch, patchBias: true, types: nil, embeddingNorm: nil,
        pooler: nil, classes: spec.classes, projection: nil), weights: nil, headWeights: nil,
      cache: nil, cachePolicy: nil, adapters: nil)
  }

  // MARK: Sub-networks

  /// Head shares times the sum over depths of share choices for each layer.
  public var size: UInt128 {
    let alternatives = UInt128(shares.count)
    let each = depths.reduce(UInt128(0)) { $0 + MobileInvertedSpace.power(alternatives, $1) }
    return UInt128(headShares.count) * each
  }

  private var elastic: ElasticBlocks {
    ElasticBlocks(depths: [depths], blocks: [depths], alternatives: [shares.count])
  }

  /// The depth, then shares of the feed-forward parts, then that of the heads.
  public var choices: [Int] { elastic.choices + [headShares.count] }

  /// The sub-network of these picks.
  public func subnet(picks: [Int], resolution: Int) -> SubnetSpec {
    let (chosen, kinds) = elastic.read(picks)
    return SubnetSpec(
      resolution: resolution, depths: chosen, expands: kinds[0].map { $0.map { shares[$0] } },
      widths: headShares.count > 1 ? [headShares[picks[picks.count - 1]]] : nil)
  }

  /// The fewest layers, heads and columns.
  public func smallest(resolution: Int) -> SubnetSpec {
    subnet(picks: choices.map { _ in 0 }, resolution: resolution)
  }

  /// All of them.
  public func largest(resolution: Int) -> SubnetSpec {
    subnet(picks: choices.map { $0 - 1 }, resolution: resolution)
  }

  /// Patches, the first layers with their shares, the classifier of the first token.
  public func build(
    _ subnet: SubnetSpec, into builder: inout LayerBuilder
  ) throws(SpecError) {
    try SpaceRules.checkResolution(subnet.resolution)
    guard subnet.resolution.isMultiple(of: spec.patch) else {
      throw SpecError(
        "resolution",
        "expected a multiple of a patch's \(spec.patch) rows, found \(subnet.resolution)")
    }
    try SpaceRules.checkDepths(subnet.depths, stages: 1, allowed: depths)
    try SpaceRules.refuse(subnet.kernels, "kernels", "a transformer has none, leave out")
    let expands = try SpaceRules.checked(
      subnet.expands, "expands", blocks: subnet.depths, allowed: shares)
    let heads = count(try headShare(subnet), of: spec.heads)
    let models = expands[0].map {
      Transformer(
        checked: model(subnet.resolution, heads: heads, ffn: count($0, of: spec.ffn)))
    }
    let iteration = try Iteration(IterationSpec(), of: models[0])
    var transformer = TransformerBuilder(models[0], iteration)
    transformer.layerModels = models
    builder.adopt(try transformer.build())
  }

  private func headShare(_ subnet: SubnetSpec) throws(SpecError) -> Double {
    guard headShares.count > 1 else {
      try SpaceRules.refuse(subnet.widths, "widths", "the heads of this space are fixed, leave out")
      return 1
    }
    guard let widths = subnet.widths else { throw SpecError("", "missing key `widths`") }
    guard widths.count == 1 else {
      throw SpecError("widths", "expected one share of the heads, found \(widths.count)")
    }
    guard headShares.contains(widths[0]) else {
      throw SpecError(
        "widths[0]", "expected one of \(SpaceRules.list(headShares)), found \(widths[0])")
    }
    return widths[0]
  }
}

extension ElasticViT.Spec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("layers", "Layers of the largest sub-network, at most 32"),
    KeyNote("width", "Features of a token"),
    KeyNote("heads", "Heads of a layer of the largest sub-network"),
    KeyNote("ffn", "Columns of its feed-forward parts"),
    KeyNote("patch", "Rows and columns of a patch, which divide 224"),
    KeyNote("classes", "Classes that are told apart"),
    KeyNote(
      "depths", "Numbers of layers that a sub-network may have, of which it has the first",
      default: "[layers]", source: "Once-for-All (ICLR 2020)"),
    KeyNote(
      "shares", "Shares of a feed-forward part's columns that a layer may have, the first of them",
      default: "[0.125, 0.25, 0.5, 1]", source: "MatFormer (NeurIPS 2024)"),
    KeyNote(
      "head_shares", "Shares of the heads that a sub-network may have, the first of them",
      default: "[1]"),
  ]
}
