/// The search for a layer's best tile width.
///
/// Every width is counted exactly; nothing is sampled.
extension QuantizedTensor {
  /// The counts at the width with the fewest additions in a mode, the first of equal ones.
  ///
  /// Nil when the mode does not apply to the scheme. Throws `WeightError.tileWidth` for a width
  /// outside 1 to 16.
  public func bestTileWidth(
    for mode: ReuseMode = .trieHighest, among widths: some Sequence<Int> = 1...16
  ) throws(WeightError) -> OperationCounts? {
    var best: (additions: Int, counts: OperationCounts)?
    for width in widths {
      let counts = try OperationCounts(
        self, tileWidth: width, subsets: mode == .subset, pairwise: mode == .pairwise)
      guard let additions = counts.additions(mode) else { return nil }
      if additions < best?.additions ?? .max { best = (additions, counts) }
    }
    return best?.counts
  }
}
