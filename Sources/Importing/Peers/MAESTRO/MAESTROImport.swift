internal import Inputs
internal import Networks

/// Turns networks of MAESTRO into layers.
enum MAESTROImport {
  /// The layers of a file.
  static func network(of file: MAESTROFile) throws(InputError) -> PeerNetwork {
    var network = PeerNetwork(format: "MAESTRO")
    let words = file.leftOut.filter { $0.lowercased() != "dataflow" }
    if !words.isEmpty {
      network.note(
        "\(words.map(ONNXText.quoted).joined(separator: ", ")) left out: nothing of a layer's shape"
      )
    }
    if file.layers.contains(where: { ($0.dimensions["R"]?.value ?? 1) > 1 }) {
      network.note(
        "MAESTRO knows no padding: maps are taken as they stand, and windows stay within them")
    }
    for layer in file.layers { try add(layer, to: &network) }
    return network
  }

  private static func add(
    _ layer: MAESTROFile.Layer, to network: inout PeerNetwork
  ) throws(InputError) {
    guard let type = layer.type else {
      throw InputError("layer \(ONNXText.quoted(layer.name)) has no `Type:`", at: layer.place)
    }
    switch type.word.uppercased() {
    case "CONV", "FC": try network.add(try convolution(layer))
    case "DSCONV": try network.add(try depthwise(layer))
    case "NGCONV": try network.add(try grouped(layer, &network))
    case "TRCONV": try network.add(try transposed(layer, &network))
    case "GEMM": try network.add(try product(layer))
    case "BMM": try network.add(try products(layer))
    case "POOL", "POOLING": network.leaveOut(type.word)
    default:
      network.refuse(
        type.word, "a type that is not known here",
        at: "\(type.place) (\(ONNXText.quoted(layer.name)))", macs: nil)
    }
  }

  private static func value(
    _ layer: MAESTROFile.Layer, _ name: String, default fallback: Int? = nil
  ) throws(InputError) -> Int {
    guard let value = layer.dimensions[name]?.value ?? fallback else {
      throw InputError(
        "layer \(ONNXText.quoted(layer.name)) has no dimension `\(name)`", at: layer.place)
    }
    return value
  }

  /// Throws for a dimension that the type does not have.
  private static func check(
    _ layer: MAESTROFile.Layer, _ known: [String]
  ) throws(InputError) {
    let unknown = layer.dimensions.filter { !known.contains($0.key) }.min { $0.key < $1.key }
    if let unknown {
      throw InputError(
        "layer \(ONNXText.quoted(layer.name)) of type \(layer.type?.word ?? "") has no dimension "
          + "`\(unknown.key)`, expected \(known.joined(separator: ", "))", at: unknown.value.place)
    }
    for (name, stride) in layer.strides where !["X", "Y"].contains(name) {
      throw InputError("expected the strides X and Y, found `\(name)`", at: stride.place)
    }
  }

  /// Rows or columns of the map: as stated, or what as many outputs as stated read.
  private static func extent(
    _ layer: MAESTROFile.Layer, _ name: String, kernel: Int, stride: Int
  ) throws(InputError) -> Int {
    if let map = layer.dimensions[name] {
      guard map.value >= kernel else {
        throw InputError(
          "a window of \(kernel) does not fit `\(name)` of layer \(ONNXText.quoted(layer.name)), "
            + "\(map.value)", at: map.place)
      }
      return map.value
    }
    guard let outputs = layer.dimensions["\(name)'"] else {
      throw InputError(
        "layer \(ONNXText.quoted(layer.name)) has no dimension `\(name)` or `\(name)'`",
        at: layer.place)
    }
    let steps = (outputs.value - 1).multipliedReportingOverflow(by: stride)
    guard !steps.overflow, steps.partialValue < 1 << 31 else {
      throw InputError(
        "`\(name)'` of \(outputs.value) with a stride of \(stride) is too large", at: outputs.place)
    }
    return steps.partialValue + kernel
  }

