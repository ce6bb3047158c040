internal import CostModel

extension RowStationaryLayout {
  /// The parameters by the letters of the Eyeriss papers.
  var document: JSONValue {
    .object([
      "n": .integer(images), "m": .integer(kernels), "e": .integer(rows),
      "p": .integer(kernelsPerElement), "q": .integer(channelsPerElement),
      "kernel_rows": .integer(kernelRows),
      "r": .integer(channelSets), "t": .integer(kernelSets),
      "active_elements": .integer(activeElements),
    ])
  }
}
