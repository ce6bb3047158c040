internal import Architectures
internal import Networks
internal import Units

/// What a mapper of a row-stationary array may choose from, for one layer.
struct RowStationarySpace {
  /// Sets of elements that fit on the array.
  struct Sets: Hashable {
    let above: Int
    let beside: Int

    /// Sets for different kernels where `channels` sets hold different channels: those stand above
    /// one another, for partial sums move only up.
    func kernels(channels: Int) -> Int { above / channels * beside }
  }

  let array: RowStationaryArray
  let request: MappingRequest
  /// One image; the extents that do not depend on how many there are.
  let single: LoopNest
  let groups: Int
  let room: BufferRoom

  /// Precondition: the mapper serves the request's datapath.
  init(_ request: MappingRequest) {
    guard let array = request.datapath as? RowStationaryArray else {
      preconditionFailure("a mapper is asked for datapaths that it serves")
    }
    self.array = array
    self.request = request
    room = request.room
    let (single, groups) = array.nest(of: request.layer, batch: 1)
    (self.single, self.groups) = (single.fetched(room.gather), groups)
  }

  var layer: Layer { request.layer }

  func nest(images: Int) -> LoopNest {
    let nest = array.nest(of: layer, batch: images).nest.fetched(room.gather)
    return request.memory.transfers.coding(nest, layer.zeros)
  }

  /// The divisors of `number` in rising order.
  static func divisors(_ number: Int) -> [Int] {
    var (low, high): ([Int], [Int]) = ([], [])
    var divisor = 1
    while divisor * divisor <= number {
      if number.isMultiple(of: divisor) {
        low.append(divisor)
        if divisor * divisor < number { high.append(number / divisor) }
      }
      divisor += 1
    }
    return low + high.reversed()
  }

  // MARK: Extents

  /// Rows of a strip: as many as columns of elements, or a whole map that is folded.
  var heights: [Int] {
    let (extent, columns) = (single.outputRows, array.spec.columns)
    return Array(1...min(extent, columns)) + (extent > columns ? [extent] : [])
  }

  /// Kernel rows that may stand above one another: kernels are cut into equal parts.
  var kernelRows: [Int] {
    let all = (1...single.kernelRows).map { quotient(single.kernelRows, $0) }
    return Set(all).filter { $0 <= array.spec.rows }.sorted(by: >)
  }

  /// Sets of `rows` columns of elements; a strip wider than the array is folded.
  func sets(rows: Int, kernelRows: Int) -> Sets {
    let vertical = array.spec.rows / kernelRows
    let columns = array.spec.columns
    return rows <= columns
      ? Sets(above: vertical, beside: columns / rows)
      : Sets(above: vertical / quotient(rows, columns), beside: 1)
  }

  /// Channels that an element has room for.
  var channelsPerElement: Int {
    min(array.spec.inputScratchpad / single.columns.held, single.channels)
  }

  /// Kernels that an element of `channels` channels has room for.
  func kernelsPerElement(channels: Int) -> Int {
    min(array.spec.sumScratchpad, array.spec.weightScratchpad / (channels * single.kernelColumns))
  }

  /// Whether the weights of a pass have room.
  func holdsWeights(kernels: Int, channels: Int, kernelRows: Int) -> Bool {
    let weights = kernels * min(channels, single.channels) * kernelRows * single.kernelColumns
    return room.weightBits(count: weights) <= room.weight
  }

  // MARK: The buffer

  /// Input of one channel of one image.
  func inputBits(rows: Int) -> Bits {
    let height = single.mostInputRows(rows)
    return room.inputBits(rows: height, in: single)
  }

  /// Sums of a strip.
  func sumBits(images: Int, kernels: Int, rows: Int) -> Bits {
    room.sumBits(count: images * kernels * rows * single.outputColumns)
  }

  /// A layout as a mapping of the layer.
  func mapping(_ layout: RowStationaryLayout, inputRoom: InputRoom) -> Mapping {
    Mapping(
      order: .pixelsOuter,
      tile: Tile(
        pixels: layout.images * layout.rows * single.outputColumns, kernels: layout.kernels,
        channels: min(layout.channelsPerPass, single.channels)),
      keepsInput: false, keepsWeights: false, images: layout.images, inputRoom: inputRoom,
      rowStationary: layout)
  }

  /// A group on the array with a layout of its own.
  func layer(_ layout: RowStationaryLayout, _ nest: LoopNest) -> RowStationaryLayer {
    RowStationaryLayer(spec: array.spec, layout: layout, nest: nest)
  }

  // MARK: What does not fit

  /// The plan of a mapper that found `best`, `leastRows` being the fewest kernel rows that it tries.
  func plan(_ best: TimedMapping?, leastRows: Int?) -> LayerPlan {
    best.map { .mapped($0) } ?? .short(shortage(kernelRows: leastRows ?? 1))
  }

  /// A window that is longer than an element's memory.
  var scratchpadShortage: ArrayShortage? {
    let spec = array.spec
    guard single.columns.held > spec.inputScratchpad else { return nil }
    return ArrayShortage(
      resource: "input_scratchpad", demand: room.inputBits(count: single.columns.held),
      bound: room.inputBits(count: spec.inputScratchpad),
      lever: .text("raise datapath.input_scratchpad to \(single.columns.held)"))
  }

  /// The smallest strip and its sums, or the weights of the smallest pass.
  func shortage(kernelRows: Int) -> ArrayShortage {
    let sums = sumBits(images: 1, kernels: 1, rows: 1)
    let input = inputBits(rows: 1) * room.alignment
    guard let left = room.input(beside: sums), input <= left else {
      return room.shortage(input: input, sums: sums)
    }
    return room.weightShortage(
      demand: room.weightBits(count: kernelRows * single.kernelColumns))
  }
}
