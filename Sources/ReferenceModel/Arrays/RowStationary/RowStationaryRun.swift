internal import CostModel

/// A pass on its way through the array: weights first, then input, products and sums side by side.
struct RowStationaryRun {
  /// A column of the padded map that has arrived, rows by channels.
  struct Column {
    let image: Int
    let column: Int
    var values: [Int8] = []
  }

  /// The sums of one output column, strip rows by kernels.
  private struct Sums {
    let image: Int
    let column: Int
    let values: [Int32]
  }

  private let pass: RowStationaryPass
  private let spec: RowStationaryArray.Spec
  private var grid: RowStationaryGrid
  private var loaded = 0
  /// Columns that have arrived and are in no scratchpad yet.
  private var waiting: [Column] = []
  private var arriving: Column
  /// Images that have arrived whole.
  private var delivered = 0
  /// The window in work, its cycle, and the sums that wait for the bus or are on it.
  private var image = 0
  private var window = 0
  private var cycle = 0
  private var finished: [Sums] = []
  private var collected = 0
  /// Output columns whose sums have left.
  private var left = 0

  init(_ pass: RowStationaryPass, _ spec: RowStationaryArray.Spec, _ grid: RowStationaryGrid) {
    self.pass = pass
    self.spec = spec
    self.grid = grid
    arriving = Column(image: pass.images.lowerBound, column: pass.columns[0])
  }

  private var problem: Problem { pass.problem }

  /// Whether the last sums have left.
  var isOver: Bool { left == pass.images.count * problem.outputColumns }

  /// One cycle; later stages go first, for they see only what earlier cycles have left them.
  mutating func step(_ chip: inout OnChip) {
    guard loaded == pass.weights else { return load(&chip) }
    collect(&chip)
    multiply(&chip)
    deliver(&chip)
  }

  // MARK: Stages

  private mutating func load(_ chip: inout OnChip) {
    for _ in 0..<min(spec.weightBus, pass.weights - loaded) {
      let (rest, tap) = loaded.quotientAndRemainder(dividingBy: problem.kernelColumns)
      let (word, row) = rest.quotientAndRemainder(dividingBy: pass.kernelRows.count)
      let (kernel, channel) = word.quotientAndRemainder(dividingBy: pass.tile.channels.count)
      let kernelRow = pass.kernelRows.lowerBound + row
      let place = (pass.kernels.lowerBound + kernel, pass.tile.channels.lowerBound + channel)
      let value = chip.weight(
        pass.tile, kernel: place.0, channel: place.1,
        tap: kernelRow * problem.kernelColumns + tap)
      grid.put(value, kernel: place.0, channel: place.1, kernelRow: kernelRow, tap: tap)
      chip.traffic.weightReads += 1
      loaded += 1
    }
  }

  /// Words of one column; the next column begins in a cycle of its own.
  private mutating func deliver(_ chip: inout OnChip) {
    guard delivered < pass.images.count else { return }
    let words = pass.rows.count * pass.tile.channels.count
    for _ in 0..<min(spec.inputBus, words - arriving.values.count) {
      let (row, channel) = arriving.values.count.quotientAndRemainder(
        dividingBy: pass.tile.channels.count)
      arriving.values.append(
        input(row: pass.rows[row], channel: pass.tile.channels.lowerBound + channel, &chip))
      chip.traffic.inputReads += 1
    }
    guard arriving.values.count == words else { return }
    waiting.append(arriving)
    // Its room in the buffer is free once no later pass of the tile reads it.
    if pass.isLastOfTile {
      chip.release(columnOf: pass.tile, all: pass.images.count * pass.columns.count)
    }
    if let next = pass.columns.first(where: { $0 > arriving.column }) {
      arriving = Column(image: arriving.image, column: next)
      return
    }
    arriving = Column(image: arriving.image + 1, column: pass.columns[0])
    delivered += 1
  }

  /// An element of the padded map.
  private func input(row: Int, channel: Int, _ chip: inout OnChip) -> Int8 {
    guard let row = problem.rows.element(at: row),
      let column = problem.columns.element(at: arriving.column)
    else { return 0 }
    let value = chip.input(
      pass.tile, image: arriving.image, channel: channel, row: row, column: column)
    if value == nil { chip.fail("tile \(pass.tile.index) begins before its input is there") }
    return value ?? 0
  }

  private mutating func multiply(_ chip: inout OnChip) {
    guard image < pass.images.count else { return }
    if cycle == 0 {
      // All columns up to the window's last one.
      let last = problem.columns.position(window, problem.kernelColumns - 1)
      guard
        let end = waiting.firstIndex(where: {
          $0.column == last && $0.image == pass.images.lowerBound + image
        })
      else { return }
      grid.slide(to: window, taking: waiting[...end], on: &chip)
      waiting.removeFirst(end + 1)
    }
    grid.multiply(cycle: cycle)
    cycle += 1
    guard cycle == grid.windowCycles else { return }
    cycle = 0
    finished.append(
      Sums(image: pass.images.lowerBound + image, column: window, values: grid.takeSums()))
    window += 1
    if window == problem.outputColumns { (image, window) = (image + 1, 0) }
  }

  /// Words of the sums of one column: partial sums enter, the results go back beside them.
  private mutating func collect(_ chip: inout OnChip) {
    guard let sums = finished.first else { return }
    let isFirst = pass.tile.isFirstChannels && pass.kernelRows.lowerBound == 0
    for _ in 0..<min(spec.sumBus, sums.values.count - collected) {
      let (row, kernel) = collected.quotientAndRemainder(dividingBy: pass.kernels.count)
      let pixel =
        sums.image * problem.imagePixels + (pass.outputRows.lowerBound + row)
        * problem.outputColumns + sums.column
      // The very first pass reads zeros.
      if isFirst { chip.traffic.outputReads += 1 }
      chip.accumulate(
        pass.tile, pixel: pixel, kernel: pass.kernels.lowerBound + kernel,
        sums.values[collected], isFirst: isFirst, isLast: false)
      collected += 1
    }
    guard collected == sums.values.count else { return }
    finished.removeFirst()
    collected = 0
    left += 1
  }
}
