internal import CostModel
internal import Networks
internal import Units

/// Dot-product engines: a line buffer or a window of output pixels, multipliers, an adder tree per
/// output channel, sums in the output buffer.
struct DotProductTwin: ArrayTwin {
  private let spec: DotProductArray.Spec
  private let problem: Problem
  private var tile: TileWork?
  private var passes: [DotProductPass] = []
  private var pass = 0
  /// Where the pass is: intake pixels, or groups of output pixels.
  private var position = 0
  private var overhead = 0
  /// Padded rows that a line buffer takes in, image by image.
  private var rows: [(image: Int, row: Int)] = []
  /// The last rows of the padded map under a kernel, a ring of rows x columns x channels of the pass.
  private var lines: [Int8] = []
  /// The pass's weights, kernels x slots x taps of the slot.
  private var registers: [[[Int8]]] = []

  init(_ spec: DotProductArray.Spec, _ problem: Problem) {
    self.spec = spec
    self.problem = problem
  }

  func sideBySide(of problem: Problem) -> Int {
    problem.isDepthwise ? spec.depthwiseChannels : DotProductPass.channels(spec, problem)
  }

  var acceptsTile: Bool { tile == nil }
  var isEmpty: Bool { tile == nil }

  mutating func start(_ tile: TileWork, on chip: inout OnChip) {
    self.tile = tile
    passes = DotProductPass.passes(spec, problem, tile)
    rows = spec.sweep == .inputPixels ? sweptRows(of: tile) : []
    pass = 0
    beginPass(&chip)
  }

  /// All padded rows of a whole image; of a part of one, those that its windows touch.
  private func sweptRows(of tile: TileWork) -> [(image: Int, row: Int)] {
    var swept: [(Int, Int)] = []
    var pixel = tile.pixels.lowerBound
    while pixel < tile.pixels.upperBound {
      let image = pixel / problem.imagePixels
      let end = min(tile.pixels.upperBound, (image + 1) * problem.imagePixels)
      let (first, last) = (problem.place(of: pixel).row, problem.place(of: end - 1).row)
      let all = problem.rows.padded
      let isWhole = first == 0 && last == problem.outputRows - 1
      let range =
        isWhole
        ? 0..<all
        : first * problem.rows.stride..<min(all, last * problem.rows.stride + problem.rows.span)
      swept += range.map { (image, $0) }
      pixel = end
    }
    return swept
  }

  private var columns: Int { problem.columns.padded }

  /// Cycles of a pass without stalls and overhead.
  private var positions: Int {
    guard let tile, spec.sweep == .outputPixels else { return rows.count * columns }
    return tile.pixels.count / problem.outputColumns * groupsPerRow
  }

  private var groupsPerRow: Int { (problem.outputColumns + spec.pixels - 1) / spec.pixels }

  /// Loads the weights of the pass into the engines.
  private mutating func beginPass(_ chip: inout OnChip) {
    guard let tile else { return }
    let pass = passes[pass]
    position = 0
    overhead = spec.passOverhead.count
    lines = Array(
      repeating: 0, count: problem.rows.span * columns * max(1, pass.channels.count))
    registers = pass.kernels.map { kernel in
      pass.slots.map { slot in
        guard !problem.isDepthwise || slot.channel == kernel else { return [] }
        return slot.taps.map { tap in
          chip.traffic.weightReads += 1
          return chip.weight(
            tile, kernel: kernel, channel: problem.isDepthwise ? 0 : slot.channel, tap: tap)
        }
      }
    }
  }

  // MARK: Cycles

  mutating func step(_ chip: inout OnChip) {
    guard let tile else { return }
    if position < positions {
      let advanced =
        spec.sweep == .inputPixels ? takeIn(tile, &chip) : multiplyPixels(tile, &chip)
      if !advanced { return }
      position += 1
    } else {
      overhead -= 1
    }
    guard position == positions, overhead <= 0 else { return }
    pass += 1
    if pass < passes.count { beginPass(&chip) } else { self.tile = nil }
  }

