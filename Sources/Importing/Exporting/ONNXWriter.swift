internal import Networks

/// Writes layers as a model of ONNX without values: weights are made by `ConstantOfShape`, so that a
/// model of any size is a few kilobytes, and runs.
///
/// Every layer has an input and an output of its own. Source of numbers: `onnx.proto` of onnx/onnx,
/// operators of set 13.
struct ONNXWriter {
  private static let float = 1
  private static let int64 = 7

  private let name: String
  private var nodes: [[UInt8]] = []
  private var initializers: [[UInt8]] = []
  private var inputs: [[UInt8]] = []
  private var outputs: [[UInt8]] = []
  private var infos: [[UInt8]] = []

  init(name: String) { self.name = name }

  /// Adds a layer, or says why it cannot be expressed.
  mutating func add(_ layer: Layer, _ part: inout WorkloadExport.Part) {
    guard layer.maps == 1 else {
      part.leave(layer, "windows over \(layer.maps) planes, whose channels are not known any more")
      return
    }
    if layer.kernelRole != .weight {
      products(layer)
    } else if layer.operation == .fullyConnected && layer.kernelRows == 1 && layer.groups == 1 {
      product(layer, operator: "Gemm")
    } else if layer.operation == .linear && layer.groups == 1 {
      product(layer, operator: "MatMul")
    } else if layer.operation == .transposedConvolution {
      transposed(layer)
    } else {
      convolution(layer)
    }
    part.count(layer)
  }

  /// The file's bytes.
  var bytes: [UInt8] {
    var model = ProtocolBuffer()
    model.add(1, 8)  // ir_version
    model.add(2, "umemaki")  // producer_name
    model.add(7) { graph in
      for node in nodes { graph.add(1, node) }
      graph.add(2, name)
      for tensor in initializers { graph.add(5, tensor) }
      for value in inputs { graph.add(11, value) }
      for value in outputs { graph.add(12, value) }
      for value in infos { graph.add(13, value) }
    }
    model.add(8) { set in
      set.add(1, "")
      set.add(2, 13)
    }
    return model.bytes
  }

  // MARK: Layers

  private mutating func convolution(_ layer: Layer) {
    let (rows, columns) = (layer.rows, layer.columns)
    inputs.append(
      Self.value(layer.name + ".input", [1, layer.channels, rows.extent, columns.extent]))
    let weight = weights(
      layer, [layer.kernels, layer.channelsPerGroup, rows.kernel, columns.kernel])
    outputs.append(
      Self.value(layer.name + ".output", [1, layer.kernels, rows.outputs, columns.outputs]))
    node("Conv", layer.name, [layer.name + ".input", weight], layer.name + ".output") { node in
      Self.attribute("kernel_shape", [rows.kernel, columns.kernel], &node)
      Self.attribute("strides", [rows.stride, columns.stride], &node)
      Self.attribute("dilations", [rows.dilation, columns.dilation], &node)
      Self.attribute("pads", [rows.before, columns.before, rows.after, columns.after], &node)
      Self.attribute("group", layer.groups, &node)
    }
  }

  /// The padding of a transposed convolution follows from the zeros around the spread map, see
  /// `WindowAxis.init(transposed:)`.
  private mutating func transposed(_ layer: Layer) {
    let axes = [layer.rows, layer.columns]
    inputs.append(
      Self.value(layer.name + ".input", [1, layer.channels, axes[0].extent, axes[1].extent]))
    let weight = weights(
      layer,
      [layer.channels, layer.kernels / layer.groups, axes[0].kernel, axes[1].kernel])
    outputs.append(
      Self.value(layer.name + ".output", [1, layer.kernels, axes[0].outputs, axes[1].outputs]))
    let reaches = axes.map { $0.dilation * ($0.kernel - 1) }
    let before = zip(reaches, axes).map { $0 - $1.before }
    let further = zip(axes, reaches).map { max(0, $0.after - $1) }
    let after = zip(reaches, axes).map { max(0, $0 - $1.after) }
    node("ConvTranspose", layer.name, [layer.name + ".input", weight], layer.name + ".output") {
      node in
      Self.attribute("kernel_shape", axes.map(\.kernel), &node)
      Self.attribute("strides", axes.map(\.spread), &node)
      Self.attribute("dilations", axes.map(\.dilation), &node)
      Self.attribute("pads", before + after, &node)
      if further.contains(where: { $0 > 0 }) {
        Self.attribute("output_padding", further, &node)
      }
      Self.attribute("group", layer.groups, &node)
    }
  }

  private mutating func product(_ layer: Layer, operator word: String) {
    let positions = layer.inputRows * layer.inputColumns
    inputs.append(Self.value(layer.name + ".input", [positions, layer.channels]))
    let isGemm = word == "Gemm"
    let weight = weights(
      layer, isGemm ? [layer.kernels, layer.channels] : [layer.channels, layer.kernels])
    outputs.append(Self.value(layer.name + ".output", [positions, layer.kernels]))
    node(word, layer.name, [layer.name + ".input", weight], layer.name + ".output") { node in
      if isGemm { Self.attribute("transB", 1, &node) }
    }
  }

  /// A product of two activations, one per group.
  private mutating func products(_ layer: Layer) {
    let positions = layer.inputRows * layer.inputColumns
    let perGroup = layer.kernels / layer.groups
    let (first, second) = (layer.name + ".input", layer.name + ".second")
    inputs.append(Self.value(first, [layer.groups, positions, layer.channelsPerGroup]))
    inputs.append(Self.value(second, [layer.groups, layer.channelsPerGroup, perGroup]))
    outputs.append(Self.value(layer.name + ".output", [layer.groups, positions, perGroup]))
    node("MatMul", layer.name, [first, second], layer.name + ".output") { _ in }
  }

  /// Adds weights of zeros; gives their name.
  private mutating func weights(_ layer: Layer, _ extents: [Int]) -> String {
    let (shape, weight) = (layer.name + ".shape", layer.name + ".weight")
    var tensor = ProtocolBuffer()
    tensor.add(1, packed: [extents.count])
    tensor.add(2, Self.int64)
    tensor.add(7, packed: extents)
    tensor.add(8, shape)
    initializers.append(tensor.bytes)
    infos.append(Self.value(weight, extents))
    node("ConstantOfShape", weight, [shape], weight) { _ in }
    return weight
  }

  // MARK: Messages

  private mutating func node(
    _ word: String, _ name: String, _ inputs: [String], _ output: String,
    _ attributes: (inout ProtocolBuffer) -> Void
  ) {
    var node = ProtocolBuffer()
    for input in inputs { node.add(1, input) }
    node.add(2, output)
    node.add(3, name)
    node.add(4, word)
    attributes(&node)
    nodes.append(node.bytes)
  }

  private static func attribute(_ name: String, _ value: Int, _ node: inout ProtocolBuffer) {
    node.add(5) { attribute in
      attribute.add(1, name)
      attribute.add(3, value)
      attribute.add(20, 2)  // INT
    }
  }

  private static func attribute(_ name: String, _ values: [Int], _ node: inout ProtocolBuffer) {
    node.add(5) { attribute in
      attribute.add(1, name)
      for value in values { attribute.add(8, value) }
      attribute.add(20, 7)  // INTS
    }
  }

  private static func value(_ name: String, _ extents: [Int]) -> [UInt8] {
    var value = ProtocolBuffer()
    value.add(1, name)
    value.add(2) { type in
      type.add(1) { tensor in
        tensor.add(1, float)
        tensor.add(2) { shape in
          for extent in extents { shape.add(1) { $0.add(1, extent) } }
        }
      }
    }
    return value.bytes
  }
}
