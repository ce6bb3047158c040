import Units
import WeightAnalysis

/// Cycles and actions of one block of filters, for one group of output pixels.
///
/// Actions are vector operations: each happens once per output pixel, reads of weights once for all.
struct FilterBlockCost: Hashable, Sendable {
  /// Cycles, operands always ready.
  var cycles = 0
  /// Additions that build pattern sums.
  var builds = 0
  /// Additions that merge them into partial sums.
  var merges = 0
  /// Activations loaded.
  var activationLoads = 0
  /// Weights read.
  var weightReads = 0
  /// Accesses to activation and partial-sum registers, in units of an activation's width.
  var registerAccesses = 0
  /// Pattern sums read.
  var patternReads = 0
  /// Pattern sums written.
  var patternWrites = 0
  /// The cycle in which each tap of the first channel is loaded.
  var firstLoads: [Int] = []
}

/// Three stages with two buffers between each: load activations, build sums, merge.
///
/// `load(t) = max(load(t-1), build(t-2)) + L`, `build(t) = max(build(t-1), load(t), merge(t-2)) + B`,
/// `merge(t) = max(merge(t-1), build(t)) + M`.
struct TileStagePipeline {
  private var load = 0
  private var build = (last: 0, before: 0)
  private var merge = (last: 0, before: 0)

  /// Appends a tile.
  mutating func append(load loads: Int, build builds: Int, merge merges: Int) {
    load = max(load, build.before) + loads
    build = (max(build.last, load, merge.before) + builds, build.last)
    merge = (max(merge.last, build.last) + merges, merge.last)
  }

  /// When the last load has ended.
  var loaded: Int { load }

  /// When the last merge has ended.
  var cycles: Int { merge.last }
}

/// Counts what `SparseRepetitionArray` does with a block of filters.
struct FilterBlockCounter {
  private let spec: SparseRepetitionArray.Spec
  private var seen: [UInt32]
  private var stamp: UInt32 = 0
  /// Sums that have been read for the merges issued together.
  private var given: [UInt32]
  private var issue: UInt32 = 0

  init(_ spec: SparseRepetitionArray.Spec) {
    self.spec = spec
    seen = Array(repeating: 0, count: 1 << spec.tileWidth)
    given = seen
  }

  /// Cycles and actions of `filters`.
  mutating func cost(of filters: Range<Int>, in tensor: QuantizedTensor) -> FilterBlockCost {
    guard
      let tiling = try? PatternTiling(tensor, tileWidth: spec.tileWidth, filters: filters)
    else { preconditionFailure("tile width and filters were checked before") }
    var cost = FilterBlockCost()
    var pipeline = TileStagePipeline()
    let columns = tensor.shape.filterSize
    let sumBits = spec.activationWidth.count + Int.bitWidth - columns.leadingZeroBitCount
    let sumUnits = quotient(sumBits, spec.activationWidth.count)
    let skipsZeros = spec.mode == .sparse || spec.mode == .sparseRepetition
    // The sum of all activations, built with the first block of a binary layer, takes every column.
    let usesAll = !skipsZeros || (tensor.scheme.patterns == .positive && filters.lowerBound == 0)
    var touches = 0
    for tile in 0..<tiling.tiles {
      let patterns = tiling.patterns(tile: tile)
      let width = tiling.widths[tile]
      let used = patterns.reduce(0 as UInt16) { $0 | $1 }
      if used == 0, !usesAll {
        if spec.zeroTiles == .visited { pipeline.append(load: 0, build: 0, merge: 1) }
        noteLoads(of: tile, in: tiling, from: pipeline.loaded, tensor, &cost)
        continue
      }
      let loads = spec.deadColumns == .skipped && !usesAll ? used.nonzeroBitCount : width
      let weights = filters.count * width
      let load = load(loads, weights: weights, bits: tensor.scheme.bits, &cost)
      let (build, merge) = count(patterns, dense: weights, width, &cost, &touches, sumUnits)
      pipeline.append(load: load, build: build, merge: merge)
      noteLoads(of: tile, in: tiling, from: pipeline.loaded - load, tensor, &cost)
    }
    // A first addend starts its sum: it is no addition, and nothing is read.
    let started = firstTouches(filters, tensor)
    cost.merges = touches - started
    cost.registerAccesses -= started * sumUnits
    cost.cycles = pipeline.cycles
    if tensor.scheme.patterns == .positive, spec.mode != .dense {
      addOffset(filters, started: started, columns, &cost, sumUnits)
    }
    return cost
  }

