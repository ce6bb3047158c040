/// An HDF5 file of weight tensors.
public struct WeightFile: Sendable {
  /// The file's path as the user gave it.
  public let path: String
  /// Every dataset that can be read as a tensor, sorted by name.
  public let tensors: [TensorDescription]
  /// The datasets of rank 0 or 1, such as biases and norms, sorted.
  public let others: [String]
  /// The datasets and links that cannot be read as tensors, sorted by name.
  public let unsupported: [UnsupportedDataset]
  /// Whether the file says that its weights were made up.
  public let isSynthetic: Bool
  private let source: any HDF5Source

  /// Opens a file and lists what it holds.
  public init(path: String) throws(InputError) {
    source = try HDF5Helper.source(path)
    let contents = try source.contents()
    self.path = path
    tensors = contents.tensors
    others = contents.others
    unsupported = contents.unsupported
    isSynthetic = contents.isSynthetic
  }

  /// Reads a prefix of a tensor block by block, values in OIHW order.
  ///
  /// The prefix holds the first kernels and channels; fewer rows and columns than stored are taken
  /// from the middle. `body` gets the first kernel of each block and the block's values, which are
  /// valid only during the call.
  public func read(
    _ tensor: TensorDescription, layout: WeightLayout, slice: TensorShape, kernelsPerBlock: Int,
    body: (Int, UnsafeBufferPointer<Float>) throws -> Void
  ) throws {
    let plan = try SlicePlan(
      tensor, layout: layout, slice: slice, kernelsPerBlock: kernelsPerBlock, file: path)
    let opened = try source.open(tensor)
    defer { opened.close() }
    var first = 0
    while first < slice.kernels {
      let count = min(plan.kernelsPerBlock, slice.kernels - first)
      let (start, extents) = plan.box(first: first, count: count)
      let values = plan.ordered(
        try opened.block(start: start, extents: extents), count: count)
      try values.withUnsafeBufferPointer { try body(first, $0) }
      first += count
    }
  }
}
