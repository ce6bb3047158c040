internal import Architectures
internal import CostModel
internal import Units

/// What tiles move of maps beside their input, and what of that is on chip.
extension Execution {
  /// Bits of a tile's input that come over the link.
  mutating func loadedInput(_ tile: TileWork) -> Int {
    let bits = footprint.inputBits(tile)
    guard let moves else {
      chip.traffic.inputFillBits += bits
      return bits
    }
    let share = moves.input(tile, bits)
    chip.traffic.inputFillBits += bits
    chip.traffic.mapReadBits += share.inside
    return share.outside
  }

  /// Bits of terms and factors that come over the link of the input, behind the tile's other loads.
  mutating func loadedBeside(_ tile: TileWork) -> Int {
    guard let moves else { return 0 }
    let (terms, factors) = (moves.terms(tile), moves.factors(tile))
    let width = spec.precision.input.count
    let bits = width * (terms.outside + factors.outside)
    chip.traffic.inputBits += bits
    chip.traffic.mapReadBits += width * (terms.inside + factors.inside)
    chip.traffic.inputFillBits += width * factors.all
    chip.traffic.termBits += width * terms.all
    return bits
  }

  /// Takes a tile's input from the chip where none of it comes over the link.
  mutating func holdInput(of tile: TileWork) {
    guard let moves, tile.fetchesInput,
      moves.input(tile, footprint.inputBits(tile)).outside == 0
    else { return }
    openInput(of: tile, elements: 0)
    let elements = chip.inputs[tile.input]?.elements ?? 0
    if chip.inputs[tile.input]?.arrived != elements { chip.inputs[tile.input]?.arrived = elements }
  }
}
