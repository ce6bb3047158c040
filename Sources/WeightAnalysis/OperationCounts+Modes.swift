/// Additions by mode, and ratios of them.
///
/// The modes are those of `ReuseMode`.
extension OperationCounts {
  /// DIRECT, sparsity and repetition with each distinct mask built by itself.
  ///
  /// It is `directBuild`, `merges` and `offsetAdditions`.
  public var direct: Int { directBuild + merges + offsetAdditions }

  /// TRIE, each mask from the one without its highest column.
  ///
  /// It is `trieHighestBuild`, `merges` and `offsetAdditions`.
  public var trieHighest: Int { trieHighestBuild + merges + offsetAdditions }

  /// TRIE, each mask from the one without its lowest column.
  ///
  /// It is `trieLowestBuild`, `merges` and `offsetAdditions`.
  public var trieLowest: Int { trieLowestBuild + merges + offsetAdditions }

  /// SUB, each mask from its largest proper subset in the tile (Prosperity, HPCA 2025).
  ///
  /// It is `subsetBuild`, `merges` and `offsetAdditions`, or nil when it was not asked for.
  public var subset: Int? { subsetBuild.map { $0 + merges + offsetAdditions } }

  /// The additions of a mode, or nil when it does not apply or was not counted.
  ///
  /// Mirrored modes apply to schemes whose patterns have signs.
  public func additions(_ mode: ReuseMode) -> Int? {
    switch mode {
    case .dense: dense
    case .sparse: sparse
    case .repetition: repetition
    case .mirroredRepetition: mirroredRepetition
    case .direct: direct
    case .trieHighest: trieHighest
    case .trieLowest: trieLowest
    case .subset: subset
    case .lookupTable: lookupTable
    case .pairwise: pairwise
    case .mirroredDirect: mirroredDirect
    }
  }

  /// How often a non-zero mask occurs, F / Σ_t |U_t|; 1 when there is none.
  ///
  /// Masks of different tiles meet different activations and are never one.
  public var repetitionFactor: Double {
    uniquePatterns == 0 ? 1 : Double(nonZeroPatterns) / Double(uniquePatterns)
  }

  /// The reduction of a mode taken apart, or nil when the mode was not counted.
  ///
  /// See `ReuseDecomposition`.
  public func decomposition(_ mode: ReuseMode) -> ReuseDecomposition? {
    additions(mode).map { ReuseDecomposition(counts: self, additions: $0) }
  }
}
