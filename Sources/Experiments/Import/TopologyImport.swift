internal import Inputs
internal import Specs

/// Turns SCALE-Sim's topologies into layers.
enum TopologyImport {
  /// The layers of a topology; names that occur twice get a number.
  static func network(of topology: TopologyFile) throws(InputError) -> ImportedNetwork {
    var network = ImportedNetwork()
    for row in topology.rows {
      if let sparsity = row.sparsity, sparsity.kept != sparsity.of {
        network.refuse(
          "sparse layer", "\(sparsity.kept):\(sparsity.of) sparse weights, a layer's are dense",
          at: "line \(row.place.line) (\(ONNXText.quoted(row.name)))")
        continue
      }
      let name = network.freeName(row.name)
      let spec: LayerSpec
      switch topology.form {
      case .product: spec = product(row, name)
      case .convolution: spec = try convolution(row, name, &network)
      }
      do {
        _ = try Workload.layer(spec, at: "layer")
      } catch {
        throw InputError("\(error.path): \(error.message)", at: row.place)
      }
      network.layers.append(ImportedNetwork.Layer(spec: spec, weights: nil))
    }
    return network
  }

  /// `M x K` times `K x N`: N filters of depth K over M rows.
  private static func product(_ row: TopologyFile.Row, _ name: String) -> LayerSpec {
    let (m, n, k) = (row.numbers[0].value, row.numbers[1].value, row.numbers[2].value)
    let layer = ProductRules.layer(rows: m, depth: k, columns: n)
    return LayerSpec(
      name: name, operator: layer.operator, input: layer.input,
      outputChannels: layer.outputChannels)
  }

  /// A convolution over a map that already has its padding.
  ///
  /// SCALE-Sim rounds the number of windows up, `ceil((H - R) / stride) + 1`; the map is extended to
  /// where the last window ends, which gives a layer exactly as many. Source: its
  /// `topology_utils.py`, version 3. It makes one layer per channel of a layer with `DP` in its
  /// name, which is a convolution in as many groups.
  private static func convolution(
    _ row: TopologyFile.Row, _ name: String, _ network: inout ImportedNetwork
  ) throws(InputError) -> LayerSpec {
    let values = row.numbers.map(\.value)
    let (height, width, rows, columns) = (values[0], values[1], values[2], values[3])
    let (channels, filters, stride) = (values[4], values[5], values[6])
    guard values[7] == stride else {
      throw InputError(
        "expected the stride of the other direction, \(stride), found \(values[7]): a layer has "
          + "one", at: row.numbers[7].place, path: "Stride Width")
    }
    for (filter, map, index, what) in [
      (rows, height, 2, "Height"), (columns, width, 3, "Width"),
    ] where filter > map {
      throw InputError(
        "expected at most the map's \(map), found \(filter)", at: row.numbers[index].place,
        path: "Filter \(what)")
    }
    let reach = { (map: Int, filter: Int) in
      (map - filter + stride - 1) / stride * stride + filter
    }
    let used = (reach(height, rows), reach(width, columns))
    if used.0 > height || used.1 > width {
      network.notes.append(
        "\(ONNXText.quoted(name)): map of \(height) x \(width) extended to "
          + "\(max(used.0, height)) x \(max(used.1, width)), where SCALE-Sim's last window ends")
    }
    let isPerChannel = row.name.contains("DP")
    let outputs = filters.multipliedReportingOverflow(by: isPerChannel ? channels : 1).partialValue
    let isDepthwise = isPerChannel && filters == 1 && channels > 1
    return LayerSpec(
      name: name, operator: isDepthwise ? .depthwiseConvolution : .convolution,
      input: [channels, max(used.0, height), max(used.1, width)], outputChannels: outputs,
      kernel: Extent(rows: rows, columns: columns), stride: stride,
      groups: isPerChannel && !isDepthwise ? channels : 1)
  }
}
