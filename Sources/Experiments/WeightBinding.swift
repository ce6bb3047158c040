public import Inputs
public import Reports
public import Specs

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

  /// Statistics of each layer's tensor, in layer order.
  public func summaries(of network: Network) throws(InputError) -> [WeightSummary] {
    var result: [WeightSummary] = []
    // Datasets of other layers are no help to someone whose layer has none.
    let known = Set(network.layers.flatMap { names(of: $0.name) })
    for layer in network.layers { result.append(try summary(of: layer, bound: known)) }
    return result
  }

  private func names(of layer: String) -> [String] {
    let kinds = ["weight", "kernel:0", "kernel", "depthwise_kernel:0", "depthwise_kernel"]
    let last = layer.split(separator: "/").last.map(String.init) ?? layer
    return [layer, "\(layer).weight"] + kinds.map { "\(layer)/\($0)" }
      + kinds.map { "\(layer)/\(last)/\($0)" }
  }

  private func tensor(
    of layer: Layer, bound: Set<String>
  ) throws(InputError) -> TensorDescription {
    let candidates = names(of: layer.name)
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

  private func summary(of layer: Layer, bound: Set<String>) throws(InputError) -> WeightSummary {
    let tensor = try tensor(of: layer, bound: bound)
    let (layout, slice) = try place(tensor, layer)
    var nonZero = 0
    var elements = 0
    var fault: Int?
    do {
      try file.read(tensor, layout: layout, slice: slice, kernelsPerBlock: 64) { _, values in
        for value in values {
          if !value.isFinite, fault == nil { fault = elements }
          if value != 0 { nonZero += 1 }
          elements += 1
        }
      }
    } catch let error as InputError {
      throw error
    } catch {
      throw InputError("\(error)", file: file.path, path: tensor.dataset)
    }
    if let fault {
      throw InputError(
        "element \(fault) of layer \(layer.name) (OIHW order) is not a finite number",
        file: file.path, path: tensor.dataset)
    }
    return WeightSummary(
      scheme: tensor.scheme ?? tensor.elementType.rawValue,
      density: Double(nonZero) / Double(max(elements, 1)), dataset: tensor.dataset,
      elements: elements)
  }

  private static func text(_ dimensions: [Int]) -> String {
    dimensions.map(String.init).joined(separator: " x ")
  }
}
