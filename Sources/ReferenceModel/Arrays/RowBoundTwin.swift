internal import CostModel
internal import Networks

/// Elements that own rows, fed by broadcasts through queues, as EIE does it.
///
/// In a cycle, first, the next activation that is not zero is put into the queues of all elements,
/// unless one of them is full; zeros are passed over as soon as they are there. Padding is broadcast
/// like data, but for channels that hold nothing else. Then every element works one entry of the activation at the head of its queue off, or
/// looks at it in vain where it has none, and drops it after the last one. When nothing is left to
/// broadcast and all queues are empty, the sums leave for the output buffer and the next vector begins
/// in the next cycle. Weights of full precision are not searched for zeros.
struct RowBoundTwin: ArrayTwin {
  /// An element: activations that wait, the one in work first, by the column and with their value.
  private struct Element {
    var queue: [(column: Int, value: Int32)] = []
    /// Entries of the head that are worked off.
    var worked = 0
    /// Entries of each column.
    var entries: [[EntryCoding.Entry]] = []
  }

  private let depth: Int
  private let kernelsTogether: Int
  private let coding: EntryCoding
  private let problem: Problem
  private let operands: LayerOperands
  private var tile: TileWork?
  private var passes: [Range<Int>] = []
  private var pass = 0
  private var pixel = 0
  /// The next column that may be broadcast.
  private var column = 0
  private var elements: [Element] = []
  /// Whether each channel of the group holds zeros only.
  private var emptyChannels: [Bool] = []
  /// Sums of the kernels of the pass.
  private var sums: [Int: Int32] = [:]

  init(
    _ spec: SparseGEMMArray.Spec, queue: Int, _ coding: EntryCoding, _ problem: Problem,
    _ operands: LayerOperands
  ) {
    depth = queue
    kernelsTogether = spec.kernelsPerTile
    self.coding = coding
    self.problem = problem
    self.operands = operands
  }

  private var columns: Int { problem.channels * problem.taps }

  func sideBySide(of problem: Problem) -> Int { problem.channels }

  var acceptsTile: Bool { tile == nil }
  var isEmpty: Bool { tile == nil }

  mutating func start(_ tile: TileWork, on chip: inout OnChip) {
    if chip.traffic.work == nil { chip.traffic.work = ReferenceWork() }
    self.tile = tile
    passes = ranges(tile.kernels, kernelsTogether)
    pass = 0
    let channels = problem.channels
    let maps = operands.input.count / (chip.layer.channels * problem.batch)
    emptyChannels = (0..<channels).map { channel in
      (0..<problem.batch).allSatisfy { image in
        let first = (image * chip.layer.channels + tile.group * channels + channel) * maps
        return operands.input[first..<first + maps].allSatisfy { $0 == 0 }
      }
    }
    beginPass(tile, &chip)
  }

  private mutating func beginPass(_ tile: TileWork, _ chip: inout OnChip) {
    pixel = tile.pixels.lowerBound
    elements = (0..<coding.elements).map { number in
      Element(entries: (0..<columns).map { entries(of: number, column: $0, tile) })
    }
    beginVector(tile, &chip)
  }

  private func entries(of element: Int, column: Int, _ tile: TileWork) -> [EntryCoding.Entry] {
    coding.entries(of: element, kernels: passes[pass], all: problem.kernels) { kernel in
      let row = tile.group * problem.kernels + kernel
      return operands.quantized != nil && operands.weights[row * columns + column] == 0
    }
  }

  private mutating func beginVector(_ tile: TileWork, _ chip: inout OnChip) {
    column = 0
    sums = Dictionary(uniqueKeysWithValues: passes[pass].map { ($0, 0) })
    passOverZeros(tile, &chip)
    // A vector of zeros takes no time.
    if column == columns { finishVector(tile, &chip) }
  }

  // MARK: Cycles

  mutating func step(_ chip: inout OnChip) {
    guard let tile else { return }
    passOverZeros(tile, &chip)
    broadcast(tile, &chip)
    passOverZeros(tile, &chip)
    for index in elements.indices { work(index, tile, &chip) }
    if column == columns, elements.allSatisfy(\.queue.isEmpty) { finishVector(tile, &chip) }
  }

  /// The activation of a column of the vector, nil while it has not arrived.
  private func activation(_ column: Int, _ tile: TileWork, _ chip: inout OnChip) -> Int8? {
    let (channel, tap) = column.quotientAndRemainder(dividingBy: problem.taps)
    let (y, x) = tap.quotientAndRemainder(dividingBy: problem.kernelColumns)
    return chip.input(tile, pixel: pixel, channel: channel, y: y, x: x)
  }

  private func isPadding(_ column: Int) -> Bool {
    let (_, row, outputColumn) = problem.place(of: pixel)
    let (y, x) = (column % problem.taps).quotientAndRemainder(dividingBy: problem.kernelColumns)
    return problem.rows.element(at: problem.rows.position(row, y)) == nil
      || problem.columns.element(at: problem.columns.position(outputColumn, x)) == nil
  }

  private mutating func passOverZeros(_ tile: TileWork, _ chip: inout OnChip) {
    while column < columns, emptyChannels[column / problem.taps] || !isPadding(column),
      activation(column, tile, &chip) == 0
    { column += 1 }
  }

  private mutating func broadcast(_ tile: TileWork, _ chip: inout OnChip) {
    guard column < columns, elements.allSatisfy({ $0.queue.count < depth }),
      let value = activation(column, tile, &chip)
    else { return }
    for index in elements.indices {
      elements[index].queue.append((column, Int32(value)))
      chip.traffic.work?.registerAccesses += 1
    }
    chip.traffic.inputReads += 1
    column += 1
  }

  private mutating func work(_ index: Int, _ tile: TileWork, _ chip: inout OnChip) {
    guard let head = elements[index].queue.first else { return }
    let own = elements[index].entries[head.column]
    if elements[index].worked < own.count {
      if case .weight(let kernel) = own[elements[index].worked] {
        let (channel, tap) = head.column.quotientAndRemainder(dividingBy: problem.taps)
        let weight = chip.weight(tile, kernel: kernel, channel: channel, tap: tap)
        sums[kernel, default: 0] += Int32(weight) * head.value
      }
      countEntry(&chip)
    }
    elements[index].worked += 1
    guard elements[index].worked >= own.count else { return }
    elements[index].queue.removeFirst()
    elements[index].worked = 0
    chip.traffic.work?.registerAccesses += 1
  }

  /// An entry is read and multiplied, its product added to a sum in a register; a filler's as well.
  private func countEntry(_ chip: inout OnChip) {
    chip.traffic.weightReads += 1
    chip.traffic.work?.multiplications += 1
    chip.traffic.work?.additions += 1
    chip.traffic.work?.laneOperations += 1
    chip.traffic.work?.registerAccesses += 2
  }

  private mutating func finishVector(_ tile: TileWork, _ chip: inout OnChip) {
    for kernel in passes[pass] {
      chip.write(tile, pixel: pixel, kernel: kernel, sums[kernel] ?? 0)
    }
    pixel += 1
    if pixel < tile.pixels.upperBound { return beginVector(tile, &chip) }
    pass += 1
    if pass < passes.count { beginPass(tile, &chip) } else { self.tile = nil }
  }
}
