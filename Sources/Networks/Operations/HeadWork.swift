internal import Components

/// Heads that the features of a token are divided into, of operators that work on each by itself.
public struct HeadsSpec: Codable, Hashable, Sendable {
  /// Heads; 1 when left out.
  public let heads: Int

  /// Makes a specification; nothing is checked before the operator is made.
  public init(heads: Int = 1) { self.heads = heads }

  enum CodingKeys: String, CodingKey { case heads }

  /// Decodes heads, filling in the default named above.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    heads = try values.decodeIfPresent(Int.self, forKey: .heads) ?? 1
  }

  /// What such an operator makes of a map: a map of the same extents, with one head of one token a piece
  /// and so many operations per element.
  ///
  /// - Throws: `SpecError` where the heads do not divide the features.
  func result(
    of operands: [[Int]], name: String, kind: String, called word: String, operations: Int
  ) throws(SpecError) -> OperationResult {
    let map = try TokenMap(operands[0], word)
    guard map.features.isMultiple(of: heads) else {
      throw SpecError("heads", "must divide \(map.features) features, found \(heads)")
    }
    let row = map.features / heads
    return OperationResult(
      name: name, output: operands[0],
      work: .vector(
        VectorWork(
          name: name, operator: kind, pieces: map.tokens * heads, reads: [row], writes: row,
          operations: operations * row)))
  }
}