  /// Cycles to load a tile's activations and weights.
  private func load(
    _ activations: Int, weights: Int, bits: Int, _ cost: inout FilterBlockCost
  ) -> Int {
    cost.activationLoads += activations
    cost.registerAccesses += activations
    cost.weightReads += weights
    return max(
      quotient(activations, spec.activationLoads),
      quotient(weights * bits, spec.weightBitsPerCycle))
  }

  /// Notes when a stream has to have brought the tile's taps of the first channel.
  private func noteLoads(
    of tile: Int, in tiling: PatternTiling, from start: Int, _ tensor: QuantizedTensor,
    _ cost: inout FilterBlockCost
  ) {
    let left = max(0, tensor.shape.sliceSize - tiling.starts[tile])
    for column in 0..<min(left, tiling.widths[tile]) {
      cost.firstLoads.append(start + column / spec.activationLoads + 1)
    }
  }

  /// Filters whose partial sum starts with its first addend, which is no addition.
  private func firstTouches(_ filters: Range<Int>, _ tensor: QuantizedTensor) -> Int {
    switch spec.mode {
    case .dense, .repetition: filters.count
    case .sparse, .sparseRepetition:
      filters.count { filter in
        // Binary masks hold the positive weights only.
        tensor.scheme.patterns == .positive
          ? (0..<tensor.shape.filterSize).contains { tensor.value(filter: filter, column: $0) > 0 }
          : tensor.effectual(filter: filter) > 0
      }
    }
  }

  /// Offset-binary: twice the sum of the positive weights' activations less the sum of all.
  ///
  /// The sum of all is built with the first block and subtracted once per filter.
  private func addOffset(
    _ filters: Range<Int>, started: Int, _ columns: Int, _ cost: inout FilterBlockCost,
    _ sumUnits: Int
  ) {
    let adders = spec.patternAdders + spec.mergeAdders
    var additions = filters.count
    // The filter's sum where there is one, the sum of all, and the result.
    cost.registerAccesses += (2 * filters.count + started) * sumUnits
    if filters.lowerBound == 0 {
      additions += columns - 1
      cost.registerAccesses += columns + (2 * columns - 1) * sumUnits
    }
    cost.merges += additions
    cost.cycles += quotient(additions, adders)
  }

  /// Build and merge cycles of one tile; actions are added to `cost`.
  private mutating func count(
    _ patterns: ArraySlice<UInt16>, dense: Int, _ width: Int, _ cost: inout FilterBlockCost,
    _ touches: inout Int, _ sumUnits: Int
  ) -> (build: Int, merge: Int) {
    let adders = spec.patternAdders + spec.mergeAdders
    switch spec.mode {
    case .dense, .sparse:
      let additions =
        spec.mode == .dense ? dense : patterns.reduce(0) { $0 + $1.nonzeroBitCount }
      touches += additions
      cost.registerAccesses += additions * (1 + 2 * sumUnits)
      return (0, quotient(additions, adders))
    case .repetition:
      return repeated(patterns, width, &cost, &touches, sumUnits)
    case .sparseRepetition:
      return shared(patterns, &cost, &touches, sumUnits)
    }
  }

