public import Components
public import Inputs
public import Networks
public import Reports
public import WeightAnalysis

/// Binds the tensors of a weight file to the layers of a network.
public struct WeightBinding: Sendable {
  private let file: WeightFile
  private let layout: WeightLayout?
  private let allowsSlices: Bool
  /// The tensors by the names that layers may know them by.
  private let index: [String: [TensorDescription]]
  private let schemes: [QuantizationScheme]

  /// Binds tensors of `file`; `layout` is used where the file does not say, and slices of larger
  /// tensors are allowed for the sub-networks of a supernet.
  ///
  /// Quantized tensors have an alphabet of one of `quantizers`.
  public init(
    _ file: WeightFile, layout: WeightLayout?, allowsSlices: Bool,
    quantizers: Registry<any Quantizer> = Quantizers.registry
  ) {
    schemes = quantizers.schemes
    self.file = file
    self.layout = layout
    self.allowsSlices = allowsSlices
    index = Self.index(file.weights.map { ($0.dataset, $0) })
  }

  /// What a weight file holds for a network.
  public struct Bound: Sendable {
    /// Statistics of each layer's tensor, in layer order; nil for a layer without weights.
    public var summaries: [WeightSummary?] = []
    /// The tensors of quantized layers, by layer name.
    public var tensors: [String: QuantizedTensor] = [:]
    /// How a codec stores the tensors of layers, by layer name.
    public var coded: [String: KernelStorage] = [:]
  }

  /// Slices of a file's tensors that were read, so that networks that share layers read them once.
  public struct Slices: Sendable {
    /// A layer's name and the extents of its weights: one tensor, one slice.
    struct Key: Hashable {
      let layer: String
      let extents: [Int]
      /// Whether the layer is a depthwise convolution, whose kernels may be stored in another order.
      let groups: Int
    }

    /// A slice, quantized where it is, and what a report says of it.
    struct Slice: Sendable {
      let tensor: QuantizedTensor?
      let summary: WeightSummary
      var coded: KernelStorage?
    }

    private let capacity: Int
    private var known: [Key: Slice] = [:]

    /// Remembers up to `capacity` slices, then forgets them all.
    public init(capacity: Int = .max) { self.capacity = capacity }

    /// Slices that were read and are remembered.
    var count: Int { known.count }

    mutating func slice(
      of layer: Layer, _ read: () throws(InputError) -> Slice
    ) throws(InputError) -> Slice {
      let key = Key(
        layer: layer.name,
        extents: [
          layer.kernels, layer.channels, layer.kernelRows, layer.kernelColumns,
        ], groups: layer.groups)
      if let slice = known[key] { return slice }
      let slice = try read()
      if known.count >= capacity { known.removeAll() }
      known[key] = slice
      return slice
    }
  }

  /// Statistics of each layer's tensor, and the tensors that are quantized.
  public func bind(_ network: Network) throws(InputError) -> Bound {
    var slices = Slices()
    return try bind(network, slices: &slices)
  }

  /// The same, with slices that `slices` has from other networks of the same file.
  public func bind(_ network: Network, slices: inout Slices) throws(InputError) -> Bound {
    var result = Bound()
    try checkMap(network)
    for layer in network.layers {
      guard layer.kernelRole == .weight else {
        result.summaries.append(nil)
        continue
      }
      let slice = try slices.slice(of: layer) { () throws(InputError) in
        try self.slice(of: layer, network)
      }
      result.tensors[layer.name] = slice.tensor
      result.coded[layer.name] = slice.coded
      result.summaries.append(slice.summary)
    }
    return result
  }

  private func slice(of layer: Layer, _ network: Network) throws(InputError) -> Slices.Slice {
    let tensor = try tensor(of: layer, network)
    let values = TensorValues(file: file, tensor: tensor, place: try place(tensor, layer))
    if let coded = try values.coded() {
      let count = coded.shape.count
      let zeros = coded.values().count { $0 == 0 }
      return Slices.Slice(
        tensor: nil,
        summary: WeightSummary(
          scheme: CodebookCodec.name, density: Double(count - zeros) / Double(count),
          dataset: tensor.dataset, elements: count),
        coded: KernelStorage(KernelStorage.Coded(bits: coded.bits, elements: count)))
    }
    guard let quantized = try values.quantized(among: schemes) else {
      return Slices.Slice(tensor: nil, summary: try values.summary())
    }
    return Slices.Slice(
      tensor: quantized,
      summary: WeightSummary(
        scheme: quantized.scheme.name, density: quantized.density,
        dataset: tensor.dataset, elements: quantized.shape.count))
  }

  /// Things by the names of their datasets, with and without what stands around a name.
  private static func index<Value>(_ entries: [(dataset: String, Value)]) -> [String: [Value]] {
    var index: [String: [Value]] = [:]
    for (dataset, value) in entries {
      for name in Set([dataset, WeightNames.stem(dataset)]) {
        index[name, default: []].append(value)
      }
    }
    return index
  }

