internal import CostModel
internal import Documents
internal import Networks

extension LayerShapeDocument {
  /// The extents of an operation.
  init(_ entry: NetworkCost.Entry) {
    if let layer = entry.layer {
      self = .array(.init(layer))
    } else if let work = entry.vectorWork {
      self = .vector(
        .init(
          pieces: work.pieces, reads: work.reads, writes: work.writes, operations: work.operations))
    } else {
      self = .none
    }
  }
}

extension LayerShapeDocument.ArrayShape {
  fileprivate init(_ layer: Layer) {
    self.init(
      k: layer.kernels, c: layer.channels, r: layer.kernelRows, s: layer.kernelColumns,
      h: layer.inputRows, w: layer.inputColumns, stride: layer.rows.stride,
      padding: layer.rows.before, groups: layer.groups, windows: .init(layer),
      maps: layer.maps == 1 ? nil : layer.maps,
      kernels: layer.kernelRole == .weight ? nil : layer.kernelRole.rawValue)
  }
}

extension LayerShapeDocument.Windows {
  /// Both directions in full; nil where one stride and one padding say everything.
  fileprivate init?(_ layer: Layer) {
    let isEven = [layer.rows, layer.columns].allSatisfy { axis in
      axis.isPlain && axis.before == axis.after && axis.stride == layer.rows.stride
        && axis.before == layer.rows.before
    }
    guard !isEven else { return nil }
    self.init(rows: .init(layer.rows), columns: .init(layer.columns))
  }
}

extension LayerShapeDocument.Window {
  fileprivate init(_ axis: WindowAxis) {
    self.init(
      stride: axis.stride, dilation: axis.dilation, before: axis.before, after: axis.after,
      spread: axis.spread)
  }
}

extension MappingDocument {
  /// How a layer was cut.
  init(_ mapping: Mapping) {
    self.init(
      order: mapping.order.rawValue, tilePixels: mapping.tile.pixels,
      tileKernels: mapping.tile.kernels, tileChannels: mapping.tile.channels,
      images: mapping.images, rowStationary: mapping.rowStationary.map(RowStationary.init))
  }
}

extension MappingDocument.RowStationary {
  fileprivate init(_ layout: RowStationaryLayout) {
    self.init(
      n: layout.images, m: layout.kernels, e: layout.rows, p: layout.kernelsPerElement,
      q: layout.channelsPerElement, kernelRows: layout.kernelRows, r: layout.channelSets,
      t: layout.kernelSets, activeElements: layout.activeElements)
  }
}
