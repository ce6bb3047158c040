internal import Architectures
internal import CostModel

/// A systolic grid that holds weights or inputs: the other operand moves right, sums move down.
///
/// Each processing element has a register in use and one that the next fold's value is put into;
/// values come down a bus, one row per cycle, and the first operand of a fold swaps the registers.
struct StationaryTwin: ArrayTwin {
  /// One load of the grid and what streams over it.
  private struct Fold {
    let tile: TileWork
    /// Places of the reduction on the rows: channel x taps.
    let reduction: Range<Int>
    /// Kernels or pixels on the columns.
    let columns: Range<Int>
    /// Pixels or kernels that stream.
    let stream: Range<Int>
    let isFirst: Bool
    let isLast: Bool
    /// The cycle in which its load began, and its values, rows x columns.
    var loadStart: Int?
    var values: [Int8] = []
    var entered = 0
  }

  /// Operands that enter the rows together, skewed, with the sums that they gather per column.
  private struct Wave {
    let fold: Int
    let element: Int
    let values: [Int8]
    let swaps: Bool
    var sums: [Int32]
  }

  private let spec: SystolicArray.Spec
  private let problem: Problem
  private var folds: [Fold] = []
  /// The next fold to load, the one that streams, and how many may stream.
  private var loading = 0
  private var streaming = 0
  private var allowed = 0
  private var offered = -1
  private var inFlight = 0
  private var waves: [Wave?]
  private var active: [Int8]
  private var shadow: [(fold: Int, value: Int8)]
  private var now = 0

  init(_ spec: SystolicArray.Spec, _ problem: Problem) {
    self.spec = spec
    self.problem = problem
    waves = Array(repeating: nil, count: spec.rows + spec.columns - 1)
    active = Array(repeating: 0, count: spec.rows * spec.columns)
    shadow = Array(repeating: (-1, 0), count: spec.rows * spec.columns)
  }

  private var isWeightStationary: Bool { spec.dataflow == .weightStationary }
  private var isHidden: Bool { spec.stationaryLoad == .hidden }
  private var isSerial: Bool { spec.folds == .serial }

  /// With stationary weights the folds over the channels are outermost.
  func sideBySide(of problem: Problem) -> Int {
    isWeightStationary ? max(1, spec.rows / problem.taps) : problem.channels
  }

  var acceptsTile: Bool { streaming == allowed && (!isSerial || inFlight == 0) }
  var isEmpty: Bool { streaming == allowed && inFlight == 0 }
  var preloaded: Operand? { isHidden ? (isWeightStationary ? .weight : .input) : nil }
  var isPreloaded: Bool {
    guard isHidden else { return true }
    guard allowed < folds.count, let start = folds[allowed].loadStart else { return false }
    return now >= start + spec.rows
  }

  mutating func offer(_ tile: TileWork, on chip: inout OnChip) {
    guard tile.index > offered else { return }
    offered = tile.index
    plan(tile)
  }

  mutating func start(_ tile: TileWork, on chip: inout OnChip) {
    offer(tile, on: &chip)
    allowed = folds.count
  }

  private mutating func plan(_ tile: TileWork) {
    let reductions = ranges(
      tile.channels.lowerBound * problem.taps..<tile.channels.upperBound * problem.taps, spec.rows)
    let columns = ranges(isWeightStationary ? tile.kernels : tile.pixels, spec.columns)
    func append(_ reduction: Int, _ column: Range<Int>) {
      folds.append(
        Fold(
          tile: tile, reduction: reductions[reduction], columns: column,
          stream: isWeightStationary ? tile.pixels : tile.kernels,
          isFirst: reduction == 0 && tile.isFirstChannels,
          isLast: reduction == reductions.count - 1 && tile.isLastChannels))
    }
    if isWeightStationary {
      for reduction in reductions.indices { for column in columns { append(reduction, column) } }
    } else {
      for column in columns { for reduction in reductions.indices { append(reduction, column) } }
    }
  }

  // MARK: Cycles

  mutating func step(_ chip: inout OnChip) {
    waves[now % waves.count] = nil
    // An exposed load goes before its fold, a hidden one beside the fold that has just begun.
    if !isHidden { beginLoad(&chip) }
    enter(&chip)
    if isHidden { beginLoad(&chip) }
    for row in stride(from: spec.rows - 1, through: 0, by: -1) {
      for column in stride(from: spec.columns - 1, through: 0, by: -1) {
        compute(row, column, &chip)
        capture(row, column)
      }
    }
    inFlight = max(0, inFlight - 1)
    now += 1
  }

