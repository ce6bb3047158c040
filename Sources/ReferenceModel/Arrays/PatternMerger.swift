internal import CostModel

/// The third stage: adds sums of patterns, or single activations, to the filters' partial sums.
struct PatternMerger {
  /// One addition to a filter's partial sum.
  private struct Merge {
    enum Source: Hashable {
      case register(bit: Int)
      case sum(UInt16)
    }

    let filter: Int
    let source: Source
    /// 1, -1, or 0 for a weight that is added although it is zero.
    let factor: Int32
  }

  private let activations: [[Int32]?]
  private let sums: [UInt16: [Int32]]
  private let banks: Int
  /// Merges that are issued together.
  private var issues: [[Merge]] = []
  /// Sums that the banks have given to the first of them.
  private var given: Set<UInt16> = []
  /// Cycles that a tile of zeros takes.
  private var idle = 0

  /// Plans the merges of a tile whose sums are built.
  init(_ tile: PatternTile, _ built: PatternBuilder, _ spec: SparseRepetitionArray.Spec) {
    activations = built.activations
    sums = built.sums
    banks = spec.patternBanks
    guard !tile.isZero else {
      idle = 1
      return
    }
    let merges = Self.merges(tile, spec.mode)
    let usesAllAdders = spec.mode == .dense || spec.mode == .sparse
    let adders = spec.mergeAdders + (usesAllAdders ? spec.patternAdders : 0)
    issues = ranges(0..<merges.count, adders).map { Array(merges[$0]) }
  }

  var isDone: Bool { issues.isEmpty && idle == 0 }

  private static func merges(_ tile: PatternTile, _ mode: SparseRepetitionArray.Mode) -> [Merge] {
    func merge(_ row: PatternTile.Row, _ source: Merge.Source, factor: Int32 = 1) -> Merge {
      Merge(filter: row.filter, source: source, factor: row.isNegative ? -factor : factor)
    }
    func bits(_ mask: UInt16) -> [Int] {
      (0..<tile.columns.count).filter { mask & 1 << UInt16($0) != 0 }
    }
    switch mode {
    case .dense:
      return tile.weights.flatMap { filter, values in
        values.enumerated().map {
          Merge(filter: filter, source: .register(bit: $0.offset), factor: Int32($0.element))
        }
      }
    case .sparse:
      return tile.rows.flatMap { row in bits(row.mask).map { merge(row, .register(bit: $0)) } }
    case .repetition:
      let isSingle = tile.columns.count == 1
      return tile.rows.map { row in
        isSingle
          ? merge(row, .register(bit: 0), factor: Int32(row.mask)) : merge(row, .sum(row.mask))
      }
    case .sparseRepetition:
      return tile.rows.filter { $0.mask != 0 }.map { row in
        row.mask.nonzeroBitCount == 1
          ? merge(row, .register(bit: row.mask.trailingZeroBitCount)) : merge(row, .sum(row.mask))
      }
    }
  }

  // MARK: Cycles

  /// One cycle: each bank gives one sum to all adders that wait for it; adders with all of their
  /// operands add together.
  mutating func step(_ partialSums: inout PartialSums, _ chip: inout OnChip) {
    guard let issue = issues.first else {
      idle -= 1
      return
    }
    var busy: Set<Int> = []
    for case .sum(let pattern) in issue.map(\.source) where !given.contains(pattern) {
      if banks > 0, !busy.insert(Int(pattern) % banks).inserted { continue }
      given.insert(pattern)
      chip.traffic.work?.localReads += sums[pattern]?.count ?? 0
    }
    let isComplete = issue.allSatisfy { merge in
      if case .sum(let pattern) = merge.source { given.contains(pattern) } else { true }
    }
    guard isComplete else { return }
    for merge in issue { add(merge, &partialSums, &chip) }
    issues.removeFirst()
    given = []
  }

  private func add(_ merge: Merge, _ partialSums: inout PartialSums, _ chip: inout OnChip) {
    let values: [Int32]?
    switch merge.source {
    case .register(let bit):
      values = activations[bit]
      chip.traffic.work?.registerAccesses += values?.count ?? 0
    case .sum(let pattern): values = sums[pattern]
    }
    guard let values else {
      chip.fail("filter \(merge.filter) adds what is not there")
      return
    }
    partialSums.add(values, times: merge.factor, to: merge.filter, &chip)
  }
}
