internal import CostModel

/// A grid of elements that keep rows of kernels and meet rows of the input, pass after pass.
///
/// A pass loads its weights; then columns of the input arrive, windows are multiplied and their sums
/// leave, all at once. Nothing pushes back: columns that have arrived wait before the elements, and
/// sums behind them, in any number. What an element works with is in scratchpads of finite size. A
/// tile begins when all of its input is in the buffer, and hands its results over at its end.
struct RowStationaryTwin: ArrayTwin {
  private let spec: RowStationaryArray.Spec
  private let problem: Problem
  private var layout: RowStationaryLayout?
  private var tile: TileWork?
  /// The passes of the tile that have not begun.
  private var passes: [RowStationaryPass] = []
  private var current: RowStationaryRun?

  init(_ spec: RowStationaryArray.Spec, _ problem: Problem) {
    self.spec = spec
    self.problem = problem
  }

  mutating func prepare(_ mapping: Mapping) { layout = mapping.rowStationary }

  /// All of them: images follow one another.
  func sideBySide(of problem: Problem) -> Int { .max }

  var acceptsTile: Bool { tile == nil }
  var isEmpty: Bool { tile == nil }

  /// Rows of a kernel that stand above one another.
  private var setRows: Int { layout?.kernelRows ?? 1 }

  private func passes(of tile: TileWork) -> [RowStationaryPass] {
    layout.map { RowStationaryPass.passes(of: tile, problem, $0, setRows: setRows) } ?? []
  }

  func weightsInBuffer(of tile: TileWork) -> Int? { passes(of: tile).map(\.weights).max() }

  mutating func start(_ tile: TileWork, on chip: inout OnChip) {
    self.tile = tile
    passes = passes(of: tile)
  }

  mutating func step(_ chip: inout OnChip) {
    guard let tile else { return }
    if current == nil {
      guard chip.holdsInput(of: tile) else { return }
      begin(&chip)
      guard chip.failure == nil else { return }
    }
    current?.step(&chip)
    guard current?.isOver ?? false else { return }
    current = nil
    guard passes.isEmpty else { return }
    if tile.isLastChannels { chip.finish(tile) }
    self.tile = nil
  }

  private mutating func begin(_ chip: inout OnChip) {
    guard let layout, let pass = passes.first else {
      return chip.fail("the mapping has no layout for a row-stationary array")
    }
    passes.removeFirst()
    let grid = RowStationaryGrid(pass, spec, layout, setRows: setRows, on: &chip)
    current = RowStationaryRun(pass, spec, grid)
  }
}