  private mutating func beginLoad(_ chip: inout OnChip) {
    guard loading < folds.count else { return }
    let isFree: Bool
    if isHidden {
      // The registers are free once the fold before has begun to swap them.
      isFree = loading == 0 || folds[loading - 1].entered > 0
    } else {
      isFree = loading < allowed && loading == streaming && (!isSerial || inFlight == 0)
    }
    guard isFree, loading == 0 || now >= (folds[loading - 1].loadStart ?? now) + spec.rows else {
      return
    }
    let fold = folds[loading]
    var values: [Int8] = []
    for place in fold.reduction {
      for column in fold.columns {
        guard
          let value = operand(
            fold.tile, place, pixel: column, kernel: column, isWeight: isWeightStationary, &chip)
        else { return }
        values.append(value)
      }
    }
    if isWeightStationary {
      chip.traffic.weightReads += values.count
    } else {
      chip.traffic.inputReads += values.count
    }
    folds[loading].values = values
    folds[loading].loadStart = now
    loading += 1
  }

  private func operand(
    _ tile: TileWork, _ place: Int, pixel: Int, kernel: Int, isWeight: Bool, _ chip: inout OnChip
  ) -> Int8? {
    let (channel, tap) = place.quotientAndRemainder(dividingBy: problem.taps)
    guard !isWeight else { return chip.weight(tile, kernel: kernel, channel: channel, tap: tap) }
    let (y, x) = tap.quotientAndRemainder(dividingBy: problem.kernelColumns)
    return chip.input(tile, pixel: pixel, channel: channel, y: y, x: x)
  }

  private mutating func enter(_ chip: inout OnChip) {
    guard streaming < allowed else { return }
    let fold = folds[streaming]
    guard let start = fold.loadStart, now >= start + spec.rows else { return }
    if fold.entered == 0, isSerial, inFlight > 0 { return }
    let element = fold.stream.lowerBound + fold.entered
    var values: [Int8] = []
    for place in fold.reduction {
      guard
        let value = operand(
          fold.tile, place, pixel: element, kernel: element, isWeight: !isWeightStationary, &chip)
      else { return }
      values.append(value)
    }
    if isWeightStationary {
      chip.traffic.inputReads += values.count
    } else {
      chip.traffic.weightReads += values.count
    }
    waves[now % waves.count] = Wave(
      fold: streaming, element: element, values: values, swaps: fold.entered == 0,
      sums: Array(repeating: 0, count: spec.columns))
    folds[streaming].entered += 1
    if folds[streaming].entered == fold.stream.count {
      streaming += 1
      inFlight = spec.rows + spec.columns - 1
    }
  }

  /// The element at (`row`, `column`) meets the wave that entered so many cycles ago.
  private mutating func compute(_ row: Int, _ column: Int, _ chip: inout OnChip) {
    let entered = now - row - column
    guard entered >= 0, let wave = waves[entered % waves.count] else { return }
    let place = row * spec.columns + column
    let fold = folds[wave.fold]
    if row < fold.reduction.count, column < fold.columns.count {
      if wave.swaps {
        if shadow[place].fold != wave.fold {
          chip.fail("fold \(wave.fold) streams before its operand is in [\(row), \(column)]")
        }
        active[place] = shadow[place].value
      }
      waves[entered % waves.count]?.sums[column] += Int32(wave.values[row]) * Int32(active[place])
    }
    // The wave has left the grid, its columns aligned.
    guard row == spec.rows - 1, column == spec.columns - 1,
      let sums = waves[entered % waves.count]?.sums
    else { return }
    for (offset, member) in fold.columns.enumerated() {
      chip.accumulate(
        fold.tile, pixel: isWeightStationary ? wave.element : member,
        kernel: isWeightStationary ? member : wave.element, sums[offset], isFirst: fold.isFirst,
        isLast: fold.isLast)
    }
  }

  /// The bus brings the value of `row` down its column, one row per cycle after the column's skew.
  private mutating func capture(_ row: Int, _ column: Int) {
    let concurrent = (spec.columns + 2 * spec.rows) / spec.rows + 1
    for number in max(0, loading - concurrent)..<loading {
      let fold = folds[number]
      guard let start = fold.loadStart, now == start + column + 2 * row,
        row < fold.reduction.count, column < fold.columns.count
      else { continue }
      shadow[row * spec.columns + column] = (
        number, fold.values[row * fold.columns.count + column]
      )
    }
  }
}
