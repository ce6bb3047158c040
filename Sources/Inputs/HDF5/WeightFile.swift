/// A file of weight tensors: HDF5, safetensors, or the HDF5 within a `.keras` archive.
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
  /// Which tensor belongs to which layer; nil where names say it.
  public let map: WeightMap?
  private let source: any HDF5Source

  /// Opens a file, or the one that a `WeightMap` at `path` names, and lists what it holds.
  public init(path: String) throws(InputError) {
    map = WeightMap.isOne(path) ? try WeightMap(path: path) : nil
    let file = map?.weights ?? path
    source = try WeightSource.of(file)
    var contents = try source.contents()
    if let map {
      for index in contents.tensors.indices where contents.tensors[index].layout == nil {
        contents.tensors[index].layout = map.layout
      }
      let names = Set(contents.tensors.map(\.dataset))
      for (layer, entry) in map.layers.sorted(by: { $0.key < $1.key })
      where !names.contains(entry.dataset) {
        let reason = contents.unsupported.first { $0.dataset == entry.dataset }?.reason
        let near = nearestName(to: entry.dataset, among: Array(names))
        throw InputError(
          reason.map { "`\(entry.dataset)` of \(file) \($0)" }
            ?? "\(file) has no tensor `\(entry.dataset)`"
            + (near.map { ", did you mean `\($0)`?" } ?? ""), at: entry.place,
          path: "layers.\(layer)")
      }
    }
    self.path = file
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
