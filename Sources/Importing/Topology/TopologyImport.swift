internal import Components
internal import Inputs
internal import Networks

/// Turns SCALE-Sim's topologies into layers.
enum TopologyImport {
  /// The layers of a topology; names that occur twice get a number.
  static func network(of topology: TopologyFile) throws(InputError) -> ImportedNetwork {
    var network = ImportedNetwork()
    network.notes = topology.notes
    if let batch = try batch(topology), batch > 1 {
      network.notes.append(
        "a batch of \(batch): the workload is one image of it, run it with --batch \(batch)")
    }
    for row in topology.rows {
      let name = network.freeName(row.name)
      let spec: LayerSpec
      switch topology.form {
      case .product: spec = product(row, name)
      case .convolution: spec = try convolution(row, name, &network)
      }
      let layer: Layer
      do {
        layer = try Workload.layer(spec, at: "layer")
      } catch {
        throw InputError("\(error.path): \(error.message)", at: row.place)
      }
      if let sparsity = row.sparsity, sparsity.kept != sparsity.of {
        network.refuse(
          "sparse layer", "\(sparsity.kept):\(sparsity.of) sparse weights, a layer's are dense",
          at: "line \(row.place.line) (\(ONNXText.quoted(row.name)))", macs: layer.macs)
        continue
      }
      network.layers.append(ImportedNetwork.Layer(spec: spec, weights: nil))
    }
    return network
  }

  /// The images of every layer, nil where the file does not say.
  private static func batch(_ topology: TopologyFile) throws(InputError) -> Int? {
    var batch: Int?
    for row in topology.rows {
      guard let found = row.numbers[.batch] else { continue }
      guard found.value == batch ?? found.value else {
        throw InputError(
          "expected the batch of the layers before, \(batch ?? 1), found \(found.value): a "
            + "workload is run with one batch", at: found.place,
          path: TopologyColumn.batch.rawValue)
      }
      batch = found.value
    }
    return batch
  }

  /// `M x K` times `K x N`: N filters of depth K over M rows.
  private static func product(_ row: TopologyFile.Row, _ name: String) -> LayerSpec {
    let layer = ProductRules.layer(
      rows: row.value(.m, default: 1), depth: row.value(.k, default: 1),
      columns: row.value(.n, default: 1))
    return LayerSpec(
      name: name, operator: layer.operator, input: layer.input,
      outputChannels: layer.outputChannels)
  }

  /// A convolution over a map that already has its padding, unless a column says more.
  ///
  /// SCALE-Sim rounds the number of windows up, `ceil((H - R) / stride) + 1`; the map is extended to
  /// where the last window ends, which gives a layer exactly as many. Source: its
  /// `topology_utils.py`, version 3. It makes one layer per channel of a layer with `DP` in its
  /// name, which is a convolution in as many groups.
  private static func convolution(
    _ row: TopologyFile.Row, _ name: String, _ network: inout ImportedNetwork
  ) throws(InputError) -> LayerSpec {
    let (height, width) = (row.value(.mapRows, default: 1), row.value(.mapColumns, default: 1))
    let (rows, columns) = (
      row.value(.filterRows, default: 1), row.value(.filterColumns, default: 1)
    )
    let (channels, filters) = (row.value(.channels, default: 1), row.value(.filters, default: 1))
    let stride = try equal(row, .stride, .strideColumns, "stride", 1)
    let padding = try equal(row, .padding, .paddingColumns, "padding", 0)
    for column in [TopologyColumn.dilation, .groups] where row.value(column, default: 1) != 1 {
      throw InputError(
        "expected 1, found \(row.value(column, default: 1)): a topology's layers are plain "
          + "convolutions", at: row.place(of: column), path: column.rawValue)
    }
    for (filter, map, column) in [
      (rows, height, TopologyColumn.filterRows), (columns, width, .filterColumns),
    ] where filter > map + 2 * padding {
      throw InputError(
        "expected at most the map's \(map + 2 * padding), found \(filter)",
        at: row.place(of: column), path: column.rawValue)
    }
    let extended = { (map: Int, filter: Int) in
      let reach = (map + 2 * padding - filter + stride - 1) / stride * stride + filter
      return max(map, reach - 2 * padding)
    }
    let used = (extended(height, rows), extended(width, columns))
    if used.0 > height || used.1 > width {
      network.notes.append(
        "\(ONNXText.quoted(name)): map of \(height) x \(width) extended to "
          + "\(used.0) x \(used.1), where SCALE-Sim's last window ends")
    }
    let isPerChannel = row.name.contains("DP") && channels > 1
    let outputs = filters.multipliedReportingOverflow(by: isPerChannel ? channels : 1).partialValue
    let isDepthwise = isPerChannel && filters == 1
    if isPerChannel {
      network.notes.append(
        "\(ONNXText.quoted(name)): `DP` in the name makes it a layer per channel, as in SCALE-Sim: "
          + "\(outputs) outputs in \(channels) groups")
    }
    return LayerSpec(
      name: name, operator: isDepthwise ? .depthwiseConvolution : .convolution,
      input: [channels, used.0, used.1], outputChannels: outputs,
      kernel: Extent(rows: rows, columns: columns), stride: stride, padding: padding,
      groups: isPerChannel && !isDepthwise ? channels : 1)
  }

  /// A number that a layer has once for both directions.
  private static func equal(
    _ row: TopologyFile.Row, _ first: TopologyColumn, _ second: TopologyColumn, _ what: String,
    _ fallback: Int
  ) throws(InputError) -> Int {
    let value = row.numbers[first] ?? row.numbers[second]
    guard let value else { return fallback }
    let other = row.value(second, default: value.value)
    guard other == value.value else {
      throw InputError(
        "expected the \(what) of the other direction, \(value.value), found \(other): a layer has "
          + "one", at: row.place(of: second), path: second.rawValue)
    }
    return value.value
  }
}
