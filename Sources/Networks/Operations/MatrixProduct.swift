public import Components

/// A product of two activations, per head: scores of queries and keys, or what scores take of values.
public struct MatrixProduct: OperationKind {
  /// What the product sums over.
  public enum Contraction: String, Codable, CaseIterable, Sendable {
    /// The features of a head: one score per token of the first and of the second operand.
    case features
    /// The tokens of the second operand, of which the first one has a score each.
    case tokens
  }

  /// What a file says about it.
  public struct Spec: Codable, Hashable, Sendable {
    /// Heads that features are divided into; 1 when left out.
    public let heads: Int
    /// What the product sums over.
    public let over: Contraction

    /// Makes a specification; nothing is checked before the operator is made.
    public init(heads: Int = 1, over: Contraction) {
      self.heads = heads
      self.over = over
    }

    enum CodingKeys: String, CodingKey { case heads, over }

    /// Decodes a product, filling in the default named above.
    public init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      heads = try values.decodeIfPresent(Int.self, forKey: .heads) ?? 1
      over = try values.decode(Contraction.self, forKey: .over)
    }
  }

  /// `matrix-product`.
  public static let kind = "matrix-product"
  /// One sentence.
  public static let summary = "A product of two activations, per head."
  /// The one that streams and the one that is held.
  public static let operands = 2...2
  /// Multiply-accumulates.
  public static let runsOnArray = true
  /// What the file says.
  public let spec: Spec

  /// Makes the operator; throws when a number is out of its range.
  public init(_ spec: Spec) throws(SpecError) {
    try WindowLayer.checkExtent("heads", spec.heads)
    self.spec = spec
  }

  /// Scores, or values weighed by them.
  ///
  /// Over features it writes `[heads x tokens of the second, tokens of the first]`, over tokens
  /// `[features of the second, tokens of the first]`.
  public func result(of operands: [[Int]], name: String) throws(SpecError) -> OperationResult {
    let first = try TokenMap(operands[0], "a matrix product")
    let second = try TokenMap(operands[1], "a matrix product")
    guard second.features.isMultiple(of: spec.heads) else {
      throw SpecError("heads", "must divide \(second.features) features, found \(spec.heads)")
    }
    let scores = Double(spec.heads) * Double(second.tokens)
    guard scores <= Double(LayerLimits.extent) else {
      throw SpecError("heads", "expected heads times tokens of at most \(LayerLimits.extent)")
    }
    let expected = spec.over == .features ? second.features : Int(scores)
    guard first.features == expected else {
      throw SpecError(
        "from",
        spec.over == .features
          ? "a product over features reads as many of both operands, found "
            + "\(ExtentText.list(operands[0])) and \(ExtentText.list(operands[1]))"
          : "a product over tokens reads \(spec.heads) heads x \(second.tokens) tokens = "
            + "\(expected) scores first, found \(ExtentText.list(operands[0]))")
    }
    let kernels = spec.over == .features ? Int(scores) : second.features
    let layer = Layer(
      name: name, product: .matrixProduct, kernels: kernels, channels: first.features,
      positions: first.tokens, groups: spec.heads, kernelRole: .activation)
    if let excess = LayerLimits.excess(of: layer) { throw SpecError("", excess) }
    return OperationResult(
      name: name, output: [kernels] + operands[0].dropFirst(), work: .array(layer))
  }
}
