internal import Components
internal import Inputs
internal import Networks

/// One layer of another simulator's workload, in the terms of a workload file.
struct PeerLayer {
  /// A number for the rows and one for the columns.
  struct Pair: Hashable {
    var rows: Int
    var columns: Int

    init(_ rows: Int, _ columns: Int) { (self.rows, self.columns) = (rows, columns) }

    /// As a file writes it: `3`, or `[3, 5]`.
    var text: String { rows == columns ? "\(rows)" : "[\(rows), \(columns)]" }
    /// As a message writes it: `3 x 5`.
    var product: String { "\(rows) x \(columns)" }
  }

  /// Zeros at both ends of one direction.
  struct Ends: Hashable {
    var before: Int
    var after: Int

    init(_ before: Int, _ after: Int) { (self.before, self.after) = (before, after) }

    var text: String { before == after ? "\(before)" : "[\(before), \(after)]" }
  }

  var name: String
  var operation = Operator.convolution
  /// Input channels.
  var channels: Int
  /// Rows and columns of the map, without padding.
  var map: Pair
  /// Output channels.
  var kernels: Int
  var kernel = Pair(1, 1)
  var stride = Pair(1, 1)
  var dilation = Pair(1, 1)
  var rowPadding = Ends(0, 0)
  var columnPadding = Ends(0, 0)
  var groups = 1
  /// Images.
  var batch = 1
  /// Share of its weights that are zero, nil where the file does not say.
  var weightZeros: Double?
  /// Share of what it reads that is zero, nil where the file does not say.
  var inputZeros: Double?
  /// Where the file says it.
  var place: SourceLocation

  /// A product of `rows x depth` with `depth x columns`: as many filters as it has columns.
  static func product(
    _ name: String, rows: Int, depth: Int, columns: Int, groups: Int = 1, at place: SourceLocation
  ) -> PeerLayer {
    let isVector = rows == 1 && groups == 1
    return PeerLayer(
      name: name, operation: isVector ? .fullyConnected : .convolution, channels: depth,
      map: Pair(rows, 1), kernels: columns, groups: groups, place: place)
  }

  /// The layer of the cost model; throws where a number is out of its range or nothing fits.
  func checked() throws(SpecError) -> Layer {
    for (index, extent) in [channels, map.rows, map.columns].enumerated()
    where !(1...LayerLimits.extent).contains(extent) {
      throw SpecError(
        "input[\(index)]", "expected 1 to \(LayerLimits.extent), found \(extent)")
    }
    let result = try kind().result(of: [[channels, map.rows, map.columns]], name: name)
    guard case .array(let layer) = result.work else {
      throw SpecError("operator", "expected one that runs on the array")
    }
    return layer
  }

  private func kind() throws(SpecError) -> any OperationKind {
    let padding = Padding([
      Padding.Ends(before: rowPadding.before, after: rowPadding.after),
      Padding.Ends(before: columnPadding.before, after: columnPadding.after),
    ])
    let windows = WindowSpec(
      kernel: PerDirection([kernel.rows, kernel.columns]),
      stride: PerDirection([stride.rows, stride.columns]),
      dilation: PerDirection([dilation.rows, dilation.columns]), padding: padding)
    switch operation {
    case .depthwiseConvolution:
      return try DepthwiseConvolution(
        DepthwiseConvolution.Spec(outputChannels: kernels, windows: windows, groups: groups))
    case .transposedConvolution:
      return try TransposedConvolution(
        TransposedConvolution.Spec(outputChannels: kernels, windows: windows, groups: groups))
    case .fullyConnected:
      return try FullyConnected(
        FullyConnected.Spec(outputChannels: kernels, windows: windows, groups: groups))
    default:
      return try Convolution(
        Convolution.Spec(outputChannels: kernels, windows: windows, groups: groups))
    }
  }

  /// `key: value` of everything but the name, in the order of a workload file.
  var parameters: [String] {
    var parts = [
      "operator: \(operation.rawValue)",
      "input: [\(channels), \(map.rows), \(map.columns)]", "output_channels: \(kernels)",
    ]
    if operation != .fullyConnected { parts.append("kernel: \(kernel.text)") }
    if stride != Pair(1, 1) { parts.append("stride: \(stride.text)") }
    if dilation != Pair(1, 1) { parts.append("dilation: \(dilation.text)") }
    let none = Ends(0, 0)
    if rowPadding != none || columnPadding != none {
      let isEven = rowPadding == columnPadding && rowPadding.before == rowPadding.after
      parts.append(
        "padding: "
          + (isEven ? "\(rowPadding.before)" : "[\(rowPadding.text), \(columnPadding.text)]"))
    }
    if groups != 1 { parts.append("groups: \(groups)") }
    var zeros: [String] = []
    if let inputZeros { zeros.append("input: \(inputZeros)") }
    if let weightZeros { zeros.append("weight: \(weightZeros)") }
    if !zeros.isEmpty { parts.append("zeros: {\(zeros.joined(separator: ", "))}") }
    return parts
  }

  /// The layer with its batch among the pixels that it computes, which share the weights; nil where
  /// windows of different images would meet.
  func withBatchInRows() -> PeerLayer? {
    guard batch > 1 else { return self }
    var layer = self
    layer.batch = 1
    let none = Ends(0, 0)
    guard rowPadding == none, columnPadding == none, operation != .transposedConvolution else {
      return nil
    }
    if kernel == Pair(1, 1), stride == Pair(1, 1) {
      let rows = map.rows.multipliedReportingOverflow(by: batch)
      guard !rows.overflow else { return nil }
      layer.map.rows = rows.partialValue
    } else if kernel == map, groups == 1, dilation == Pair(1, 1) {
      // One window covers the map: a product of as many rows as there are images.
      let depth = kernel.rows.multipliedReportingOverflow(by: kernel.columns)
      let channels = channels.multipliedReportingOverflow(by: depth.partialValue)
      guard !depth.overflow, !channels.overflow else { return nil }
      layer.channels = channels.partialValue
      layer.map = Pair(batch, 1)
      (layer.kernel, layer.stride) = (Pair(1, 1), Pair(1, 1))
    } else {
      return nil
    }
    if layer.operation == .fullyConnected { layer.operation = .convolution }
    return layer
  }
}
