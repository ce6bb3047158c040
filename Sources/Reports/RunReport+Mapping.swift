internal import Architectures
internal import Components
internal import CostModel
internal import Networks

extension RunReport {
  /// The rule that picked the mappings, where the datapath has several.
  var ruleFact: [(String, String)] {
    guard LayerMappers.rules(for: run.design.datapath).count > 1 else { return [] }
    let mapper = type(of: run.design.mapper)
    return [("mapping rule", "\(mapper.kind): \(mapper.summary)")]
  }
}

extension Mapping {
  /// How the layer was cut.
  var document: JSONValue {
    .object([
      "order": .string(order.rawValue),
      "tile_pixels": .integer(tile.pixels),
      "tile_kernels": .integer(tile.kernels),
      "tile_channels": .integer(tile.channels),
      "images": .integer(images),
      "row_stationary": rowStationary.map { $0.document } ?? .null,
    ])
  }
}

extension RowStationaryLayout {
  /// The parameters by the letters of the Eyeriss papers.
  fileprivate var document: JSONValue {
    .object([
      "n": .integer(images), "m": .integer(kernels), "e": .integer(rows),
      "p": .integer(kernelsPerElement), "q": .integer(channelsPerElement),
      "kernel_rows": .integer(kernelRows),
      "r": .integer(channelSets), "t": .integer(kernelSets),
      "active_elements": .integer(activeElements),
    ])
  }
}
