/// Whose attention a product of activations is a part of, where rows that a mask makes short are folded
/// together and the shape does not say it any more.
public struct AttentionWork: Hashable, Sendable {
  /// New tokens of each sequence.
  public let tokens: Int
  /// Heads of queries that share the keys of a group.
  public let queries: Int
  /// Groups of one sequence: its heads with keys of their own.
  public let headsOfKeys: Int

  /// Makes the part of attention of sequences that are alike.
  public init(tokens: Int, queries: Int, headsOfKeys: Int) {
    self.tokens = tokens
    self.queries = queries
    self.headsOfKeys = headsOfKeys
  }

  /// Whether every sequence makes one token.
  public var isDecode: Bool { tokens == 1 }

  /// Sequences of a product of `groups` groups; at least one.
  public func sequences(groups: Int) -> Int { max(1, groups / max(headsOfKeys, 1)) }

  /// Blocks of up to `rows` queries of one head in a product of `groups` groups.
  public func blocks(of rows: Int, groups: Int) -> Int {
    groups * queries * ((tokens + rows - 1) / rows)
  }
}
