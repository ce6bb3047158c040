/// A way to compute a layer, by what it exploits.
///
/// `OperationCounts` counts the additions of each.
public enum ReuseMode: String, CaseIterable, Codable, Sendable {
  /// Every weight.
  case dense
  /// Non-zero weights only.
  case sparse
  /// Equal patterns computed once, zeros added like any weight.
  case repetition
  /// As `repetition`, with a pattern and its negation computed once.
  case mirroredRepetition = "mirrored-repetition"
  /// Sparsity and repetition, each pattern from its columns.
  case direct
  /// Sparsity and repetition, patterns from those without their highest column.
  case trieHighest = "trie-highest"
  /// Sparsity and repetition, patterns from those without their lowest column.
  case trieLowest = "trie-lowest"
  /// Sparsity and repetition, patterns from their largest subsets.
  case subset
  /// Every pattern of every tile, looked up.
  case lookupTable = "lookup-table"
  /// Pairs of columns merged greedily.
  case pairwise
  /// Sparsity and repetition of signed patterns, a pattern and its negation computed once.
  case mirroredDirect = "mirrored-direct"
}
