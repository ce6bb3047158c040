public import Inputs
public import Reports
public import Specs
public import WeightAnalysis

/// Binds the tensors of a weight file to the layers of a network.
public struct WeightBinding: Sendable {
  private let file: WeightFile
  private let layout: WeightLayout?
  private let allowsSlices: Bool

  /// Binds tensors of `file`; `layout` is used where the file does not say, and slices of larger
  /// tensors are allowed for the sub-networks of a supernet.
  public init(_ file: WeightFile, layout: WeightLayout?, allowsSlices: Bool) {
    self.file = file
    self.layout = layout
    self.allowsSlices = allowsSlices
  }

  /// What a weight file holds for a network.
  public struct Bound: Sendable {
    /// Statistics of each layer's tensor, in layer order.
    public var summaries: [WeightSummary] = []
    /// The tensors of quantized layers, by layer name.
    public var tensors: [String: QuantizedTensor] = [:]
  }

  /// Statistics of each layer's tensor, and the tensors that are quantized.
  public func bind(_ network: Network) throws(InputError) -> Bound {
    // Datasets of other layers are no help to someone whose layer has none.
    let known = Set(network.layers.flatMap { Self.names(of: $0.name) })
    var result = Bound()
    for layer in network.layers {
      let tensor = try tensor(of: layer, bound: known)
      let (layout, slice) = try place(tensor, layer)
      let values = TensorValues(file: file, tensor: tensor, layout: layout, slice: slice)
      if let quantized = try values.quantized() {
        result.tensors[layer.name] = quantized
        result.summaries.append(
          WeightSummary(
            scheme: quantized.scheme.rawValue, density: quantized.density,
            dataset: tensor.dataset, elements: quantized.shape.count))
      } else {
        result.summaries.append(try values.summary())
      }
    }
    return result
  }

  static func names(of layer: String) -> [String] {
    let kinds = ["weight", "kernel:0", "kernel", "depthwise_kernel:0", "depthwise_kernel"]
    let last = layer.split(separator: "/").last.map(String.init) ?? layer
    return [layer, "\(layer).weight"] + kinds.map { "\(layer)/\($0)" }
      + kinds.map { "\(layer)/\(last)/\($0)" }
  }

  private func tensor(
    of layer: Layer, bound: Set<String>
  ) throws(InputError) -> TensorDescription {
    let candidates = Self.names(of: layer.name)
    let found = file.tensors.filter { candidates.contains($0.dataset) }
    if let first = found.first {
      guard found.count == 1 else {
        throw InputError(
          "layer \(layer.name) could be bound to \(found.map(\.dataset).joined(separator: " or "))",
          file: file.path, path: first.dataset)
      }
      return first
    }
    if let refused = file.unsupported.first(where: { candidates.contains($0.dataset) }) {
      throw InputError(refused.reason, file: file.path, path: refused.dataset)
    }
    if let other = file.others.first(where: { candidates.contains($0) }) {
      throw InputError(
        "layer \(layer.name) needs a tensor of rank 2 or 4, found rank 0 or 1", file: file.path,
        path: other)
    }
    let free = file.tensors.map(\.dataset).filter { !bound.contains($0) }
    let near = nearestName(to: "\(layer.name).weight", among: free)
    throw InputError(
      "no tensor for layer \(layer.name), expected a dataset `\(layer.name).weight` or "
        + "`\(layer.name)/kernel:0`" + (near.map { "; the nearest is `\($0)`" } ?? ""),
      file: file.path)
  }

  /// The layout of a tensor that belongs to no known layer, and all of it as a slice.
  static func place(
    _ tensor: TensorDescription, in file: WeightFile, layout: WeightLayout?
  ) throws(InputError) -> (layout: WeightLayout, slice: TensorShape) {
    guard let known = tensor.layout ?? layout else {
      throw InputError(
        "no layout; give the dataset or the file a `layout` attribute, or use --layout",
        file: file.path, path: tensor.dataset)
    }
    guard let slice = known.shape(of: tensor.dimensions) else {
      throw InputError(
        "shape \(text(tensor.dimensions)) is not \(known.rawValue)", file: file.path,
        path: tensor.dataset)
    }
    return (known, slice)
  }

  /// The layout that makes `tensor` fit `layer`, and the slice to read.
  private func place(
    _ tensor: TensorDescription, _ layer: Layer
  ) throws(InputError) -> (layout: WeightLayout, slice: TensorShape) {
    let known = tensor.layout ?? layout
    let candidates = known.map { [$0] } ?? WeightLayout.allCases
    let fitting = candidates.compactMap { layout in
      slice(tensor, layer, layout).map { (layout: layout, slice: $0) }
    }
    guard let first = fitting.first else {
      throw InputError(
        "shape \(Self.text(tensor.dimensions)) does not fit layer \(layer.name), expected "
          + "\(layer.kernels) x \(layer.channelsPerGroup) x \(layer.kernelRows) x \(layer.kernelColumns) (OIHW)"
          + (known.map { ", read as \($0.rawValue)" } ?? ""),
        file: file.path, path: tensor.dataset)
    }
    guard fitting.count == 1 else {
      throw InputError(
        "shape \(Self.text(tensor.dimensions)) fits layer \(layer.name) as OIHW and as HWIO; give "
          + "the dataset a `layout` attribute or use --layout",
        file: file.path, path: tensor.dataset)
    }
    return first
  }

  private func slice(
    _ tensor: TensorDescription, _ layer: Layer, _ layout: WeightLayout
  ) -> TensorShape? {
    guard let shape = layout.shape(of: tensor.dimensions) else { return nil }
    var wanted = TensorShape(
      kernels: layer.kernels, channels: layer.channelsPerGroup, rows: layer.kernelRows,
      columns: layer.kernelColumns)
    // Keras keeps a depthwise kernel as (rows, columns, channels, 1).
    if layer.operation == .depthwiseConvolution, layout == .hwio, shape.kernels == 1 {
      (wanted.kernels, wanted.channels) = (1, layer.kernels)
    }
    if shape == wanted { return wanted }
    let holds =
      shape.kernels >= wanted.kernels && shape.channels >= wanted.channels
      && shape.rows >= wanted.rows && shape.columns >= wanted.columns
    return allowsSlices && holds ? wanted : nil
  }

  private static func text(_ dimensions: [Int]) -> String {
    dimensions.map(String.init).joined(separator: " x ")
  }
}