  /// Repetition only: every distinct pattern, the zero one too, is `width - 1` additions.
  private mutating func repeated(
    _ patterns: ArraySlice<UInt16>, _ width: Int, _ cost: inout FilterBlockCost,
    _ touches: inout Int, _ sumUnits: Int
  ) -> (build: Int, merge: Int) {
    stamp += 1
    var distinct = 0
    for pattern in patterns where seen[Int(pattern)] != stamp {
      seen[Int(pattern)] = stamp
      distinct += 1
    }
    touches += patterns.count
    cost.registerAccesses += patterns.count * 2 * sumUnits
    guard width > 1 else {
      // A single column is no sum: it is merged from its register.
      cost.registerAccesses += patterns.count
      return (0, quotient(patterns.count, spec.mergeAdders))
    }
    cost.builds += distinct * (width - 1)
    cost.registerAccesses += distinct * width
    cost.patternWrites += distinct
    let build = (width - 1) * quotient(distinct, spec.patternAdders)
    return (build, merged(patterns, &cost) { _ in true })
  }

  /// Sparsity and repetition: sums of the patterns that occur, level by level.
  private mutating func shared(
    _ patterns: ArraySlice<UInt16>, _ cost: inout FilterBlockCost, _ touches: inout Int,
    _ sumUnits: Int
  ) -> (build: Int, merge: Int) {
    stamp += 1
    var levels = [Int](repeating: 0, count: spec.tileWidth + 1)
    for pattern in patterns where pattern.nonzeroBitCount > 1 {
      var node = pattern
      while node.nonzeroBitCount > 1, seen[Int(node)] != stamp {
        seen[Int(node)] = stamp
        switch spec.reuse {
        case .trie:
          levels[node.nonzeroBitCount] += 1
          node &= ~(1 << UInt16(15 - node.leadingZeroBitCount))
        case .direct:
          for level in 2...node.nonzeroBitCount { levels[level] += 1 }
          node = 0
        }
      }
    }
    var build = 0
    for level in 2..<levels.count where levels[level] > 0 {
      let nodes = levels[level]
      build += quotient(nodes, spec.patternAdders)
      cost.builds += nodes
      cost.patternWrites += nodes
      // A sum of two columns reads two registers, a longer one a register and a sum.
      cost.registerAccesses += level == 2 ? 2 * nodes : nodes
      cost.patternReads += level == 2 ? 0 : nodes
    }
    let used = patterns.filter { $0 != 0 }
    touches += used.count
    cost.registerAccesses += used.count * 2 * sumUnits + used.count { $0.nonzeroBitCount == 1 }
    return (build, merged(used[...], &cost) { $0.nonzeroBitCount > 1 })
  }

  /// Cycles to merge `patterns`, bank conflicts included; `isSum` says which are in the buffer.
  private mutating func merged(
    _ patterns: ArraySlice<UInt16>, _ cost: inout FilterBlockCost, isSum: (UInt16) -> Bool
  ) -> Int {
    var cycles = 0
    var rest = patterns
    while !rest.isEmpty {
      let (taken, reads) = read(rest.prefix(spec.mergeAdders), isSum)
      cycles += taken
      cost.patternReads += reads
      rest = rest.dropFirst(spec.mergeAdders)
    }
    return cycles
  }

  /// Cycles and reads of merges that are issued together: a bank gives one sum per cycle, equal sums
  /// are read once and broadcast.
  private mutating func read(
    _ issued: ArraySlice<UInt16>, _ isSum: (UInt16) -> Bool
  ) -> (cycles: Int, reads: Int) {
    issue += 1
    var perBank = [Int](repeating: 0, count: max(1, spec.patternBanks))
    var reads = 0
    for pattern in issued where isSum(pattern) && given[Int(pattern)] != issue {
      given[Int(pattern)] = issue
      reads += 1
      perBank[Int(pattern) % perBank.count] += 1
    }
    return (spec.patternBanks == 0 ? 1 : max(1, perBank.max() ?? 1), reads)
  }
}
