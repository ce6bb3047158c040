/// Which part of a stored tensor to read, checked against its dimensions.
struct SlicePlan {
  /// The most values read at once, whatever number of kernels was asked for.
  private static let blockLimit = 1 << 28

  let layout: WeightLayout
  let rank: Int
  let slice: TensorShape
  let kernelsPerBlock: Int
  /// The first row and column taken.
  let rowOffset: Int
  let columnOffset: Int
  /// How many values one kernel of the slice has.
  let kernelSize: Int

  init(
    _ tensor: TensorDescription, layout: WeightLayout, slice: TensorShape, kernelsPerBlock: Int,
    file: String
  ) throws(InputError) {
    func error(_ message: String) -> InputError {
      InputError(message, file: file, path: tensor.dataset)
    }
    guard let whole = layout.shape(of: tensor.dimensions) else {
      throw error("has rank \(tensor.dimensions.count), expected 2 or 4")
    }
    let extents = [
      ("kernels", slice.kernels, whole.kernels), ("channels", slice.channels, whole.channels),
      ("rows", slice.rows, whole.rows), ("columns", slice.columns, whole.columns),
    ]
    for (name, wanted, stored) in extents where wanted < 1 || wanted > stored {
      throw error("has \(stored) \(name), cannot take \(wanted)")
    }
    var size = 1
    for extent in [slice.channels, slice.rows, slice.columns] {
      let (product, isOver) = size.multipliedReportingOverflow(by: extent)
      if isOver || product > Self.blockLimit {
        throw error("a kernel of \(slice.channels) x \(slice.rows) x \(slice.columns) is too large")
      }
      size = product
    }
    let block = min(max(1, kernelsPerBlock), slice.kernels, Self.blockLimit / size)
    self.layout = layout
    self.rank = tensor.dimensions.count
    self.slice = slice
    self.kernelsPerBlock = block
    rowOffset = (whole.rows - slice.rows) / 2
    columnOffset = (whole.columns - slice.columns) / 2
    kernelSize = size
  }

  /// The corner and extents of a block of kernels in stored order.
  func box(first: Int, count: Int) -> (start: [Int], extents: [Int]) {
    switch (layout, rank) {
    case (.oihw, 4):
      (
        [first, 0, rowOffset, columnOffset], [count, slice.channels, slice.rows, slice.columns]
      )
    case (.hwio, 4):
      (
        [rowOffset, columnOffset, 0, first], [slice.rows, slice.columns, slice.channels, count]
      )
    case (.oihw, _): ([first, 0], [count, slice.channels])
    case (.hwio, _): ([0, first], [slice.channels, count])
    }
  }

  /// Values of a block brought from stored order to OIHW order.
  func ordered(_ stored: [Float], count: Int) -> [Float] {
    if layout == .oihw { return stored }
    let area = slice.rows * slice.columns
    var result = [Float](repeating: 0, count: stored.count)
    for place in 0..<area {
      for channel in 0..<slice.channels {
        let from = (place * slice.channels + channel) * count
        for kernel in 0..<count {
          result[(kernel * slice.channels + channel) * area + place] = stored[from + kernel]
        }
      }
    }
    return result
  }
}