  private func tensor(
    of layer: Layer, _ network: Network
  ) throws(InputError) -> TensorDescription {
    if let entry = file.map?.layers[layer.name],
      let tensor = file.weights.first(where: { $0.dataset == entry.dataset })
    {
      return tensor
    }
    let said = file.weights.filter { $0.layer == layer.name }
    if said.count == 1 { return said[0] }
    let candidates = Set(WeightNames.names(of: layer.name))
    var found: [TensorDescription] = []
    for name in candidates.sorted() {
      for tensor in index[name] ?? [] where !found.contains(tensor) { found.append(tensor) }
    }
    if let first = found.first {
      guard found.count == 1 else {
        let names = found.map(\.dataset).sorted()
        throw InputError(
          "layer \(layer.name) could be bound to \(names.joined(separator: " or "))",
          file: file.path, path: names.first ?? first.dataset)
      }
      return first
    }
    let fits = { (dataset: String) in
      !WeightNames.isOptimizerState(dataset)
        && (candidates.contains(dataset) || candidates.contains(WeightNames.stem(dataset)))
    }
    if let refused = file.unsupported.first(where: { fits($0.dataset) }) {
      throw InputError(refused.reason, file: file.path, path: refused.dataset)
    }
    if let other = file.others.first(where: fits) {
      throw InputError(
        "layer \(layer.name) needs a tensor of rank 2 or 4, found rank 0 or 1", file: file.path,
        path: other)
    }
    // Datasets of other layers are no help to someone whose layer has none.
    let bound = Set(network.layers.flatMap { WeightNames.names(of: $0.name) })
    throw InputError(
      "no tensor for layer \(layer.name), expected a dataset `\(layer.name).weight` or "
        + "`\(layer.name)/kernel:0`\(nearest(to: layer, bound) ?? fitting(layer, bound)); "
        + file.holdings,
      file: file.path)
  }

  /// The dataset whose layer is called most like `layer`, for a message.
  private func nearest(to layer: Layer, _ bound: Set<String>) -> String? {
    let free = file.weights.map(\.dataset).filter {
      !bound.contains($0) && !bound.contains(WeightNames.stem($0))
    }
    let names = free.map(WeightNames.layer)
    guard let near = nearestName(to: layer.name, among: names),
      let place = names.firstIndex(of: near)
    else { return nil }
    return "; the nearest is `\(free[place])`"
  }

  /// The datasets of no other layer that have the layer's shape, for a message.
  private func fitting(_ layer: Layer, _ bound: Set<String>) -> String {
    let names = file.weights.filter { tensor in
      !bound.contains(tensor.dataset) && !bound.contains(WeightNames.stem(tensor.dataset))
        && (tensor.layout.map { [$0] } ?? WeightLayout.allCases).contains {
          place(tensor, layer, $0) != nil
        }
    }.map { "`\($0.dataset)`" }
    guard !names.isEmpty, !allowsSlices else { return "" }
    let shown = names.prefix(4).joined(separator: ", ")
    let rest = names.count > 4 ? " and \(names.count - 4) more" : ""
    return
      "; \(names.count == 1 ? "this one has" : "these have") its shape: \(shown)\(rest), a map "
      + "says which (`weights: FILE`, `layers: {\(layer.name): ...}`)"
  }

  /// Throws where the map names a layer that the network does not have.
  private func checkMap(_ network: Network) throws(InputError) {
    guard let map = file.map, !allowsSlices else { return }
    let names = network.layers.map(\.name)
    for (layer, entry) in map.layers.sorted(by: { $0.key < $1.key }) where !names.contains(layer) {
      let near = nearestName(to: layer, among: names).map { ", did you mean `\($0)`?" }
      throw InputError(
        "the workload has no layer `\(layer)`\(near ?? "")", at: entry.place,
        path: "layers.\(layer)")
    }
  }

  /// The layout that makes `tensor` fit `layer`, and the slice to read.
  ///
  /// What the file says of the layout holds; `--layout` decides where both fit.
  private func place(
    _ tensor: TensorDescription, _ layer: Layer
  ) throws(InputError) -> WeightPlace {
    let candidates = tensor.layout.map { [$0] } ?? WeightLayout.allCases
    var fitting = candidates.compactMap { place(tensor, layer, $0) }
    if fitting.count > 1, let layout {
      fitting = fitting.filter { $0.layout == layout }
    }
    guard let first = fitting.first else {
      throw InputError(
        "shape \(WeightFile.text(tensor.dimensions)) does not fit layer \(layer.name), expected "
          + "\(layer.kernels) x \(layer.channelsPerGroup) x \(layer.kernelRows) x \(layer.kernelColumns) (OIHW)"
          + (tensor.layout.map { ", read as \($0.rawValue)" } ?? ""),
        file: file.path, path: tensor.dataset)
    }
    guard fitting.count == 1 else {
      throw InputError(
        "shape \(WeightFile.text(tensor.dimensions)) fits layer \(layer.name) as OIHW and as HWIO; give "
          + "the dataset a `layout` attribute or use --layout",
        file: file.path, path: tensor.dataset)
    }
    return first
  }

  private func place(
    _ tensor: TensorDescription, _ layer: Layer, _ layout: WeightLayout
  ) -> WeightPlace? {
    guard let shape = layout.shape(of: tensor.dimensions) else { return nil }
    var wanted = TensorShape(
      kernels: layer.kernels, channels: layer.channelsPerGroup, rows: layer.kernelRows,
      columns: layer.kernelColumns)
    // Keras keeps a depthwise kernel as (rows, columns, channels, outputs per channel).
    let outputs = layer.kernels / max(layer.channels, 1)
    let isDepthwise =
      layout == .hwio && layer.channelsPerGroup == 1 && layer.channels > 1
      && tensor.dimensions.count == 4 && shape.kernels == outputs && shape.channels > 1
    if isDepthwise { (wanted.kernels, wanted.channels) = (outputs, layer.channels) }
    let holds =
      shape.kernels >= wanted.kernels && shape.channels >= wanted.channels
      && shape.rows >= wanted.rows && shape.columns >= wanted.columns
    guard shape == wanted || allowsSlices && holds else { return nil }
    return WeightPlace(layout: layout, slice: wanted, isDepthwise: isDepthwise)
  }
}
