internal import Networks
internal import Units

/// What one loop nest moves of maps, tile by tile.
///
/// Amounts that belong to pixels are dealt out evenly over the nest's pixels, then over its kernels;
/// those that belong to channels or kernels over these. The shares of all tiles are the amount.
struct NestMoves: Hashable, Sendable {
  private let moves: MapMoves
  /// Nests that the operation is carried out in.
  private let nests: Int
  private let pixels: Int
  private let kernels: Int
  private let channels: Int
  /// Whether tiles of one size move the same wherever they lie, but for the first and the last.
  let isUniform: Bool

  /// The part of `nest`, one of `nests` alike, of what an operation moves.
  init(_ moves: MapMoves, of nest: LoopNest, nests: Int) {
    self.moves = moves
    self.nests = nests
    pixels = nest.pixels
    kernels = nest.kernels
    channels = nest.isDepthwise ? nest.kernels : nest.channels
    let (pixels, kernels) = (nest.pixels, nest.kernels)
    func divides(_ divisor: Int, _ amount: MapMoves.Amount) -> Bool {
      [amount.all, amount.outside].allSatisfy { quotient($0, nests).isMultiple(of: divisor) }
    }
    // Asked for tile by tile.
    isUniform =
      divides(pixels * kernels, moves.result) && divides(pixels * kernels, moves.terms)
      && divides(kernels, moves.vectors) && divides(channels, moves.factors)
      && moves.windows == nil
  }

  /// The windows that the input is pooled by on the way.
  var windows: MapMoves.Windows? { moves.windows }

  private func own(_ count: Int) -> Int { quotient(count, nests) }

  /// Bits of the stored maps that `bits` of the input are made of: from DRAM, and from the chip.
  ///
  /// `stored` are those that windows read, where the input is pooled by windows.
  func input(_ bits: Bits, stored: Bits?) -> (outside: Bits, inside: Bits) {
    let all = stored ?? Bits(Self.scaled(bits.count, moves.input.all, moves.taken))
    let outside = Bits(Self.scaled(all.count, moves.input.outside, moves.input.all))
    return (outside, all - outside)
  }

  /// Elements that are added to the results of a tile.
  func terms(_ tile: Tile) -> MapMoves.Amount { amount(moves.terms) { pixelShare($0, tile) } }

  /// Results of a tile that are stored.
  func results(_ tile: Tile) -> MapMoves.Amount { amount(moves.result) { pixelShare($0, tile) } }

  /// Further results of the tile's kernels.
  func vectors(_ tile: Tile) -> MapMoves.Amount {
    amount(moves.vectors) { share($0, tile.firstKernel, tile.kernels, of: kernels) }
  }

  /// Numbers that `count` channels from `first` on are multiplied by.
  func factors(_ first: Int, _ count: Int) -> MapMoves.Amount {
    amount(moves.factors) { share($0, first, count, of: channels) }
  }

  private func amount(_ amount: MapMoves.Amount, _ share: (Int) -> Int) -> MapMoves.Amount {
    let (outside, all) = (share(own(amount.outside)), share(own(amount.all)))
    return MapMoves.Amount(outside: min(outside, all), inside: max(0, all - outside))
  }

  private func pixelShare(_ count: Int, _ tile: Tile) -> Int {
    let ofPixels = share(count, tile.firstPixel, tile.pixels, of: pixels)
    guard kernels > 1 else { return ofPixels }
    // Elements of every pixel are divided among its kernels first, so that whole pixels stay whole.
    guard count.isMultiple(of: kernels) else {
      return share(ofPixels, tile.firstKernel, tile.kernels, of: kernels)
    }
    return share(count / kernels, tile.firstPixel, tile.pixels, of: pixels) * tile.kernels
  }

  /// What falls on `count` of `all` places from `first` on.
  private func share(_ amount: Int, _ first: Int, _ count: Int, of all: Int) -> Int {
    Self.scaled(amount, first + count, all) - Self.scaled(amount, first, all)
  }

  /// `amount x part / whole`, rounded down.
  private static func scaled(_ amount: Int, _ part: Int, _ whole: Int) -> Int {
    if part == whole { return amount }
    let (high, low) = amount.multipliedFullWidth(by: part)
    return whole.dividingFullWidth((high, low)).quotient
  }
}
