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

/// A layer on an array before anything is known of its weights or its mapping.
///
/// What bounds its counts asks for it, and so does the mapper where so many images are mapped at once.
/// A class without a variable, for it is handed on to every task.
final class BareLayer: Sendable {
  /// The loop nest of one group.
  let nest: LoopNest
  /// How many groups follow one another.
  let groups: Int
  /// Images in the nest.
  let images: Int
  /// The datapath with such a group on it, of full precision and under no mapping.
  let layer: any PreparedLayer

  init(nest: LoopNest, groups: Int, images: Int, layer: any PreparedLayer) {
    self.nest = nest
    self.groups = groups
    self.images = images
    self.layer = layer
  }
}

/// What one group finds on chip and leaves there.
struct OnChip {
  /// The first bits of its weights.
  let weights: Bits
  /// What it moves of maps, nil where that is its input and its output.
  let moves: NestMoves?
}
