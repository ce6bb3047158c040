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
  /// Whether its input is all there.
  let holdsInput: Bool
  /// Whether its results stay.
  let keepsOutput: Bool

  /// The group's share of a placement, `weights` of the operation's.
  init(_ placement: OperationPlacement, weights: Bits) {
    self.weights = weights
    holdsInput = placement.holdsInput
    keepsOutput = placement.keepsOutput
  }
}
