internal import Architectures
internal import Networks
internal import Units

/// Elements dealt out to places that follow one another, as evenly as whole elements go.
struct Deal {
  /// Elements in front of each place, and all of them behind the last one.
  private let before: [Int]

  init(_ elements: Int, places: Int) {
    var counts = Array(repeating: 0, count: places)
    // Each element lies in the first place by whose end its share of all places is full.
    for element in 0..<elements {
      counts[((element + 1) * places + elements - 1) / elements - 1] += 1
    }
    before = counts.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
  }

  /// What lies in some of the places.
  subscript(range: Range<Int>) -> Int { before[range.upperBound] - before[range.lowerBound] }
}

/// What of its maps each tile of a layer moves.
///
/// Every nest, a group or a block of images, has an equal part of an amount. Within it results and what
/// they are added to belong to pixels, and of a pixel to kernels; means belong to kernels, factors to
/// the channels that they multiply.
struct TileMoves {
  /// Elements from or to DRAM, and all of them.
  struct Share: Equatable {
    var outside: Int
    var all: Int
    var inside: Int { all - outside }
  }

  private let spec: ArchitectureSpec
  private let problem: Problem
  private let moves: MapMoves
  private let nests: Int
  /// Pixels of a nest.
  private let pixels: Int
  /// The windows of the stored map, nil where the input is not pooled by windows.
  private let stored: Problem?
  private let terms: [PixelDeal]
  private let results: [PixelDeal]
  private let vectors: [Deal]
  private let factors: [Deal]

  /// An amount from or to DRAM, or all of it, dealt to pixels.
  private struct PixelDeal {
    let pixels: Deal
    /// Whether every pixel has the same for each of its kernels.
    let isWhole: Bool
    let kernels: Int

    init(_ elements: Int, pixels: Int, kernels: Int) {
      isWhole = elements % kernels == 0
      self.kernels = kernels
      self.pixels = Deal(isWhole ? elements / kernels : elements, places: pixels)
    }

    func share(_ range: Range<Int>, _ block: Range<Int>) -> Int {
      let own = pixels[range]
      return isWhole ? own * block.count : Deal(own, places: kernels)[block]
    }
  }

  init(
    _ spec: ArchitectureSpec, _ problem: Problem, _ moves: MapMoves, nests: Int, images: Int
  ) {
    self.spec = spec
    self.problem = problem
    self.moves = moves
    self.nests = nests
    let pixels = problem.imagePixels * images
    self.pixels = pixels
    func parts(_ amount: MapMoves.Amount) -> [Int] {
      [amount.outside, amount.all].map { ($0 + nests - 1) / nests }
    }
    func dealt(_ amount: MapMoves.Amount) -> [PixelDeal] {
      parts(amount).map { PixelDeal($0, pixels: pixels, kernels: problem.kernels) }
    }
    terms = dealt(moves.terms)
    results = dealt(moves.result)
    vectors = parts(moves.vectors).map { Deal($0, places: problem.kernels) }
    let channels = problem.isDepthwise ? problem.kernels : problem.channels
    factors = parts(moves.factors).map { Deal($0, places: channels) }
    stored = moves.windows.map { windows in
      var stored = problem
      (stored.rows, stored.columns) = (windows.rows, windows.columns)
      return stored
    }
  }

  private func share(_ values: [Int]) -> Share {
    Share(outside: min(values[0], values[1]), all: values[1])
  }

  /// The place of a tile's pixels in their nest.
  private func range(_ tile: TileWork) -> Range<Int> {
    let first = tile.pixels.lowerBound % pixels
    return first..<first + tile.pixels.count
  }

  /// Bits of the stored maps that a tile's `bits` of the input are made of.
  func input(_ tile: TileWork, _ bits: Int) -> Share {
    let all: Int
    if let stored {
      let block = InputBlock(
        tile.pixels, problem.isDepthwise ? tile.kernels : tile.channels, of: stored,
        alignment: spec.memory.transfers.input.channelAlignment, sideBySide: 1)
      all = block.elements * spec.precision.input.count
    } else {
      all = bits * moves.input.all / moves.taken
    }
    return Share(outside: all * moves.input.outside / moves.input.all, all: all)
  }

  /// What of `bits` of a tile's input is still to come over the link.
  func rest(_ bits: Int) -> Int {
    bits * moves.input.all / moves.taken * moves.input.outside / moves.input.all
  }

  /// Elements that a tile's results are added to: with the last channels.
  func terms(_ tile: TileWork) -> Share {
    guard tile.isLastChannels else { return Share(outside: 0, all: 0) }
    return share(terms.map { $0.share(range(tile), tile.kernels) })
  }

  /// Numbers that a tile's input is multiplied by: they stay, so they come with the first tile that
  /// needs them.
  func factors(_ tile: TileWork) -> Share {
    let isFirst = range(tile).lowerBound == 0
    guard isFirst, problem.isDepthwise || tile.kernels.lowerBound == 0 else {
      return Share(outside: 0, all: 0)
    }
    let channels = problem.isDepthwise ? tile.kernels : tile.channels
    return share(factors.map { $0[channels] })
  }

  /// Bits of a tile's results that are stored, channels padded in DRAM, and those that stay.
  ///
  /// Means of channels are there with the last pixels.
  func results(_ tile: TileWork) -> (stored: Int, kept: Int) {
    let own = share(results.map { $0.share(range(tile), tile.kernels) })
    let alignment = spec.memory.transfers.output.channelAlignment
    let count = tile.kernels.count
    let padded = (count + alignment - 1) / alignment * alignment
    var (stored, kept) = ((own.outside * padded + count - 1) / count, own.inside)
    if range(tile).upperBound == pixels {
      let means = share(vectors.map { $0[tile.kernels] })
      stored += means.outside
      kept += means.inside
    }
    let width = spec.precision.output.count
    return (stored * width, kept * width)
  }
}
