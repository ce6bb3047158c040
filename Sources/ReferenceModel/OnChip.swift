internal import Networks

/// What is on chip: blocks of operands, partial sums, and the counters of the ports.
struct OnChip {
  let layer: Layer
  let problem: Problem
  let operands: LayerOperands
  var inputs: [Int: InputBlock] = [:]
  var weights: [Int: WeightBlock] = [:]
  /// Partial sums of each block of results, pixel by pixel.
  private(set) var sums: [Int: Sums] = [:]
  var traffic = ReferenceTraffic()
  /// The first thing that went wrong.
  private(set) var failure: ReferenceFailure?

  /// A block of results in the making.
  struct Sums {
    let tile: TileWork
    var values: [Int32]
    /// Places in `values`, in the order in which they were finished.
    var finished: [Int] = []
    var isFinished: [Bool]
  }

  init(_ layer: Layer, _ problem: Problem, _ operands: LayerOperands) {
    self.layer = layer
    self.problem = problem
    self.operands = operands
  }

  mutating func fail(_ text: String) {
    if failure == nil { failure = ReferenceFailure(description: text) }
  }

  // MARK: Operands

  /// An input element, nil while it has not arrived.
  mutating func input(
    _ tile: TileWork, image: Int, channel: Int, row: Int, column: Int
  ) -> Int8? {
    guard let block = inputs[tile.input],
      let place = block.place(image: image, channel: channel, row: row, column: column)
    else {
      fail("tile \(tile.index) reads input [\(image), \(channel), \(row), \(column)], not on chip")
      return 0
    }
    guard place < block.arrived else { return nil }
    let channels = problem.isDepthwise ? problem.kernels : problem.channels
    let first = tile.group * channels + channel
    return operands.input[
      ((image * layer.channels + first) * problem.inputRows + row) * problem.inputColumns + column]
  }

  /// The element under tap (`y`, `x`) of the window of `pixel`, zero in the padding.
  mutating func input(_ tile: TileWork, pixel: Int, channel: Int, y: Int, x: Int) -> Int8? {
    let (image, outputRow, outputColumn) = problem.place(of: pixel)
    guard let row = problem.rows.element(at: problem.rows.position(outputRow, y)),
      let column = problem.columns.element(at: problem.columns.position(outputColumn, x))
    else { return 0 }
    return input(tile, image: image, channel: channel, row: row, column: column)
  }

  /// A weight of the tile; `channel` is 0 for a depthwise layer.
  mutating func weight(_ tile: TileWork, kernel: Int, channel: Int, tap: Int) -> Int8 {
    guard let block = weights[tile.weight], block.isComplete, block.kernels.contains(kernel),
      block.channels.contains(channel)
    else {
      fail("tile \(tile.index) reads weight [\(kernel), \(channel), \(tap)], not on chip")
      return 0
    }
    let first = tile.group * problem.kernels + kernel
    return operands.weights[(first * problem.channels + channel) * problem.taps + tap]
  }

  /// Whether all of the tile's input has arrived.
  func holdsInput(of tile: TileWork) -> Bool {
    inputs[tile.input].map { $0.arrived == $0.elements } ?? false
  }

  /// Notes that no later pass of the tile reads its next column; it has `all` in all its images.
  mutating func release(columnOf tile: TileWork, all: Int) {
    guard let block = inputs[tile.input], block.read < all else {
      return fail("tile \(tile.index) reads more columns than it has")
    }
    inputs[tile.input]?.read += 1
    inputs[tile.input]?.columnsToRead = all
  }

  // MARK: Results

  /// Adds `value` to a partial sum through the output buffer.
  mutating func accumulate(
    _ tile: TileWork, pixel: Int, kernel: Int, _ value: Int32, isFirst: Bool, isLast: Bool
  ) {
    if !isFirst { traffic.outputReads += 1 }
    traffic.outputWrites += 1
    let place = open(tile, pixel: pixel, kernel: kernel)
    let before = sums[tile.output]?.values[place] ?? 0
    if isFirst, before != 0 {
      fail("tile \(tile.index) starts the sum of [\(pixel), \(kernel)] anew")
    }
    sums[tile.output]?.values[place] = before + value
    if isLast { finish(tile, place) }
  }

  /// Reads a partial sum back, for an array that adds to it itself.
  mutating func readBack(_ tile: TileWork, pixel: Int, kernel: Int) -> Int32 {
    traffic.outputReads += 1
    let place = open(tile, pixel: pixel, kernel: kernel)
    return sums[tile.output]?.values[place] ?? 0
  }

  /// Writes over a partial sum what an array made of it.
  mutating func replace(
    _ tile: TileWork, pixel: Int, kernel: Int, with value: Int32, isLast: Bool
  ) {
    traffic.outputWrites += 1
    let place = open(tile, pixel: pixel, kernel: kernel)
    sums[tile.output]?.values[place] = value
    if isLast { finish(tile, place) }
  }

  /// Finishes the results of a kernel to which nothing is added: the buffer starts with zeros.
  mutating func leaveZero(_ tile: TileWork, kernel: Int) {
    for pixel in tile.pixels { finish(tile, open(tile, pixel: pixel, kernel: kernel)) }
  }

  /// Writes a sum that was kept in the array.
  mutating func write(_ tile: TileWork, pixel: Int, kernel: Int, _ value: Int32) {
    accumulate(tile, pixel: pixel, kernel: kernel, value, isFirst: true, isLast: true)
  }

  private mutating func open(_ tile: TileWork, pixel: Int, kernel: Int) -> Int {
    if sums[tile.output] == nil {
      let count = tile.pixels.count * tile.kernels.count
      sums[tile.output] = Sums(
        tile: tile, values: Array(repeating: 0, count: count),
        isFinished: Array(repeating: false, count: count))
    }
    return (pixel - tile.pixels.lowerBound) * tile.kernels.count + kernel
      - tile.kernels.lowerBound
  }

  private mutating func finish(_ tile: TileWork, _ place: Int) {
    if sums[tile.output]?.isFinished[place] ?? true {
      fail("tile \(tile.index) finishes a result twice")
    }
    sums[tile.output]?.isFinished[place] = true
    sums[tile.output]?.finished.append(place)
  }

  /// Makes room for the tile's sums.
  mutating func reserveSums(of tile: TileWork) {
    _ = open(tile, pixel: tile.pixels.lowerBound, kernel: tile.kernels.lowerBound)
  }

  /// Sums that take up room; results that stream out take none.
  func heldSums(withResults: Bool) -> Int {
    sums.values.reduce(0) { sum, block in
      let isFinished = block.finished.count == block.values.count
      return sum + (isFinished && !withResults ? 0 : block.values.count)
    }
  }

  /// All results of the tile are finished.
  mutating func finish(_ tile: TileWork) {
    for place in 0..<tile.pixels.count * tile.kernels.count { finish(tile, place) }
  }

  /// Results of block `output` that are finished, and how many there will be.
  func finished(_ output: Int, of tile: TileWork) -> (count: Int, all: Int) {
    (sums[output]?.finished.count ?? 0, tile.pixels.count * tile.kernels.count)
  }

  /// Takes a block of results away, to be stored.
  mutating func take(_ output: Int) -> Sums? { sums.removeValue(forKey: output) }
}
