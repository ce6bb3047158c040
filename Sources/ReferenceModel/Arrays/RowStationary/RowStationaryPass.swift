internal import CostModel
internal import Networks

/// The part of a tile that a row-stationary array takes at once.
struct RowStationaryPass {
  let tile: TileWork
  let problem: Problem
  let kernels: Range<Int>
  let kernelRows: Range<Int>
  let isLastOfTile: Bool
  let images: Range<Int>
  /// Output rows of the strip.
  let outputRows: Range<Int>

  /// Rows of the padded map that a window of the strip touches.
  let rows: [Int]
  /// Columns of the padded map that a window touches.
  let columns: [Int]

  /// Words of weights.
  var weights: Int {
    kernels.count * tile.channels.count * kernelRows.count * problem.kernelColumns
  }

  /// Blocks of kernels, in each the parts of their rows.
  static func passes(
    of tile: TileWork, _ problem: Problem, _ layout: RowStationaryLayout, setRows: Int
  ) -> [RowStationaryPass] {
    let blocks = ranges(tile.kernels, layout.kernelsPerPass)
    let parts = ranges(0..<problem.kernelRows, setRows)
    return blocks.flatMap { kernels in
      parts.map { rows in
        RowStationaryPass(
          tile, problem, kernels: kernels, kernelRows: rows,
          isLastOfTile: kernels == blocks.last && rows == parts.last)
      }
    }
  }

  private init(
    _ tile: TileWork, _ problem: Problem, kernels: Range<Int>, kernelRows: Range<Int>,
    isLastOfTile: Bool
  ) {
    self.tile = tile
    self.problem = problem
    self.kernels = kernels
    self.kernelRows = kernelRows
    self.isLastOfTile = isLastOfTile
    let first = problem.place(of: tile.pixels.lowerBound)
    let last = problem.place(of: tile.pixels.upperBound - 1)
    images = first.image..<last.image + 1
    outputRows = first.row..<last.row + 1
    rows = Self.touched(outputRows, kernelRows, problem.rows)
    columns = Self.touched(
      0..<problem.outputColumns, 0..<problem.kernelColumns, problem.columns)
  }

  /// What `windows` touch with their `taps`, each once.
  private static func touched(
    _ windows: Range<Int>, _ taps: Range<Int>, _ axis: WindowAxis
  ) -> [Int] {
    Set(windows.flatMap { window in taps.map { axis.position(window, $0) } }).sorted()
  }
}
