internal import CostModel
internal import Units
internal import WeightAnalysis

/// Adders that build the sums of repeated weight patterns once and merge them into partial sums.
///
/// Groups of pixels follow one another, in each the blocks of filters; a block begins when the one
/// before has left all stages. Sums leave for the output buffer as their last addition is written.
/// For offset-binary the columns of the first block stay until its last merge; then all adders
/// build the sum of all activations, kept for the blocks to come, and take it from every filter's
/// sum doubled. Adders may be chained: additions to one sum take place in one cycle.
struct SparseRepetitionTwin: ArrayTwin {
  private let spec: SparseRepetitionArray.Spec
  private let problem: Problem
  private let tensor: QuantizedTensor
  private var tile: TileWork?
  private var blocks: [PatternBlock] = []
  /// Groups of pixels with every block of filters.
  private var rounds: [(pixels: Range<Int>, block: Int)] = []
  private var round = 0
  private var pipeline: PatternPipeline?
  private var sums: PartialSums
  /// The sums of all activations, by the first pixel of a group.
  private var totals: PartialSums
  /// Filters that the sum of all has not been taken from.
  private var doubled: Range<Int> = 0..<0

  init(_ spec: SparseRepetitionArray.Spec, _ problem: Problem, _ tensor: QuantizedTensor) {
    self.spec = spec
    self.problem = problem
    self.tensor = tensor
    sums = PartialSums(columns: tensor.shape.filterSize, width: spec.activationWidth.count)
    totals = sums
  }

  func sideBySide(of problem: Problem) -> Int { problem.channels }

  var acceptsTile: Bool { tile == nil }
  var isEmpty: Bool { tile == nil }

  mutating func start(_ tile: TileWork, on chip: inout OnChip) {
    if chip.traffic.work == nil { chip.traffic.work = ReferenceWork() }
    self.tile = tile
    blocks = ranges(tile.kernels, spec.filterBlock).map { filters in
      PatternBlock(filters, of: tensor, spec) { filter, column in
        let (channel, tap) = column.quotientAndRemainder(dividingBy: problem.taps)
        return chip.weight(tile, kernel: filter, channel: channel, tap: tap)
      }
    }
    rounds = ranges(tile.pixels, spec.pixels).flatMap { pixels in
      blocks.indices.map { (pixels, $0) }
    }
    round = 0
    beginRound()
    settle(tile, &chip)
  }

  private mutating func beginRound() {
    let block = blocks[rounds[round].block]
    pipeline = PatternPipeline(block, pixels: rounds[round].pixels, spec)
    doubled = block.subtractsTotal ? block.filters : 0..<0
    sums = PartialSums(columns: tensor.shape.filterSize, width: spec.activationWidth.count)
  }

  mutating func step(_ chip: inout OnChip) {
    guard let tile else { return }
    if pipeline?.isDone ?? true {
      subtractTotals(&chip)
    } else {
      pipeline?.step(tile, &sums, &chip)
    }
    settle(tile, &chip)
  }

  /// One cycle of all adders for the sum of all activations and what it is taken from.
  private mutating func subtractTotals(_ chip: inout OnChip) {
    let pixels = rounds[round].pixels
    var adders = spec.patternAdders + spec.mergeAdders
    while adders > 0 {
      if let activations = pipeline?.takeKept() {
        if totals.isStarted(pixels.lowerBound) { adders -= 1 }
        chip.traffic.work?.registerAccesses += activations.count
        totals.add(activations, times: 1, to: pixels.lowerBound, &chip)
      } else if let filter = doubled.popFirst() {
        adders -= 1
        sums.takeFromTwice(
          filter, totals.sum(of: pixels.lowerBound, lanes: pixels.count), &chip)
      } else {
        return
      }
    }
  }

  /// Ends every round that has nothing left to do.
  private mutating func settle(_ tile: TileWork, _ chip: inout OnChip) {
    while pipeline?.isDone ?? false, doubled.isEmpty {
      let (pixels, block) = rounds[round]
      for filter in blocks[block].filters {
        for (pixel, sum) in zip(pixels, sums.sum(of: filter, lanes: pixels.count)) {
          chip.write(tile, pixel: pixel, kernel: filter, sum)
        }
      }
      round += 1
      guard round < rounds.count else {
        pipeline = nil
        self.tile = nil
        return
      }
      beginRound()
    }
  }
}
