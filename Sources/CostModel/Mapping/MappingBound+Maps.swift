internal import Architectures
internal import Networks
internal import Units

extension MappingBound {
  /// Loads of what is moved beside or in place of the input, where all of it comes from DRAM as it is.
  static func moved(
    _ request: MappingRequest, _ nest: LoopNest
  ) -> (beside: Loads, windowed: Loads) {
    let links = request.memory.transfers
    var (beside, windowed) = (Loads(), Loads())
    guard let moves = request.placement.moves else { return (beside, windowed) }
    if moves.terms.inside == 0, nest.besideCode == nil {
      beside.bits = links.precision.input * moves.terms.outside
      beside.cycles = links.input.rate.cycles(for: beside.bits).count
    }
    // Strips take in the whole map where no rows lie between windows.
    if let windows = moves.windows, moves.input.inside == 0, nest.inputCode == nil,
      windows.rows.stride <= windows.rows.span, nest.rows.stride <= nest.rows.span,
      nest.gather != .pixels
    {
      let rows = nest.inputRows(from: 0, count: nest.pixels, along: windows.rows)
      let channels = nest.isDepthwise ? nest.kernels : nest.channels
      windowed.bits = links.precision.input * (rows * windows.columns.extent * channels)
      windowed.cycles = links.input.rate.cycles(for: windowed.bits).count
    }
    return (beside, windowed)
  }

  /// Stores of results that are fewer on the way out, all of which go to DRAM.
  var leastStores: Stores {
    guard let result = request.placement.moves?.result, result.inside == 0 else { return Stores() }
    let raw = links.precision.output * result.outside
    return Stores(
      cycles: links.storeCycles(raw, of: nest), bits: links.linkBits(output: raw, of: nest),
      raw: raw)
  }

  /// Bits that a tile of results stores, at least.
  func leastStored(pixels: Int, kernels: Int) -> Bits {
    guard storesLess else { return links.outputBits(pixels: pixels, kernels: kernels) }
    guard let result = request.placement.moves?.result, result.inside == 0 else { return .zero }
    let ofPixels = (result.outside / nests).scaled(by: pixels, over: nest.pixels).quotient
    return links.precision.output * (ofPixels / nest.kernels * kernels)
  }
}
