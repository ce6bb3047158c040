internal import CostModel

/// One block of filters on one group of pixels: three stages with two buffers between each.
///
/// A tile keeps its half of the first buffer until its sums are built and its half of the second
/// until they are merged; activations that a filter uses on their own are handed over with the
/// sums. A stage with nothing to do for a tile takes no time.
struct PatternPipeline {
  private let spec: SparseRepetitionArray.Spec
  private let block: PatternBlock
  private let tiles: [PatternTile]
  private let pixels: Range<Int>
  private var loader: PatternLoader?
  private var builder: PatternBuilder?
  private var merger: PatternMerger?
  /// What has been loaded and what has been built, for the next stage.
  private var loaded: [[[Int32]?]] = []
  private var built: [PatternBuilder] = []
  /// Tiles that have left each stage.
  private var loads = 0
  private var builds = 0
  private var merges = 0
  /// Columns that stay for the sum of all activations.
  private(set) var kept: ArraySlice<[Int32]> = []

  /// A tile of zeros is left out where a bitmap names those to visit.
  init(_ block: PatternBlock, pixels: Range<Int>, _ spec: SparseRepetitionArray.Spec) {
    self.spec = spec
    self.block = block
    self.pixels = pixels
    tiles = block.tiles.filter { !$0.isZero || spec.zeroTiles == .visited }
    settle()
  }

  var isDone: Bool { merges == tiles.count }

  /// One cycle of all stages.
  mutating func step(_ work: TileWork, _ sums: inout PartialSums, _ chip: inout OnChip) {
    loader?.step(work, &chip)
    builder?.step(&chip)
    merger?.step(&sums, &chip)
    settle()
  }

  /// Takes the next of the columns that stayed.
  mutating func takeKept() -> [Int32]? { kept.popFirst() }

  /// Hands over what is ready, the last stage first.
  private mutating func settle() {
    while finishMerge() || finishBuild() || finishLoad() {}
  }

  private mutating func finishLoad() -> Bool {
    if let done = loader, done.isDone {
      loaded.append(done.activations)
      if block.buildsTotal { kept += done.activations.compactMap { $0 } }
      loads += 1
      loader = nil
      return true
    }
    guard loader == nil, loads < tiles.count, loads < builds + 2 else { return false }
    loader = PatternLoader(
      tiles[loads], weightBits: block.weightBits(of: tiles[loads]), pixels: pixels, spec)
    return true
  }

  private mutating func finishBuild() -> Bool {
    if let done = builder, done.isDone {
      built.append(done)
      builds += 1
      builder = nil
      return true
    }
    guard builder == nil, builds < loads, builds < merges + 2 else { return false }
    builder = PatternBuilder(tiles[builds], loaded.removeFirst(), spec)
    return true
  }

  private mutating func finishMerge() -> Bool {
    if let done = merger, done.isDone {
      merges += 1
      merger = nil
      return true
    }
    guard merger == nil, merges < builds else { return false }
    merger = PatternMerger(tiles[merges], built.removeFirst(), spec)
    return true
  }
}
