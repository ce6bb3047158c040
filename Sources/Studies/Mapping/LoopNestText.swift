internal import Architectures
internal import CostModel
internal import Networks
internal import Reports
internal import Units

/// A mapping as loops from DRAM to the array, with what passes every level.
struct LoopNestText {
  /// One a line.
  let lines: [String]

  init(_ layer: Layer, _ cost: LayerCost, _ mapping: Mapping, batch: Int) {
    var levels: [(name: String, texts: [String])] = []
    for entry in cost.traffic where entry.read > .zero || entry.write > .zero {
      let moved = [("read", entry.read), ("written", entry.write)].filter { $0.1 > .zero }
        .map { "\($0.1) \($0.0)" }
      let text = "\(entry.operand.rawValue) \(moved.joined(separator: ", "))"
      if let place = levels.firstIndex(where: { $0.name == entry.name }) {
        levels[place].texts.append(text)
      } else {
        levels.append((entry.name, [text]))
      }
    }
    let width = levels.map(\.name.count).max() ?? 0
    lines =
      levels.map { level in
        level.name + String(repeating: " ", count: width - level.name.count) + "  "
          + level.texts.joined(separator: "; ")
      } + Self.loops(layer, mapping, batch: batch)
  }

  private static func loops(_ layer: Layer, _ mapping: Mapping, batch: Int) -> [String] {
    let tile = mapping.tile
    func parts(_ extent: Int, _ size: Int) -> Int { (extent + size - 1) / size }
    let isDepthwise = layer.operation == .depthwiseConvolution
    let kernels = isDepthwise ? layer.kernels : layer.kernels / layer.groups
    let pixels = layer.outputPixels * mapping.images
    let strips = (
      text: "strip of \(tile.pixels) of \(pixels) pixels", count: parts(pixels, tile.pixels),
      note: mapping.keepsInput && mapping.order == .pixelsOuter ? "its input stays" : nil
    )
    let blocks = (
      text: "block of \(tile.kernels) of \(kernels) kernels", count: parts(kernels, tile.kernels),
      note: mapping.keepsWeights && mapping.order == .kernelsOuter ? "its weights stay" : nil
    )
    var outer: String?
    if mapping.order == .pixelsOuter, mapping.keepsWeights { outer = "all weights stay" }
    if mapping.order == .kernelsOuter, mapping.keepsInput { outer = "all input stays" }
    var loops: [(text: String, count: Int, note: String?)] = []
    if batch > mapping.images {
      loops.append(("block of \(mapping.images) of \(batch) images", batch / mapping.images, nil))
    }
    if layer.groups > 1, !isDepthwise || tile.kernels < layer.kernels, kernels < layer.kernels {
      loops.append(("group", layer.groups, nil))
    }
    if loops.isEmpty || outer != nil { loops.append(("layer", 1, outer)) }
    loops += mapping.order == .pixelsOuter ? [strips, blocks] : [blocks, strips]
    loops.append(
      (
        "part of \(tile.channels) of \(layer.channelsPerGroup) channels",
        parts(layer.channelsPerGroup, tile.channels), nil
      ))
    var depth = 0
    var lines: [String] = []
    for loop in loops where loop.count > 1 || loop.note != nil {
      let head = loop.count > 1 ? "for each of \(loop.count): \(loop.text)" : loop.text
      lines.append(
        String(repeating: "  ", count: depth) + head + (loop.note.map { "  # \($0)" } ?? ""))
      depth += 1
    }
    if let layout = mapping.rowStationary {
      return lines + Self.loops(layer, layout, tile, depth: depth)
    }
    lines.append(
      String(repeating: "  ", count: depth)
        + "array: \(tile.pixels) pixels x \(tile.kernels) kernels x \(tile.channels) channels x "
        + "\(layer.kernelRows * layer.kernelColumns) taps")
    return lines
  }

  /// Passes of a tile on a row-stationary array, and what an element does.
  private static func loops(
    _ layer: Layer, _ layout: RowStationaryLayout, _ tile: Tile, depth: Int
  ) -> [String] {
    func parts(_ extent: Int, _ size: Int) -> Int { (extent + size - 1) / size }
    var (depth, lines): (Int, [String]) = (depth, [])
    for (text, count) in [
      (
        "pass of \(layout.kernelsPerPass) of \(tile.kernels) kernels",
        parts(tile.kernels, layout.kernelsPerPass)
      ),
      (
        "pass of \(layout.kernelRows) of \(layer.kernelRows) kernel rows",
        parts(layer.kernelRows, layout.kernelRows)
      ),
    ] where count > 1 {
      lines.append(String(repeating: "  ", count: depth) + "for each of \(count): \(text)")
      depth += 1
    }
    let indent = String(repeating: "  ", count: depth)
    return lines + [
      indent + "array: \(layout.kernelRows) kernel rows x \(layout.rows) rows x "
        + "\(layout.channelSets) sets of channels x \(layout.kernelSets) sets of kernels, "
        + "\(layout.activeElements) elements",
      indent + "element: \(layout.kernelsPerElement) kernels x \(layout.channelsPerElement) "
        + "channels x \(layer.kernelColumns) taps of a row",
    ]
  }
}
