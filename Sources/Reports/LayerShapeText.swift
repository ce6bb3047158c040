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

  /// The extents of a layer, by their letters.
  static func extents(of layer: Layer) -> [String: JSONValue] {
    [
      "k": .integer(layer.kernels), "c": .integer(layer.channels),
      "r": .integer(layer.kernelRows), "s": .integer(layer.kernelColumns),
      "h": .integer(layer.inputRows), "w": .integer(layer.inputColumns),
      "stride": .integer(layer.rows.stride), "padding": .integer(layer.rows.before),
      "groups": .integer(layer.groups),
    ].merging(windows(of: layer)) { first, _ in first }
  }

  /// The extents of work on a vector unit: independent pieces, and what each reads, writes and does.
  static func extents(of work: VectorWork) -> [String: JSONValue] {
    [
      "pieces": .integer(work.pieces), "reads": .array(work.reads.map { .integer($0) }),
      "writes": .integer(work.writes), "operations": .integer(work.operations),
    ]
  }

  /// Both directions in full, where one stride and one padding do not say everything.
  static func windows(of layer: Layer) -> [String: JSONValue] {
    var members: [String: JSONValue] = [:]
    let axes = [("rows", layer.rows), ("columns", layer.columns)]
    let isEven = axes.allSatisfy { _, axis in
      axis.isPlain && axis.before == axis.after && axis.stride == layer.rows.stride
        && axis.before == layer.rows.before
    }
    if !isEven {
      members["windows"] = .object(
        Dictionary(
          uniqueKeysWithValues: axes.map { name, axis in
            (
              name,
              .object([
                "stride": .integer(axis.stride), "dilation": .integer(axis.dilation),
                "before": .integer(axis.before), "after": .integer(axis.after),
                "spread": .integer(axis.spread),
              ])
            )
          }))
    }
    if layer.maps != 1 { members["maps"] = .integer(layer.maps) }
    if layer.kernelRole != .weight { members["kernels"] = .string(layer.kernelRole.rawValue) }
    return members
  }
}
