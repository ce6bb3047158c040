/// How the partial sum of a pattern is built from others of its tile.
///
/// These are our own forms of sparse repetition; SumMerge's heuristic (Prabhakar et al., ICS 2021)
/// is not published as text or code.
public enum BuildOrder: String, CaseIterable, Codable, Sendable {
  /// Each distinct pattern by itself, from its columns.
  case direct
  /// From the pattern without its highest column, which is built too if no filter has it.
  case trieHighest = "trie-highest"
  /// From the pattern without its lowest column, which is built too if no filter has it.
  case trieLowest = "trie-lowest"
  /// From the largest other pattern of the tile that is a subset of it.
  ///
  /// Prosperity's rule (dubcyfor3/Prosperity, HPCA 2025).
  case subset
}
