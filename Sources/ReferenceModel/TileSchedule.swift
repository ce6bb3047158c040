internal import CostModel

/// One tile's work and where its operands come from.
struct TileWork: Hashable, Sendable {
  /// Number in the layer.
  let index: Int
  let group: Int
  let pixels: Range<Int>
  let kernels: Range<Int>
  let channels: Range<Int>
  let isFirstChannels: Bool
  let isLastChannels: Bool
  /// Numbers of the blocks on chip that hold its operands.
  let input: Int
  let weight: Int
  /// Whether this tile fetches them.
  let fetchesInput: Bool
  let fetchesWeight: Bool
  /// Number of the block of results, equal for all parts of the channels.
  let output: Int
  let isFirstOfGroup: Bool
  let isLastOfGroup: Bool
}

/// The tiles of a layer in the order that a mapping asks for.
struct TileSchedule {
  private(set) var tiles: [TileWork] = []
  /// The last tile that uses each block.
  private(set) var lastUseOfInput: [Int] = []
  private(set) var lastUseOfWeight: [Int] = []
  /// Where the next tile's input finds room.
  let inputRoom: InputRoom
  /// Whether the array gives room that it has read to the next tile's input, and hands over whole
  /// tiles.
  let handsOver: Bool

  init(_ problem: Problem, groups: Int, mapping: Mapping) {
    inputRoom = mapping.inputRoom
    handsOver = mapping.rowStationary != nil
    // A block of images begins a strip of its own and shares nothing with the one before.
    let imageBlocks = ranges(0..<problem.pixels, mapping.images * problem.imagePixels)
    let blocks = ranges(0..<problem.kernels, mapping.tile.kernels)
    let parts = ranges(0..<problem.channels, mapping.tile.channels)
    var output = 0
    for group in 0..<groups {
      for images in imageBlocks {
        let strips = ranges(images, mapping.tile.pixels)
        let pairs = Self.pairs(strips: strips.count, blocks: blocks.count, mapping.order)
        var inputs: [[Int]: Int] = [:]
        var weights: [[Int]: Int] = [:]
        for (number, pair) in pairs.enumerated() {
          for (part, channels) in parts.enumerated() {
            // What is kept is fetched once; everything else anew for every tile.
            let inputKey = mapping.keepsInput ? [pair.strip, part] : [pair.strip, part, number]
            let weightKey = mapping.keepsWeights ? [pair.block, part] : [pair.block, part, number]
            let (input, fetchesInput) = Self.block(inputKey, in: &inputs, uses: &lastUseOfInput)
            let (weight, fetchesWeight) = Self.block(
              weightKey, in: &weights, uses: &lastUseOfWeight)
            lastUseOfInput[input] = tiles.count
            lastUseOfWeight[weight] = tiles.count
            tiles.append(
              TileWork(
                index: tiles.count, group: group, pixels: strips[pair.strip],
                kernels: blocks[pair.block], channels: channels, isFirstChannels: part == 0,
                isLastChannels: part == parts.count - 1, input: input, weight: weight,
                fetchesInput: fetchesInput, fetchesWeight: fetchesWeight, output: output,
                isFirstOfGroup: number == 0 && part == 0,
                isLastOfGroup: number == pairs.count - 1 && part == parts.count - 1))
          }
          output += 1
        }
      }
    }
  }

  /// Strips and blocks in the order of the loops.
  private static func pairs(
    strips: Int, blocks: Int, _ order: Mapping.Order
  ) -> [(strip: Int, block: Int)] {
    switch order {
    case .pixelsOuter:
      (0..<strips).flatMap { strip in (0..<blocks).map { (strip, $0) } }
    case .kernelsOuter:
      (0..<blocks).flatMap { block in (0..<strips).map { ($0, block) } }
    }
  }

  private static func block(
    _ key: [Int], in known: inout [[Int]: Int], uses: inout [Int]
  ) -> (Int, Bool) {
    if let number = known[key] { return (number, false) }
    known[key] = uses.count
    uses.append(0)
    return (uses.count - 1, true)
  }
}
