internal import Networks

/// Layers as nodes of ONNX. Maps are `[1, channels, rows, columns]`, vectors `[positions, features]`.
extension ONNXFile {
  /// How ONNX has a layer's operands and result.
  struct LayerForm {
    /// The operand, or both of a product of activations.
    let operands: [[Int]]
    /// The result.
    let result: [Int]
  }

  /// The shapes under which a layer reads and writes.
  static func form(of layer: Layer) -> LayerForm {
    let positions = layer.inputRows * layer.inputColumns
    if layer.kernelRole != .weight {
      let (groups, depth) = (layer.groups, layer.channelsPerGroup)
      let perGroup = layer.kernels / groups
      return LayerForm(
        operands: [[groups, positions, depth], [groups, depth, perGroup]],
        result: [groups, positions, perGroup])
    }
    if isProduct(layer) {
      return LayerForm(
        operands: [[positions, layer.channels]], result: [positions, layer.kernels])
    }
    return LayerForm(
      operands: [[1, layer.channels, layer.rows.extent, layer.columns.extent]],
      result: [1, layer.kernels, layer.rows.outputs, layer.columns.outputs])
  }

  private static func isProduct(_ layer: Layer) -> Bool {
    layer.groups == 1
      && (layer.operation == .linear || layer.operation == .fullyConnected && layer.kernelRows == 1)
  }

  /// A layer that reads values under the shapes of its form; gives its result.
  mutating func layer(_ layer: Layer, _ operands: [String]) -> String {
    if layer.kernelRole != .weight {
      return node("MatMul", layer.name, operands, as: layer.name + ".output")
    }
    if Self.isProduct(layer) { return product(layer, operands) }
    return layer.operation == .transposedConvolution
      ? transposed(layer, operands) : convolution(layer, operands)
  }

  private mutating func product(_ layer: Layer, _ operands: [String]) -> String {
    let isGemm = layer.operation == .fullyConnected
    let weight = weights(
      layer.name, isGemm ? [layer.kernels, layer.channels] : [layer.channels, layer.kernels])
    return node(
      isGemm ? "Gemm" : "MatMul", layer.name, operands + [weight], as: layer.name + ".output"
    ) { node in
      if isGemm { Self.attribute("transB", 1, &node) }
    }
  }

  private mutating func convolution(_ layer: Layer, _ operands: [String]) -> String {
    let (rows, columns) = (layer.rows, layer.columns)
    let weight = weights(
      layer.name, [layer.kernels, layer.channelsPerGroup, rows.kernel, columns.kernel])
    return node("Conv", layer.name, operands + [weight], as: layer.name + ".output") { node in
      Self.attribute("kernel_shape", [rows.kernel, columns.kernel], &node)
      Self.attribute("strides", [rows.stride, columns.stride], &node)
      Self.attribute("dilations", [rows.dilation, columns.dilation], &node)
      Self.attribute("pads", [rows.before, columns.before, rows.after, columns.after], &node)
      Self.attribute("group", layer.groups, &node)
    }
  }

  /// The padding of a transposed convolution follows from the zeros around the spread map, see
  /// `WindowAxis.init(transposed:)`.
  private mutating func transposed(_ layer: Layer, _ operands: [String]) -> String {
    let axes = [layer.rows, layer.columns]
    let weight = weights(
      layer.name,
      [layer.channels, layer.kernels / layer.groups, axes[0].kernel, axes[1].kernel])
    let reaches = axes.map { $0.dilation * ($0.kernel - 1) }
    let before = zip(reaches, axes).map { $0 - $1.before }
    let further = zip(axes, reaches).map { max(0, $0.after - $1) }
    let after = zip(reaches, axes).map { max(0, $0 - $1.after) }
    return node("ConvTranspose", layer.name, operands + [weight], as: layer.name + ".output") {
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
}
