public import Components

/// Every head of a token rotated by the token's position (rotary position embedding).
///
/// Source: Su et al., RoFormer, arXiv 2104.09864.
public struct Rotary: OperationKind {
  /// What a file says about it.
  public struct Spec: Codable, Hashable, Sendable {
    /// Heads that features are divided into, each rotated by itself; 1 when left out.
    public let heads: Int

    /// Makes a specification; nothing is checked before the operator is made.
    public init(heads: Int = 1) { self.heads = heads }

    enum CodingKeys: String, CodingKey { case heads }

    /// Decodes heads, filling in the default named above.
    public init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      heads = try values.decodeIfPresent(Int.self, forKey: .heads) ?? 1
    }
  }

  /// `rotary`.
  public static let kind = "rotary"
  /// One sentence.
  public static let summary = "Every head of a token rotated by the token's position."
  /// What the file says.
  public let spec: Spec

  /// Makes the operator; throws when a number is out of its range.
  public init(_ spec: Spec) throws(SpecError) {
    try WindowLayer.checkExtent("heads", spec.heads)
    self.spec = spec
  }

  /// A map of the same extents.
  ///
  /// A piece is one head of one token; 3 operations per element: two products and a sum.
  public func result(of operands: [[Int]], name: String) throws(SpecError) -> OperationResult {
    let map = try TokenMap(operands[0], "a rotation")
    guard map.features.isMultiple(of: spec.heads) else {
      throw SpecError("heads", "must divide \(map.features) features, found \(spec.heads)")
    }
    let row = map.features / spec.heads
    return OperationResult(
      name: name, output: operands[0],
      work: .vector(
        VectorWork(
          name: name, operator: Self.kind, pieces: map.tokens * spec.heads, reads: [row],
          writes: row, operations: 3 * row)))
  }
}