  private static func windows(_ layer: MAESTROFile.Layer) throws(InputError) -> PeerLayer {
    try check(layer, ["N", "G", "K", "C", "R", "S", "Y", "X", "Y'", "X'"])
    let kernel = PeerLayer.Pair(
      try value(layer, "R", default: 1), try value(layer, "S", default: 1))
    let stride = PeerLayer.Pair(
      layer.strides["Y"]?.value ?? 1, layer.strides["X"]?.value ?? 1)
    let map = PeerLayer.Pair(
      try extent(layer, "Y", kernel: kernel.rows, stride: stride.rows),
      try extent(layer, "X", kernel: kernel.columns, stride: stride.columns))
    var result = PeerLayer(
      name: layer.name, channels: try value(layer, "C"), map: map, kernels: 1, place: layer.place)
    (result.kernel, result.stride) = (kernel, stride)
    result.batch = try value(layer, "N", default: 1)
    return result
  }

  private static func convolution(_ layer: MAESTROFile.Layer) throws(InputError) -> PeerLayer {
    var result = try windows(layer)
    result.kernels = try value(layer, "K")
    result.groups = try value(layer, "G", default: 1)
    let one = PeerLayer.Pair(1, 1)
    if result.map == one, result.groups == 1, result.batch == 1 {
      result.operation = .fullyConnected
    }
    return result
  }

  /// K of a depthwise convolution is the outputs of each channel: 1, or as many as there are channels
  /// where a file counts them all.
  private static func depthwise(_ layer: MAESTROFile.Layer) throws(InputError) -> PeerLayer {
    var result = try windows(layer)
    let outputs = try value(layer, "K", default: 1)
    if outputs == 1 || outputs == result.channels {
      result.operation = .depthwiseConvolution
      result.kernels = result.channels
    } else {
      let all = outputs.multipliedReportingOverflow(by: result.channels)
      result.kernels = all.overflow ? .max : all.partialValue
      result.groups = result.channels
    }
    return result
  }

  /// K of a grouped convolution is of each group, C of all.
  ///
  /// A K that equals C counts all outputs.
  private static func grouped(
    _ layer: MAESTROFile.Layer, _ network: inout PeerNetwork
  ) throws(InputError) -> PeerLayer {
    var result = try windows(layer)
    let (groups, kernels) = (try value(layer, "G"), try value(layer, "K"))
    result.groups = groups
    if kernels == result.channels, kernels.isMultiple(of: groups), groups > 1, kernels > groups {
      result.kernels = kernels
      network.note("grouped convolutions with K equal to C: K is read as the outputs of all groups")
    } else {
      let all = kernels.multipliedReportingOverflow(by: groups)
      result.kernels = all.overflow ? .max : all.partialValue
      network.note(
        "grouped convolutions: K is read as the outputs of each group, C as all channels")
    }
    return result
  }

  /// A transposed convolution; without a stride its windows lie beside one another.
  private static func transposed(
    _ layer: MAESTROFile.Layer, _ network: inout PeerNetwork
  ) throws(InputError) -> PeerLayer {
    var result = try windows(layer)
    result.kernels = try value(layer, "K")
    result.operation = .transposedConvolution
    if layer.strides.isEmpty {
      result.stride = result.kernel
      network.note("transposed convolutions without `Stride` step by their kernel")
    }
    return result
  }

  private static func product(_ layer: MAESTROFile.Layer) throws(InputError) -> PeerLayer {
    try check(layer, ["M", "N", "K"])
    return PeerLayer.product(
      layer.name, rows: try value(layer, "M"), depth: try value(layer, "K"),
      columns: try value(layer, "N"), at: layer.place)
  }

  /// Products of matrices that differ from one to the next are groups.
  private static func products(_ layer: MAESTROFile.Layer) throws(InputError) -> PeerLayer {
    try check(layer, ["B", "M", "N", "K"])
    let batch = try value(layer, "B")
    func times(_ name: String) throws(InputError) -> Int {
      let product = try value(layer, name).multipliedReportingOverflow(by: batch)
      return product.overflow ? .max : product.partialValue
    }
    return PeerLayer.product(
      layer.name, rows: try value(layer, "M"), depth: try times("K"), columns: try times("N"),
      groups: batch, at: layer.place)
  }
}
