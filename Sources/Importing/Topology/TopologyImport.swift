internal import Inputs
internal import Networks

/// Turns SCALE-Sim's topologies into layers.
enum TopologyImport {
  /// The layers of a topology; names that occur twice get a number.
  static func network(of topology: TopologyFile) throws(InputError) -> PeerNetwork {
    var network = PeerNetwork(format: "SCALE-Sim")
    network.notes = topology.notes
    var sparse: [String] = []
    for row in topology.rows {
      var layer: PeerLayer
      switch topology.form {
      case .product: layer = product(row)
      case .convolution: layer = try convolution(row, &network)
      }
      layer.batch = row.value(.batch, default: 1)
      if let sparsity = row.sparsity, sparsity.kept != sparsity.of {
        layer.weightZeros = 1 - Double(sparsity.kept) / Double(sparsity.of)
        sparse.append("\(sparsity.kept):\(sparsity.of)")
      }
      try network.add(layer)
    }
    if !sparse.isEmpty {
      let kinds = Set(sparse).sorted().joined(separator: ", ")
      network.note(
        "\(sparse.count) sparse \(sparse.count == 1 ? "layer" : "layers") (\(kinds)): stated as shares of "
          + "zero weights; a design that counts values needs weights, which `make-weights --distribution "
          + "ternary` draws by them")
    }
    return network
  }

  /// `M x K` times `K x N`: N filters of depth K over M rows.
  private static func product(_ row: TopologyFile.Row) -> PeerLayer {
    PeerLayer.product(
      row.name, rows: row.value(.m, default: 1), depth: row.value(.k, default: 1),
      columns: row.value(.n, default: 1), at: row.place)
  }

  /// A convolution over a map that already has its padding, unless a column says more.
  ///
  /// SCALE-Sim rounds the number of windows up, `ceil((H - R) / stride) + 1`; the map is extended to
  /// where the last window ends, which gives a layer exactly as many. Source: its
  /// `topology_utils.py`, version 3. It makes one layer per channel of a layer with `DP` in its
  /// name, which is a convolution in as many groups.
  private static func convolution(
    _ row: TopologyFile.Row, _ network: inout PeerNetwork
  ) throws(InputError) -> PeerLayer {
    func pair(_ rows: TopologyColumn, _ columns: TopologyColumn, _ fallback: Int) -> PeerLayer.Pair
    {
      let value = row.numbers[rows] ?? row.numbers[columns]
      let first = value?.value ?? fallback
      return PeerLayer.Pair(row.value(rows, default: first), row.value(columns, default: first))
    }
    let map = pair(.mapRows, .mapColumns, 1)
    let kernel = pair(.filterRows, .filterColumns, 1)
    let stride = pair(.stride, .strideColumns, 1)
    let padding = pair(.padding, .paddingColumns, 0)
    let dilation = row.value(.dilation, default: 1)
    let (channels, filters) = (row.value(.channels, default: 1), row.value(.filters, default: 1))
    let rows = try Direction(
      row, .filterRows, map: map.rows, kernel: kernel.rows, stride: stride.rows,
      padding: padding.rows, dilation: dilation)
    let columns = try Direction(
      row, .filterColumns, map: map.columns, kernel: kernel.columns, stride: stride.columns,
      padding: padding.columns, dilation: dilation)
    var layer = PeerLayer(
      name: row.name, channels: channels, map: PeerLayer.Pair(rows.extended, columns.extended),
      kernels: filters, place: row.place)
    (layer.kernel, layer.stride) = (kernel, stride)
    layer.dilation = PeerLayer.Pair(
      kernel.rows == 1 ? 1 : dilation, kernel.columns == 1 ? 1 : dilation)
    layer.rowPadding = PeerLayer.Ends(padding.rows, padding.rows)
    layer.columnPadding = PeerLayer.Ends(padding.columns, padding.columns)
    if layer.map != map {
      network.notes.append(
        "\(ONNXText.quoted(row.name)): map of \(map.product) extended to "
          + "\(layer.map.product), where SCALE-Sim's last window ends")
    }
    let groups = row.value(.groups, default: 1)
    if groups > 1 {
      layer.groups = groups
      if groups == channels, filters == channels {
        (layer.operation, layer.groups) = (.depthwiseConvolution, 1)
      }
    } else if row.name.contains("DP"), channels > 1 {
      layer.kernels = filters.multipliedReportingOverflow(by: channels).partialValue
      if filters == 1 {
        layer.operation = .depthwiseConvolution
      } else {
        layer.groups = channels
      }
      network.notes.append(
        "\(ONNXText.quoted(row.name)): `DP` in the name makes it a layer per channel, as in SCALE-Sim: "
          + "\(layer.kernels) outputs in \(channels) groups")
    }
    return layer
  }

  /// One direction of a map and of the windows on it.
  private struct Direction {
    /// The map as far as the last window reaches.
    let extended: Int

    init(
      _ row: TopologyFile.Row, _ column: TopologyColumn, map: Int, kernel: Int, stride: Int,
      padding: Int, dilation: Int
    ) throws(InputError) {
      // Numbers up to 2^30 leave room for these.
      let span = kernel == 1 ? 1 : (kernel - 1) * dilation + 1
      guard span <= map + 2 * padding else {
        throw InputError(
          "expected at most the map's \(map + 2 * padding), found \(kernel)"
            + (span == kernel ? "" : ", dilated to \(span)"), at: row.place(of: column),
          path: column.rawValue)
      }
      let reach = (map + 2 * padding - span + stride - 1) / stride * stride + span
      extended = max(map, reach - 2 * padding)
    }
  }
}
