internal import CostModel

/// A systolic grid whose sums stay: inputs move right, weights move down.
struct OutputStationaryTwin: ArrayTwin {
  /// Operands of one step of the reduction, entering the grid together and skewed at its edges.
  private struct Wave {
    let inputs: [Int8]
    let weights: [Int8]
    let isFirst: Bool
    let isLast: Bool
    let fold: Int
  }

  /// Sums of pixels x kernels on their way through the grid.
  private struct Fold {
    let tile: TileWork
    let pixels: Range<Int>
    let kernels: Range<Int>
    var left: Int
  }

  private let rows: Int
  private let columns: Int
  private let overlaps: Bool
  private let isCropped: Bool
  private let problem: Problem
  private var tile: TileWork?
  private var folds: [(pixels: Range<Int>, kernels: Range<Int>)] = []
  private var fold = 0
  private var reduction = 0
  /// Cycles until the fold that entered last has left the grid.
  private var inFlight = 0
  /// The waves that are in the grid, a ring by the cycle in which they entered.
  private var waves: [Wave?]
  private var sums: [Int32]
  private var open: [Int: Fold] = [:]
  private var foldNumber = 0
  /// Sums that have left the grid before the rest of their fold.
  private var results: [Int: [(row: Int, column: Int, sum: Int32)]] = [:]
  private var now = 0

  init(_ spec: SystolicArray.Spec, _ problem: Problem) {
    rows = spec.rows
    columns = spec.columns
    overlaps = spec.folds == .overlapped
    isCropped = spec.folds == .cropped
    self.problem = problem
    sums = Array(repeating: 0, count: rows * columns)
    waves = Array(repeating: nil, count: rows + columns - 1)
  }

  func sideBySide(of problem: Problem) -> Int { problem.channels }

  var acceptsTile: Bool {
    guard fold == folds.count else { return false }
    return overlaps || inFlight == 0 || tile?.isLastChannels == false
  }
  var isEmpty: Bool { fold == folds.count && inFlight == 0 }

  mutating func start(_ tile: TileWork, on chip: inout OnChip) {
    self.tile = tile
    folds = []
    for pixels in ranges(tile.pixels, rows) {
      folds += ranges(tile.kernels, columns).map { (pixels, $0) }
    }
    fold = 0
    reduction = 0
    if !tile.isFirstChannels { foldNumber -= 1 }
  }

  mutating func step(_ chip: inout OnChip) {
    waves[now % waves.count] = nil
    enter(&chip)
    for row in stride(from: rows - 1, through: 0, by: -1) {
      for column in stride(from: columns - 1, through: 0, by: -1) { compute(row, column, &chip) }
    }
    inFlight = max(0, inFlight - 1)
    now += 1
  }

  /// The next step of the reduction enters, once all of its inputs have arrived.
  private mutating func enter(_ chip: inout OnChip) {
    guard let tile, fold < folds.count else { return }
    // Serial folds wait until the one before has left the grid.
    let startsFold = reduction == 0 && tile.isFirstChannels
    if startsFold, !overlaps, inFlight > 0 { return }
    let (pixels, kernels) = folds[fold]
    let steps = tile.channels.count * problem.taps
    // Row by row of the window, as a map arrives that has its channels side by side.
    let (tap, offset) = reduction.quotientAndRemainder(dividingBy: tile.channels.count)
    let channel = tile.channels.lowerBound + offset
    let (y, x) = tap.quotientAndRemainder(dividingBy: problem.kernelColumns)
    var inputs: [Int8] = []
    for pixel in pixels {
      guard let value = chip.input(tile, pixel: pixel, channel: channel, y: y, x: x) else { return }
      inputs.append(value)
    }
    let weights = kernels.map { chip.weight(tile, kernel: $0, channel: channel, tap: tap) }
    chip.traffic.inputReads += inputs.count
    chip.traffic.weightReads += weights.count
    if startsFold {
      open[foldNumber] = Fold(
        tile: tile, pixels: pixels, kernels: kernels,
        left: isCropped ? pixels.count * kernels.count : rows * columns)
    }
    reduction += 1
    let isLast = reduction == steps && tile.isLastChannels
    waves[now % waves.count] = Wave(
      inputs: inputs, weights: weights, isFirst: startsFold, isLast: isLast, fold: foldNumber)
    if isLast { inFlight = cyclesToLeave(pixels.count, kernels.count) }
    if reduction == steps {
      reduction = 0
      fold += 1
      foldNumber += 1
    }
  }

  /// From the entry of a fold's last wave to that of the next fold's first one, both included.
  private func cyclesToLeave(_ usedRows: Int, _ usedColumns: Int) -> Int {
    guard isCropped else { return rows + columns - 1 }
    // Corner to corner of what is used, then the handover.
    return usedRows + usedColumns - 1 + (usedRows == 1 || usedColumns == 1 ? 4 : 5)
  }

  /// The processing element at (`row`, `column`) meets the wave that entered so many cycles ago.
  private mutating func compute(_ row: Int, _ column: Int, _ chip: inout OnChip) {
    let entered = now - row - column
    guard entered >= 0, let wave = waves[entered % waves.count] else { return }
    let place = row * columns + column
    if wave.isFirst { sums[place] = 0 }
    let isUsed = row < wave.inputs.count && column < wave.weights.count
    if isUsed { sums[place] += Int32(wave.inputs[row]) * Int32(wave.weights[column]) }
    guard wave.isLast, let fold = open[wave.fold] else { return }
    if isUsed { results[wave.fold, default: []].append((row, column, sums[place])) }
    guard isUsed || !isCropped else { return }
    open[wave.fold]?.left -= 1
    guard fold.left == 1 else { return }
    // The whole fold leaves together.
    for (row, column, sum) in results[wave.fold] ?? [] {
      chip.write(
        fold.tile, pixel: fold.pixels.lowerBound + row, kernel: fold.kernels.lowerBound + column,
        sum)
    }
    results[wave.fold] = nil
    open[wave.fold] = nil
  }

}
