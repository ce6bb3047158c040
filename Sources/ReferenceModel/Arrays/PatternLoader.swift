internal import CostModel

/// The first stage: brings the activations and the weights of a tile for a group of pixels.
struct PatternLoader {
  private let tile: PatternTile
  private let pixels: Range<Int>
  private let columnsPerCycle: Int
  private let bitsPerCycle: Int
  private var bitsLeft: Int
  private var next = 0
  /// Columns of the tile, each a vector of pixels; nil where it is not loaded.
  private(set) var activations: [[Int32]?]

  init(
    _ tile: PatternTile, weightBits: Int, pixels: Range<Int>, _ spec: SparseRepetitionArray.Spec
  ) {
    self.tile = tile
    self.pixels = pixels
    columnsPerCycle = spec.activationLoads
    bitsPerCycle = spec.weightBitsPerCycle
    bitsLeft = weightBits
    activations = Array(repeating: nil, count: tile.columns.count)
  }

  var isDone: Bool { bitsLeft <= 0 && next == tile.loaded.count }

  /// One cycle; a column waits until all pixels of the group have theirs.
  mutating func step(_ work: TileWork, _ chip: inout OnChip) {
    if bitsLeft > 0 {
      bitsLeft -= bitsPerCycle
      if bitsLeft <= 0 { chip.traffic.weightReads += tile.weights.count * tile.columns.count }
    }
    for _ in 0..<columnsPerCycle where next < tile.loaded.count {
      let column = tile.loaded[next]
      let (channel, tap) = column.quotientAndRemainder(dividingBy: chip.problem.taps)
      let (y, x) = tap.quotientAndRemainder(dividingBy: chip.problem.kernelColumns)
      var values: [Int32] = []
      for pixel in pixels {
        guard let value = chip.input(work, pixel: pixel, channel: channel, y: y, x: x) else {
          return
        }
        values.append(Int32(value))
      }
      activations[column - tile.columns.lowerBound] = values
      chip.traffic.inputReads += values.count
      chip.traffic.work?.registerAccesses += values.count
      next += 1
    }
  }
}
