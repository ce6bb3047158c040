internal import Architectures
internal import Networks
internal import Units

/// What the parts of a divided layer move of maps; all parts together move what the layer does, but
/// for what several of them read.
extension MapMoves {
  /// Those of `range` out of `all` kernels, rows or images; nil where a part reads nothing.
  func part(
    _ kind: CoresSpec.Split, _ range: Range<Int>, _ all: Int, hasGroups: Bool
  ) -> MapMoves? {
    switch kind {
    case .kernels: ofKernels(range, all, hasGroups: hasGroups)
    case .pixels: ofRows(range, all)
    case .batch: ofImages(range, all)
    case .channels, .best: self
    }
  }

  /// Those of some kernels, or groups, out of `all`.
  private func ofKernels(_ range: Range<Int>, _ all: Int, hasGroups: Bool) -> MapMoves {
    MapMoves(
      input: input, taken: taken, windows: windows,
      factors: hasGroups ? factors.part(range, all) : factors, terms: terms.part(range, all),
      result: result.part(range, all), vectors: vectors.part(range, all), kernels: kernels)
  }

  /// Those of some rows of windows out of `all`; numbers per channel are written by the first core.
  ///
  /// Nil where the windows that the input is pooled by read nothing.
  private func ofRows(_ range: Range<Int>, _ all: Int) -> MapMoves? {
    var own: Windows?
    if let windows {
      guard let rows = windows.rows.part(range) else { return nil }
      own = Windows(rows: rows, columns: windows.columns)
    }
    return MapMoves(
      input: input, taken: taken, windows: own, factors: factors, terms: terms.part(range, all),
      result: result.part(range, all), vectors: range.lowerBound == 0 ? vectors : Amount(),
      kernels: kernels)
  }

  /// Those of some input channels out of `all`, whose `sums` stay on the core until they are added up.
  func ofChannels(_ range: Range<Int>, _ all: Int, sums: Int) -> MapMoves {
    MapMoves(
      input: input, taken: taken, windows: windows, factors: factors.part(range, all),
      terms: range.lowerBound == 0 ? terms : Amount(), result: Amount(inside: sums),
      kernels: kernels)
  }

  /// Those of some images out of `all`.
  private func ofImages(_ range: Range<Int>, _ all: Int) -> MapMoves {
    MapMoves(
      input: input.part(range, all), taken: Amount(outside: taken).part(range, all).outside,
      windows: windows, factors: factors.part(range, all), terms: terms.part(range, all),
      result: result.part(range, all), vectors: vectors.part(range, all),
      kernels: kernels.part(range, all))
  }
}

extension MapMoves.Amount {
  /// What falls on some of `all` equal places; all places together have the whole amount.
  func part(_ range: Range<Int>, _ all: Int) -> MapMoves.Amount {
    func share(_ count: Int) -> Int {
      count.scaled(by: range.upperBound, over: all).quotient
        - count.scaled(by: range.lowerBound, over: all).quotient
    }
    return MapMoves.Amount(outside: share(outside), inside: share(inside))
  }
}
