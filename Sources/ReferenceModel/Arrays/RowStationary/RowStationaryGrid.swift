internal import CostModel

/// The processing elements that a pass uses, with what is in their scratchpads.
struct RowStationaryGrid {
  /// Where an element stands and what it holds.
  private struct Element {
    let kernels: Range<Int>
    let channels: Range<Int>
    let kernelRow: Int
    /// Row of the strip whose sums it takes part in.
    let outputRow: Int
    /// Place of its input row among the rows that arrive.
    let inputRow: Int
  }

  private let pass: RowStationaryPass
  private let spec: RowStationaryArray.Spec
  private var elements: [Element] = []
  /// Columns of the window in work, and of the next ones that have come with it, that the elements'
  /// input scratchpads hold.
  private var held: [RowStationaryRun.Column] = []
  private var window = 0
  /// The other scratchpads of all elements, one after the other.
  private var weights: [Int8]
  private var sums: [Int32]

  /// Kernels and channels of the element that has most.
  private let kernels: Int
  private let channels: Int

  /// Cycles that the longest element needs for a window.
  var windowCycles: Int { kernels * channels * pass.problem.kernelColumns }

  /// Puts the sets of elements on the array: different channels above one another, since partial sums
  /// only move up; different kernels above those and beside one another; the parts of a strip that
  /// is wider than the array above one another.
  init(
    _ pass: RowStationaryPass, _ spec: RowStationaryArray.Spec, _ layout: RowStationaryLayout,
    setRows: Int, on chip: inout OnChip
  ) {
    self.pass = pass
    self.spec = spec
    let kernelSets = Self.dealt(pass.kernels, layout.kernelSets)
    let channelSets = Self.dealt(pass.tile.channels, layout.channelSets)
    kernels = kernelSets.map(\.count).max() ?? 0
    channels = channelSets.map(\.count).max() ?? 0
    (weights, sums) = ([], [])
    let beside = max(1, spec.columns / layout.rows)
    let folds = (layout.rows + spec.columns - 1) / spec.columns
    var taken: Set<[Int]> = []
    for (kernelSet, kernels) in kernelSets.enumerated() {
      for (channelSet, channels) in channelSets.enumerated() {
        for (kernelRow, outputRow) in Self.places(pass) {
          let (fold, column) = outputRow.quotientAndRemainder(dividingBy: spec.columns)
          let stack = (kernelSet / beside * folds + fold) * layout.channelSets + channelSet
          let row = stack * setRows + kernelRow - pass.kernelRows.lowerBound
          let place = [row, kernelSet % beside * layout.rows + column]
          if row >= spec.rows || place[1] >= spec.columns || !taken.insert(place).inserted {
            chip.fail("tile \(pass.tile.index) has no place for an element at \(place)")
          }
          let input = outputRow + pass.outputRows.lowerBound
          elements.append(
            Element(
              kernels: kernels, channels: channels, kernelRow: kernelRow, outputRow: outputRow,
              inputRow: pass.rows.firstIndex(of: pass.problem.rows.position(input, kernelRow)) ?? 0)
          )
        }
      }
    }
    check(on: &chip)
    weights = Array(repeating: 0, count: elements.count * spec.weightScratchpad)
    sums = Array(repeating: 0, count: elements.count * spec.sumScratchpad)
  }

  /// Kernel rows and strip rows of a set.
  private static func places(_ pass: RowStationaryPass) -> [(kernelRow: Int, outputRow: Int)] {
    pass.kernelRows.flatMap { kernelRow in
      pass.outputRows.indices.map { (kernelRow, $0 - pass.outputRows.lowerBound) }
    }
  }

  private static func dealt(_ range: Range<Int>, _ sets: Int) -> [Range<Int>] {
    ranges(range, (range.count + sets - 1) / sets)
  }

  /// What an element holds at once has to fit its scratchpads.
  private func check(on chip: inout OnChip) {
    let words = channels * pass.problem.kernelColumns
    for (name, needed, size) in [
      ("weight", words * kernels, spec.weightScratchpad), ("sum", kernels, spec.sumScratchpad),
    ] where needed > size {
      chip.fail("an element needs \(needed) words in its \(name) scratchpad, which has \(size)")
    }
  }

  // MARK: Work

  /// A weight goes to all elements of its row in a set.
  mutating func put(_ value: Int8, kernel: Int, channel: Int, kernelRow: Int, tap: Int) {
    for (number, element) in elements.enumerated()
    where element.kernelRow == kernelRow && element.kernels.contains(kernel)
      && element.channels.contains(channel)
    {
      let word =
        (kernel - element.kernels.lowerBound) * channels + channel - element.channels.lowerBound
      weights[number * spec.weightScratchpad + word * pass.problem.kernelColumns + tap] = value
    }
  }

  /// Moves every element's window on to `window`; `columns` are those that it has to take in.
  mutating func slide(
    to window: Int, taking columns: ArraySlice<RowStationaryRun.Column>, on chip: inout OnChip
  ) {
    let first = pass.problem.columns.position(window, 0)
    if window == 0 { held = [] }
    held.removeAll { $0.column < first }
    held += columns.filter { $0.column >= first }
    self.window = window
    let words = held.count * channels
    if words > spec.inputScratchpad {
      chip.fail(
        "an element needs \(words) words in its input scratchpad, which has \(spec.inputScratchpad)"
      )
    }
  }

  /// The cycle `cycle` of a window: one product per element that has one.
  mutating func multiply(cycle: Int) {
    let taps = pass.problem.kernelColumns
    let (kernel, word) = cycle.quotientAndRemainder(dividingBy: channels * taps)
    let (offset, tap) = word.quotientAndRemainder(dividingBy: taps)
    let position = pass.problem.columns.position(window, tap)
    guard let column = held.first(where: { $0.column == position }) else { return }
    for (number, element) in elements.enumerated()
    where kernel < element.kernels.count && offset < element.channels.count {
      let channel = element.channels.lowerBound + offset - pass.tile.channels.lowerBound
      let input = column.values[element.inputRow * pass.tile.channels.count + channel]
      sums[number * spec.sumScratchpad + kernel] +=
        Int32(input)
        * Int32(weights[number * spec.weightScratchpad + kernel * channels * taps + word])
    }
  }

  /// Adds up the sums of elements above one another, strip rows by kernels, and clears them.
  mutating func takeSums() -> [Int32] {
    var result = Array(repeating: Int32(0), count: pass.kernels.count * pass.outputRows.count)
    for (number, element) in elements.enumerated() {
      for kernel in element.kernels {
        let place = number * spec.sumScratchpad + kernel - element.kernels.lowerBound
        let word = element.outputRow * pass.kernels.count + kernel - pass.kernels.lowerBound
        result[word] += sums[place]
        sums[place] = 0
      }
    }
    return result
  }
}
