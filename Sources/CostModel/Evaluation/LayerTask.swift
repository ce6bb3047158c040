internal import Units

/// A layer on an array: its loop nest with everything that its timing depends on beside the mapping.
struct LayerTask {
  /// Groups that follow one another, alike in what they find on chip and in what they cost.
  struct Groups {
    let count: Int
    let onChip: OnChip
    /// The datapath with such a group on it.
    let layer: any PreparedLayer
  }

  let nest: LoopNest
  /// At least one.
  let groups: [Groups]

  /// What holds for all tiles; groups have it in common.
  var traits: LayerTraits { groups[0].layer.traits }
}

/// What one group finds on chip and leaves there.
struct OnChip {
  /// The first bits of its weights.
  let weights: Bits
  /// What it moves of maps, nil where that is its input and its output.
  let moves: NestMoves?
}