  /// One padded pixel enters the line buffer; a window that it completes is multiplied.
  private mutating func takeIn(_ tile: TileWork, _ chip: inout OnChip) -> Bool {
    let pass = passes[pass]
    let (line, column) = position.quotientAndRemainder(dividingBy: columns)
    let (image, row) = rows[line]
    // What was left out of the transfer passes like padding.
    let element = problem.rows.element(at: row).flatMap { inputRow in
      problem.columns.element(at: column).map { (row: inputRow, column: $0) }
    }.flatMap { isLeftOut($0.row, $0.column, image, tile, chip) ? nil : $0 }
    var values: [Int8] = []
    for channel in pass.channels {
      guard let element else {
        values.append(0)
        continue
      }
      guard
        let value = chip.input(
          tile, image: image, channel: channel, row: element.row, column: element.column)
      else { return false }
      values.append(value)
    }
    chip.traffic.inputReads += values.count
    let (down, across) = (problem.rows, problem.columns)
    let ring = (line % down.span * columns + column) * values.count
    lines.replaceSubrange(ring..<ring + values.count, with: values)
    let (top, left) = (row - down.span + 1, column - across.span + 1)
    guard top >= 0, left >= 0, top.isMultiple(of: down.stride), left.isMultiple(of: across.stride)
    else { return true }
    let (outputRow, outputColumn) = (top / down.stride, left / across.stride)
    guard outputRow < problem.outputRows, outputColumn < problem.outputColumns else { return true }
    let pixel =
      image * problem.imagePixels + outputRow * problem.outputColumns + outputColumn
    guard tile.pixels.contains(pixel) else { return true }
    multiply(tile, pixel, &chip) { channel, tap, lines in
      let (y, x) = tap.quotientAndRemainder(dividingBy: problem.kernelColumns)
      let ringRow = (line - down.span + 1 + y * down.dilation) % down.span
      return lines[
        (ringRow * columns + left + x * across.dilation) * pass.channels.count + channel]
    }
    return true
  }

  /// Whether an element that no window of the tile touches has not been transferred.
  private func isLeftOut(
    _ row: Int, _ column: Int, _ image: Int, _ tile: TileWork, _ chip: OnChip
  ) -> Bool {
    // Rows between the taps of a dilated kernel may be those of another strip.
    let first = max(tile.pixels.lowerBound, image * problem.imagePixels)
    let last = min(tile.pixels.upperBound, (image + 1) * problem.imagePixels) - 1
    let windows = problem.place(of: first).row...problem.place(of: last).row
    let isTouched =
      problem.touches(row: row, from: windows)
      && problem.touches(column: column)
    guard !isTouched, let block = chip.inputs[tile.input], let channel = block.channels.first
    else { return false }
    return block.place(image: image, channel: channel, row: row, column: column) == nil
  }

  /// Neighbouring output pixels of a row are multiplied side by side.
  private mutating func multiplyPixels(_ tile: TileWork, _ chip: inout OnChip) -> Bool {
    let pass = passes[pass]
    let (row, group) = position.quotientAndRemainder(dividingBy: groupsPerRow)
    let first = tile.pixels.lowerBound + row * problem.outputColumns
    let lanes =
      group * spec.pixels..<min((group + 1) * spec.pixels, problem.outputColumns)
    var windows: [[Int8]] = []
    for lane in lanes {
      var window: [Int8] = Array(repeating: 0, count: pass.channels.count * problem.taps)
      for slot in pass.slots {
        guard let channel = pass.channels.firstIndex(of: slot.channel) else { continue }
        for tap in slot.taps {
          let (y, x) = tap.quotientAndRemainder(dividingBy: problem.kernelColumns)
          guard
            let value = chip.input(tile, pixel: first + lane, channel: slot.channel, y: y, x: x)
          else { return false }
          window[channel * problem.taps + tap] = value
        }
      }
      windows.append(window)
    }
    // Every lane has its own port, used or not.
    chip.traffic.inputReads += spec.pixels * pass.reads
    for (lane, window) in zip(lanes, windows) {
      multiply(tile, first + lane, &chip) { channel, tap, _ in
        window[channel * problem.taps + tap]
      }
    }
    return true
  }

  /// The adder trees of all kernels of the pass, for one output pixel.
  private func multiply(
    _ tile: TileWork, _ pixel: Int, _ chip: inout OnChip,
    value: (_ channel: Int, _ tap: Int, _ lines: [Int8]) -> Int8
  ) {
    let pass = passes[pass]
    for (index, kernel) in pass.kernels.enumerated() {
      var sum: Int32 = 0
      for (number, slot) in pass.slots.enumerated() where !registers[index][number].isEmpty {
        guard let channel = pass.channels.firstIndex(of: slot.channel) else { continue }
        for (tap, weight) in zip(slot.taps, registers[index][number]) {
          sum += Int32(value(channel, tap, lines)) * Int32(weight)
        }
      }
      chip.accumulate(
        tile, pixel: pixel, kernel: kernel, sum, isFirst: pass.isFirst, isLast: pass.isLast)
    }
  }
}
