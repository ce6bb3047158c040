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
      } + Self.loops(layer, cost, mapping, batch: batch)
  }

  private static func loops(
    _ layer: Layer, _ cost: LayerCost, _ mapping: Mapping, batch: Int
  ) -> [String] {
    let tile = mapping.tile
    let isDepthwise = layer.operation == .depthwiseConvolution
    let kernels = isDepthwise ? layer.kernels : layer.kernels / layer.groups
    let whole = Tile(
      pixels: layer.outputPixels * mapping.images, kernels: kernels,
      channels: layer.channelsPerGroup)
    var memories = mapping.levels.enumerated().map { index, level in
      let name = cost.traffic.first { $0.level == .level(index) }?.name
      return Memory(
        name: name ?? "level", order: level.order, tile: level.tile,
        keepsInput: level.keepsInput, keepsWeights: level.keepsWeights)
    }
    memories.append(
      Memory(
        name: nil, order: mapping.order, tile: tile, keepsInput: mapping.keepsInput,
        keepsWeights: mapping.keepsWeights))
    var loops: [Loop] = []
    if batch > mapping.images {
      loops.append(
        Loop("block of \(mapping.images) of \(batch) images", count: batch / mapping.images))
    }
    if layer.groups > 1, !isDepthwise || tile.kernels < layer.kernels, kernels < layer.kernels {
      loops.append(Loop("group", count: layer.groups))
    }
    var outer = whole
    for memory in memories {
      loops += memory.loops(within: outer)
      outer = memory.tile
    }
    var depth = 0
    var lines: [String] = []
    for loop in loops where loop.count > 1 || loop.note != nil || loop.isNamed {
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

  private struct Loop {
    let text: String
    let count: Int
    var note: String?
    /// Whether it names a memory.
    var isNamed = false

    init(_ text: String, count: Int, note: String? = nil) {
      self.text = text
      self.count = count
      self.note = note
    }
  }

  /// A memory's loops over its tiles in the tile of the memory outside.
  private struct Memory {
    /// What a level is called; nil for the buffers.
    let name: String?
    let order: Mapping.Order
    let tile: Tile
    let keepsInput: Bool
    let keepsWeights: Bool

    func loops(within outer: Tile) -> [Loop] {
      func parts(_ extent: Int, _ size: Int) -> Int { (extent + size - 1) / size }
      var whole: String?
      if order == .pixelsOuter, keepsWeights { whole = "all weights stay" }
      if order == .kernelsOuter, keepsInput { whole = "all input stays" }
      var head = Loop(name ?? "layer", count: 1, note: whole)
      head.isNamed = name != nil
      let strips = Loop(
        "strip of \(tile.pixels) of \(outer.pixels) pixels",
        count: parts(outer.pixels, tile.pixels),
        note: keepsInput && order == .pixelsOuter ? "its input stays" : nil)
      let blocks = Loop(
        "block of \(tile.kernels) of \(outer.kernels) kernels",
        count: parts(outer.kernels, tile.kernels),
        note: keepsWeights && order == .kernelsOuter ? "its weights stay" : nil)
      return [head] + (order == .pixelsOuter ? [strips, blocks] : [blocks, strips]) + [
        Loop(
          "part of \(tile.channels) of \(outer.channels) channels",
          count: parts(outer.channels, tile.channels))
      ]
    }
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
