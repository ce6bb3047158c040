public import Components

/// The exponential of every feature of a token over their sum, per head.
public struct Softmax: OperationKind {
  /// What a file says about it.
  public struct Spec: Codable, Hashable, Sendable {
    /// Heads that features are divided into, each a softmax of its own; 1 when left out.
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

  /// `softmax`.
  public static let kind = "softmax"
  /// One sentence.
  public static let summary = "Exponentials of the features of a token over their sum, per head."
  /// What the file says.
  public let spec: Spec

  /// Makes the operator; throws when a number is out of its range.
  public init(_ spec: Spec) throws(SpecError) {
    try WindowLayer.checkExtent("heads", spec.heads)
    self.spec = spec
  }

  /// A map of the same extents.
  ///
  /// A piece is one head of one token; 5 operations per element: maximum, difference, exponential,
  /// sum and division. One operation for an exponential and for a division is *assumed*.
  public func result(of operands: [[Int]], name: String) throws(SpecError) -> OperationResult {
    let map = try TokenMap(operands[0], "a softmax")
    guard map.features.isMultiple(of: spec.heads) else {
      throw SpecError("heads", "must divide \(map.features) features, found \(spec.heads)")
    }
    let row = map.features / spec.heads
    return OperationResult(
      name: name, output: operands[0],
      work: .vector(
        VectorWork(
          name: name, operator: Self.kind, pieces: map.tokens * spec.heads, reads: [row],
          writes: row, operations: 5 * row)))
  }
}
