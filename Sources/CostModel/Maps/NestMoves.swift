internal import Networks
internal import Units

/// What one loop nest moves of maps, tile by tile.
///
/// Amounts that belong to pixels are dealt out evenly over the nest's pixels, then over its kernels;
/// those that belong to channels or kernels over these. The shares of all tiles are the amount.
final class NestMoves: Sendable {
  /// What the operation moves of its input.
  private let source: MapMoves.Amount
  private let taken: Int
  /// The windows that the input is pooled by on the way.
  let windows: MapMoves.Windows?
  private let ownTerms: MapMoves.Amount
  private let ownResults: MapMoves.Amount
  private let ownVectors: MapMoves.Amount
  private let ownFactors: MapMoves.Amount
  /// What belongs to each pixel of each kernel, where tiles are alike.
  private let termsEach: MapMoves.Amount
  private let resultsEach: MapMoves.Amount
  private let pixels: Int
  private let kernels: Int
  private let channels: Int
  /// Whether tiles of one size move the same wherever they lie, but for the first and the last.
  let isUniform: Bool

  /// The part of `nest`, one of `nests` alike that an operation is carried out in, of what that moves.
  init(_ moves: MapMoves, of nest: LoopNest, nests: Int) {
    func own(_ amount: MapMoves.Amount) -> MapMoves.Amount {
      guard nests > 1 else { return amount }
      let (outside, all) = (quotient(amount.outside, nests), quotient(amount.all, nests))
      return MapMoves.Amount(outside: min(outside, all), inside: max(0, all - outside))
    }
    source = moves.input
    taken = moves.taken
    windows = moves.windows
    ownTerms = own(moves.terms)
    ownResults = own(moves.result)
    ownVectors = own(moves.vectors)
    ownFactors = own(moves.factors)
    pixels = nest.pixels
    kernels = nest.kernels
    channels = nest.isDepthwise ? nest.kernels : nest.channels
    func divides(_ divisor: Int, _ amount: MapMoves.Amount) -> Bool {
      amount.all == 0
        || amount.all.isMultiple(of: divisor) && amount.outside.isMultiple(of: divisor)
    }
    let results = pixels * kernels
    // Asked for tile by tile.
    isUniform =
      divides(results, ownResults) && divides(results, ownTerms)
      && divides(kernels, ownVectors) && divides(channels, ownFactors) && moves.windows == nil
    func each(_ amount: MapMoves.Amount) -> MapMoves.Amount {
      MapMoves.Amount(outside: amount.outside / results, inside: amount.inside / results)
    }
    termsEach = each(ownTerms)
    resultsEach = each(ownResults)
  }

  /// Bits of the stored maps that `bits` of the input are made of: from DRAM, and from the chip.
  ///
  /// `stored` are those that windows read, where the input is pooled by windows.
  func input(_ bits: Bits, stored: Bits?) -> (outside: Bits, inside: Bits) {
    let all = stored ?? Bits(Self.scaled(bits.count, source.all, taken))
    if source.inside == 0 { return (all, .zero) }
    if source.outside == 0 { return (.zero, all) }
    let outside = Bits(Self.scaled(all.count, source.outside, source.all))
    return (outside, all - outside)
  }

  /// Elements that are added to the results of a tile.
  func terms(_ tile: Tile) -> MapMoves.Amount { elements(ownTerms, termsEach, of: tile) }

  /// Results of a tile that are stored.
  func results(_ tile: Tile) -> MapMoves.Amount { elements(ownResults, resultsEach, of: tile) }

  /// Further results of the tile's kernels.
  func vectors(_ tile: Tile) -> MapMoves.Amount {
    amount(ownVectors) { share($0, tile.firstKernel, tile.kernels, of: kernels) }
  }

  /// Numbers that `count` channels from `first` on are multiplied by.
  func factors(_ first: Int, _ count: Int) -> MapMoves.Amount {
    amount(ownFactors) { share($0, first, count, of: channels) }
  }

  /// What belongs to the tile's pixels and kernels: as many elements of each where that is a whole number.
  private func elements(
    _ amount: MapMoves.Amount, _ each: MapMoves.Amount, of tile: Tile
  ) -> MapMoves.Amount {
    guard isUniform else { return self.amount(amount) { pixelShare($0, tile) } }
    let part = tile.pixels * tile.kernels
    return MapMoves.Amount(outside: each.outside * part, inside: each.inside * part)
  }

  private func amount(_ amount: MapMoves.Amount, _ share: (Int) -> Int) -> MapMoves.Amount {
    // Most stages move nothing of most kinds, and all of a kind in one place.
    guard amount.all > 0 else { return amount }
    let all = share(amount.all)
    if amount.inside == 0 { return MapMoves.Amount(outside: all) }
    if amount.outside == 0 { return MapMoves.Amount(inside: all) }
    let outside = share(amount.outside)
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
    return amount.scaled(by: part, over: whole).quotient
  }
}
