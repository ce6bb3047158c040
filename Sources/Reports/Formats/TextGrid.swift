/// A table as texts in columns.
struct TextGrid {
  /// What stands between two columns.
  static let gap = "  "
  /// Columns of a terminal that a column of texts keeps at least, and a heading of numbers.
  private static let least = (text: 10, heading: 4)

  private(set) var headings: [String]
  private(set) var rows: [[String]]
  private(set) var total: [String]?
  /// Which columns hold nothing but texts.
  private(set) var isText: [Bool]

  /// The cells of `table` that people see.
  init(_ table: Table) {
    let cells = table.rows.map(table.visible)
    let names = table.columns.compactMap(\.heading)
    headings = names
    rows = cells.map { $0.map(NumberText.text(of:)) }
    total = table.total.map { table.visible($0).map(NumberText.text(of:)) }
    isText = names.indices.map { column in
      cells.allSatisfy { if case .text = $0[column] { true } else { false } }
    }
  }

  /// The width of each column.
  var widths: [Int] {
    headings.indices.map { column in
      max(DisplayWidth.of(headings[column]), width(ofCellsIn: column))
    }
  }

  /// The width of a line.
  var width: Int { widths.reduce(0, +) + Self.gap.count * max(0, headings.count - 1) }

  private var body: [[String]] { rows + (total.map { [$0] } ?? []) }

  private func width(ofCellsIn column: Int) -> Int {
    body.map { DisplayWidth.of($0[column]) }.max() ?? 0
  }

  /// The grid with its longest texts and headings cut, so that a line takes at most `columns`; nil
  /// where numbers alone take more.
  func fitted(to columns: Int, ellipsis: String) -> TextGrid? {
    let widths = widths
    let room = columns - Self.gap.count * max(0, headings.count - 1)
    let least = widths.indices.map { column in
      min(
        widths[column],
        isText[column] ? Self.least.text : max(width(ofCellsIn: column), Self.least.heading))
    }
    guard least.reduce(0, +) <= room else { return nil }
    var cap = widths.max() ?? 0
    func capped() -> [Int] { zip(widths, least).map { min($0, max(cap, $1)) } }
    while capped().reduce(0, +) > room { cap -= 1 }
    var result = self
    for (column, limit) in capped().enumerated() where limit < widths[column] {
      result.cut(column, to: MiddleCut(limit: limit, ellipsis: ellipsis))
    }
    return result
  }

  /// The grid without the columns of these headings.
  func without(_ left: Set<String>) -> TextGrid {
    let kept = headings.indices.filter { !left.contains(headings[$0]) }
    func picked<Value>(_ values: [Value]) -> [Value] { kept.map { values[$0] } }
    var grid = self
    grid.headings = picked(headings)
    grid.rows = rows.map(picked)
    grid.total = total.map(picked)
    grid.isText = picked(isText)
    return grid
  }

  private mutating func cut(_ column: Int, to cut: MiddleCut) {
    headings[column] = cut.cut([headings[column]])[0]
    guard isText[column] else { return }
    for (row, text) in cut.cut(body.map { $0[column] }).enumerated() {
      if row < rows.count { rows[row][column] = text } else { total?[column] = text }
    }
  }
}
