internal import CostModel

/// The sums of the patterns of one tile, in the making: one vector of pixels for each pattern.
///
/// The half of the buffer that is being filled belongs to the builder, whose adders have a port
/// each; only the readers of the finished half share banks.
struct PatternBuilder {
  /// What one adder does in one cycle.
  private enum Step {
    /// Adds a column, masked out or not, to what the adder holds; the last one writes.
    case accumulate(pattern: UInt16, bit: Int, isLast: Bool)
    /// Adds the highest column of `pattern` to the sum of the others, which has its own place.
    case extend(pattern: UInt16)
    /// Adds the column `bit` to the lower columns of `pattern`, kept at the pattern's place.
    case raise(pattern: UInt16, bit: Int)
  }

  /// Activations of the tile's columns, each a vector of pixels; nil for a column left out.
  let activations: [[Int32]?]
  private(set) var sums: [UInt16: [Int32]] = [:]
  /// The steps of each cycle.
  private var cycles: [[Step]] = []
  private var cycle = 0

  /// Plans the builds of `tile` on as many adders as there are.
  init(_ tile: PatternTile, _ activations: [[Int32]?], _ spec: SparseRepetitionArray.Spec) {
    self.activations = activations
    var distinct: [UInt16] = []
    var known: Set<UInt16> = []
    for row in tile.rows where known.insert(row.mask).inserted { distinct.append(row.mask) }
    switch spec.mode {
    case .dense, .sparse: break
    case .repetition: accumulate(distinct, width: tile.columns.count, spec.patternAdders)
    case .sparseRepetition:
      switch spec.reuse {
      case .trie: extend(distinct, width: tile.columns.count, spec.patternAdders)
      case .direct: raise(distinct, width: tile.columns.count, spec.patternAdders)
      }
    }
  }

  var isDone: Bool { cycle == cycles.count }

  // MARK: Plan

  /// Every pattern takes an adder through all columns; a single column is no sum.
  private mutating func accumulate(_ patterns: [UInt16], width: Int, _ adders: Int) {
    for batch in ranges(0..<patterns.count, adders) where width > 1 {
      for bit in 1..<width {
        cycles.append(
          patterns[batch].map { .accumulate(pattern: $0, bit: bit, isLast: bit == width - 1) })
      }
    }
  }

  /// Every pattern from the one without its highest column, level by level.
  private mutating func extend(_ patterns: [UInt16], width: Int, _ adders: Int) {
    var nodes: Set<UInt16> = []
    for pattern in patterns {
      var node = pattern
      while node.nonzeroBitCount > 1 {
        nodes.insert(node)
        node ^= Self.highest(node)
      }
    }
    for level in 0...width {
      let steps = nodes.filter { $0.nonzeroBitCount == level }.sorted().map {
        Step.extend(pattern: $0)
      }
      for batch in ranges(0..<steps.count, adders) { cycles.append(Array(steps[batch])) }
    }
  }

  /// Every pattern on its own, one column after the other.
  private mutating func raise(_ patterns: [UInt16], width: Int, _ adders: Int) {
    for level in 1..<max(width, 2) {
      let steps = patterns.compactMap { pattern -> Step? in
        let bits = (0..<width).filter { pattern & 1 << UInt16($0) != 0 }
        return bits.count > level ? .raise(pattern: pattern, bit: bits[level]) : nil
      }
      for batch in ranges(0..<steps.count, adders) { cycles.append(Array(steps[batch])) }
    }
  }

  private static func highest(_ pattern: UInt16) -> UInt16 {
    1 << UInt16(15 - pattern.leadingZeroBitCount)
  }

  // MARK: Cycles

  /// One cycle of all adders.
  mutating func step(_ chip: inout OnChip) {
    let ready = sums
    for step in cycles[cycle] { carryOut(step, ready, &chip) }
    cycle += 1
  }

  private mutating func carryOut(
    _ step: Step, _ ready: [UInt16: [Int32]], _ chip: inout OnChip
  ) {
    switch step {
    case .accumulate(let pattern, let bit, let isLast):
      let before = bit == 1 ? gated(pattern, 0, &chip) : sums[pattern]
      add(before, gated(pattern, bit, &chip), to: pattern, writes: isLast, &chip)
    case .extend(let pattern):
      let top = Self.highest(pattern)
      let rest = sum(of: pattern ^ top, in: ready, &chip)
      add(rest, register(top.trailingZeroBitCount, &chip), to: pattern, &chip)
    case .raise(let pattern, let bit):
      let lower = pattern & (1 << UInt16(bit) - 1)
      let before =
        lower.nonzeroBitCount == 1
        ? register(lower.trailingZeroBitCount, &chip) : read(pattern, in: ready, &chip)
      add(before, register(bit, &chip), to: pattern, &chip)
    }
  }

  private mutating func add(
    _ left: [Int32]?, _ right: [Int32]?, to pattern: UInt16, writes: Bool = true,
    _ chip: inout OnChip
  ) {
    guard let left, let right else {
      chip.fail("the sum of pattern \(pattern) is built from what is not there")
      return
    }
    sums[pattern] = zip(left, right).map { $0 + $1 }
    chip.traffic.work?.narrowAdditions += left.count
    chip.traffic.work?.laneOperations += left.count
    if writes { chip.traffic.work?.localWrites += left.count }
  }

  /// A column that a pattern may leave out; it is read all the same.
  private func gated(_ pattern: UInt16, _ bit: Int, _ chip: inout OnChip) -> [Int32]? {
    let values = register(bit, &chip)
    return pattern & 1 << UInt16(bit) != 0 ? values : values?.map { _ in 0 }
  }

  private func sum(
    of pattern: UInt16, in ready: [UInt16: [Int32]], _ chip: inout OnChip
  ) -> [Int32]? {
    pattern.nonzeroBitCount == 1
      ? register(pattern.trailingZeroBitCount, &chip) : read(pattern, in: ready, &chip)
  }

  private func register(_ bit: Int, _ chip: inout OnChip) -> [Int32]? {
    let values = activations[bit]
    chip.traffic.work?.registerAccesses += values?.count ?? 0
    return values
  }

  private func read(
    _ pattern: UInt16, in ready: [UInt16: [Int32]], _ chip: inout OnChip
  ) -> [Int32]? {
    chip.traffic.work?.localReads += ready[pattern]?.count ?? 0
    return ready[pattern]
  }
}
