/// A part of a loop nest by its extents: what a tile outside of some memory holds.
struct Region: Hashable {
  var pixels: Range<Int>
  var kernels: Range<Int>
  var channels: Range<Int>

  /// All of a loop nest.
  init(_ nest: LoopNest) {
    pixels = 0..<nest.pixels
    kernels = 0..<nest.kernels
    channels = 0..<nest.channels
  }

  private init(pixels: Range<Int>, kernels: Range<Int>, channels: Range<Int>) {
    self.pixels = pixels
    self.kernels = kernels
    self.channels = channels
  }

  /// A part of it that a memory takes, and where it lies in the loops.
  struct Part {
    let region: Region
    /// Whether no strip, or no block of kernels, came before it in the region.
    let isFirstStrip: Bool
    let isFirstBlock: Bool
  }

  /// Its tiles in the order of the loops, channels innermost.
  func forEachTile(_ tile: Tile, _ order: Mapping.Order, _ body: (Part) -> Void) {
    func parts(_ pixels: Range<Int>, _ kernels: Range<Int>) {
      Self.cut(channels, tile.channels) { channels in
        body(
          Part(
            region: Region(pixels: pixels, kernels: kernels, channels: channels),
            isFirstStrip: pixels.lowerBound == self.pixels.lowerBound,
            isFirstBlock: kernels.lowerBound == self.kernels.lowerBound))
      }
    }
    switch order {
    case .pixelsOuter:
      Self.cut(pixels, tile.pixels) { strip in
        Self.cut(kernels, tile.kernels) { parts(strip, $0) }
      }
    case .kernelsOuter:
      Self.cut(kernels, tile.kernels) { block in
        Self.cut(pixels, tile.pixels) { parts($0, block) }
      }
    }
  }

  private static func cut(_ range: Range<Int>, _ size: Int, _ body: (Range<Int>) -> Void) {
    var start = range.lowerBound
    while start < range.upperBound {
      let end = min(start + size, range.upperBound)
      body(start..<end)
      start = end
    }
  }
}

/// What a memory loads for each of its tiles in one tile of the memory outside.
struct RegionLoads {
  private let keepsWeights: Bool
  private let keepsInput: Bool
  /// What is there from the tile outside before.
  private let carriesWeights: Bool
  private let carriesInput: Bool

  /// In `region`, after `before` where there was one.
  init(
    order: Mapping.Order, tile: Tile, keepsInput: Bool, keepsWeights: Bool, in region: Region,
    after before: Region?
  ) {
    self.keepsWeights = keepsWeights
    self.keepsInput = keepsInput
    let isAlike = before?.channels == region.channels
    carriesWeights =
      keepsWeights && isAlike && before?.kernels == region.kernels
      && (order == .pixelsOuter || region.kernels.count <= tile.kernels)
    carriesInput =
      keepsInput && isAlike && before?.pixels == region.pixels
      && (order == .kernelsOuter || region.pixels.count <= tile.pixels)
  }

  /// Whether a tile's weights are loaded.
  func weights(_ part: Region.Part) -> Bool {
    !keepsWeights || part.isFirstStrip && !carriesWeights
  }

  /// Whether a tile's input is loaded.
  func input(_ part: Region.Part) -> Bool { !keepsInput || part.isFirstBlock && !carriesInput }
}
