internal import Architectures
internal import CostModel

/// One tile's work and where its operands come from.
struct TileWork: Hashable, Sendable {
  /// Number in the layer.
  let index: Int
  let group: Int
  /// Number of the loop nest, which shares nothing with the one before.
  let nest: Int
  /// Number of the tile of the memory outside that it is a part of; its nest beside DRAM.
  let outside: Int
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

/// What a memory cuts into tiles: a loop nest, or a tile of the memory outside.
struct TilePart {
  let nest: Int
  let group: Int
  let pixels: Range<Int>
  let kernels: Range<Int>
  let channels: Range<Int>

  /// The loop nests of a layer, as many images in each as its mapping says.
  static func nests(_ problem: Problem, groups: Int, mapping: Mapping) -> [TilePart] {
    // A block of images begins a strip of its own and shares nothing with the one before.
    let blocks = ranges(0..<problem.pixels, mapping.images * problem.imagePixels)
    return (0..<groups).flatMap { group in
      blocks.enumerated().map { number, pixels in
        TilePart(
          nest: group * blocks.count + number, group: group, pixels: pixels,
          kernels: 0..<problem.kernels, channels: 0..<problem.channels)
      }
    }
  }

  /// Whether both are of one nest and read the same weights.
  func sharesWeights(with other: TilePart) -> Bool {
    nest == other.nest && kernels == other.kernels && channels == other.channels
  }

  /// Whether both are of one nest and read the same input.
  func sharesInput(with other: TilePart, of problem: Problem) -> Bool {
    nest == other.nest && pixels == other.pixels
      && (problem.isDepthwise ? kernels == other.kernels : channels == other.channels)
  }
}

/// How a memory cuts the parts that it works on.
struct TileCut {
  let order: Mapping.Order
  let tile: Tile
  let keepsInput: Bool
  let keepsWeights: Bool

  /// The array's tiles.
  init(_ mapping: Mapping) {
    order = mapping.order
    tile = mapping.tile
    keepsInput = mapping.keepsInput
    keepsWeights = mapping.keepsWeights
  }

  /// Those of a memory between DRAM and the buffers.
  init(_ level: LevelMapping) {
    order = level.order
    tile = level.tile
    keepsInput = level.keepsInput
    keepsWeights = level.keepsWeights
  }
}

/// The tiles of a layer in the order that a mapping asks for.
struct TileSchedule {
  private(set) var tiles: [TileWork] = []
  /// The last tile that uses each block.
  private(set) var lastUseOfInput: [Int] = []
  private(set) var lastUseOfWeight: [Int] = []
  /// Where the next tile's input finds room.
  var inputRoom = InputRoom.afterwards
  /// Whether the array gives room that it has read to the next tile's input, and hands over whole
  /// tiles.
  var handsOver = false
  /// Blocks that are there for the next tiles, by what they are of.
  private var inputs: [[Int]: Int] = [:]
  private var weights: [[Int]: Int] = [:]

  /// The tiles of `parts`, each of which is cut as `cut` says.
  init(_ problem: Problem, _ parts: [TilePart], _ cut: TileCut) {
    var output = 0
    for (outside, part) in parts.enumerated() {
      enter(part, after: outside > 0 ? parts[outside - 1] : nil, problem, cut)
      let strips = ranges(part.pixels, cut.tile.pixels)
      let blocks = ranges(part.kernels, cut.tile.kernels)
      let channels = ranges(part.channels, cut.tile.channels)
      let pairs = Self.pairs(strips: strips.count, blocks: blocks.count, cut.order)
      let begins = outside == 0 || parts[outside - 1].nest != part.nest
      let ends = outside + 1 == parts.count || parts[outside + 1].nest != part.nest
      for (number, pair) in pairs.enumerated() {
        for (place, channels) in channels.enumerated() {
          // What is kept is fetched once; everything else anew for every tile.
          let inputKey = cut.keepsInput ? [pair.strip, place] : [pair.strip, place, number]
          let weightKey = cut.keepsWeights ? [pair.block, place] : [pair.block, place, number]
          let (input, fetchesInput) = Self.block(inputKey, in: &inputs, uses: &lastUseOfInput)
          let (weight, fetchesWeight) = Self.block(
            weightKey, in: &weights, uses: &lastUseOfWeight)
          lastUseOfInput[input] = tiles.count
          lastUseOfWeight[weight] = tiles.count
          let isLastPlace =
            number == pairs.count - 1 && channels.upperBound == part.channels.upperBound
          let isLast = channels.upperBound == problem.channels
          tiles.append(
            TileWork(
              index: tiles.count, group: part.group, nest: part.nest, outside: outside,
              pixels: strips[pair.strip], kernels: blocks[pair.block], channels: channels,
              isFirstChannels: channels.lowerBound == 0, isLastChannels: isLast, input: input,
              weight: weight, fetchesInput: fetchesInput, fetchesWeight: fetchesWeight,
              output: output, isFirstOfGroup: begins && number == 0 && place == 0,
              isLastOfGroup: ends && isLastPlace))
          if isLast { output += 1 }
        }
      }
    }
  }

  /// Leaves of the blocks those that the next part has again, where all of them have stayed.
  private mutating func enter(
    _ part: TilePart, after before: TilePart?, _ problem: Problem, _ cut: TileCut
  ) {
    let hasOneStrip = part.pixels.count <= cut.tile.pixels
    let hasOneBlock = part.kernels.count <= cut.tile.kernels
    let stays =
      (
        input: cut.keepsInput && (cut.order == .kernelsOuter || hasOneStrip),
        weights: cut.keepsWeights && (cut.order == .pixelsOuter || hasOneBlock)
      )
    if !stays.input || before.map({ !part.sharesInput(with: $0, of: problem) }) ?? true {
      inputs = [:]
    }
    if !stays.weights || before.map({ !part.sharesWeights(with: $0) }) ?? true { weights = [:] }
  }

  /// The tiles as parts that the next memory inside cuts.
  var parts: [TilePart] {
    tiles.map {
      TilePart(
        nest: $0.nest, group: $0.group, pixels: $0.pixels, kernels: $0.kernels,
        channels: $0.channels)
    }
  }

  /// A tile that goes on with other sums than those of the tile before; nil where none does.
  var tornSums: TileWork? {
    tiles.first { tile in
      guard !tile.isFirstChannels else { return false }
      let before = tiles[max(tile.index - 1, 0)]
      return before.output != tile.output || before.pixels != tile.pixels
        || before.kernels != tile.kernels || before.channels.upperBound != tile.channels.lowerBound
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
