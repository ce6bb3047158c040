package import Networks

/// What reports say of a layer's extents.
package enum LayerShapeText {
  /// Channels, kernels, windows and map in a few characters.
  package static func text(of layer: Layer) -> String {
    let kernel = "\(layer.kernelRows)x\(layer.kernelColumns)\(stride(of: layer))"
    switch layer.operation {
    case .convolution, .transposedConvolution:
      return "\(layer.channels)->\(layer.kernels) \(kernel) @\(layer.inputRows)"
    case .depthwiseConvolution: return "\(layer.kernels) dw \(kernel) @\(layer.inputRows)"
    case .fullyConnected: return "\(layer.channels)->\(layer.kernels) fc"
    case .linear, .matrixProduct:
      return "\(layer.channels)->\(layer.kernels) @\(layer.outputPixels)"
    }
  }

  /// Steps, gaps and spread behind a kernel's size, nothing for a dense kernel of step 1.
  static func stride(of layer: Layer) -> String {
    func both(_ value: KeyPath<WindowAxis, Int>, _ mark: String) -> String {
      let (row, column) = (layer.rows[keyPath: value], layer.columns[keyPath: value])
      guard row != 1 || column != 1 else { return "" }
      return mark + (row == column ? "\(row)" : "\(row)x\(column)")
    }
    return both(\.stride, "/") + both(\.dilation, " d") + both(\.spread, " *")
  }
}
