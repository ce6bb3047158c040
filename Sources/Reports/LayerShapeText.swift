internal import Networks

/// What reports say of a layer's windows.
enum LayerShapeText {
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
