/// A table of cells, the darker the larger their value, with the value in each.
public struct CellPlot: Hashable, Sendable {
  /// Names above the columns.
  public let columns: [String]
  /// Names before the rows.
  public let rows: [String]
  /// What the columns are.
  public let columnTitle: String
  /// What the rows are.
  public let rowTitle: String
  /// What the values measure.
  public let axis: Axis
  /// Values by row and column; not a number where there is none.
  public let values: [[Double]]

  /// Makes a plot.
  public init(
    columns: [String], rows: [String], columnTitle: String, rowTitle: String, axis: Axis,
    values: [[Double]]
  ) {
    self.columns = columns
    self.rows = rows
    self.columnTitle = columnTitle
    self.rowTitle = rowTitle
    self.axis = axis
    self.values = values
  }

  var isEmpty: Bool { columns.isEmpty || !values.contains { $0.contains { $0.isFinite } } }

  /// Draws the cells and gives the height they take; few rows are higher, to fill `room`.
  func draw(
    on canvas: inout SVGCanvas, width: Double, top: Double, room: Double = 0
  ) -> Double {
    let names = rows.map { TextMetrics.width($0, size: 11) }.max() ?? 0
    let left = min(names, 150) + 40
    let cell = (width - left - 16) / Double(max(columns.count, 1))
    let height = max(30, min(56, (room - 70) / Double(max(rows.count, 1))))
    let start = top + 26
    let known = values.flatMap { $0.filter(\.isFinite) }
    let (low, high) = (known.min() ?? 0, known.max() ?? 1)
    canvas.label(
      "shade: \(axis.title), \(axis.text(low)) to \(axis.text(high))", x: 8, y: top + 14,
      class: "name")
    for (row, name) in rows.enumerated() where values.indices.contains(row) {
      let y = start + Double(row) * height
      canvas.label(
        TextMetrics.fitted(name, to: left - 40, size: 11), x: left - 8, y: y + height / 2 + 4,
        anchor: .end, class: "name", full: name)
      for (column, value) in values[row].prefix(columns.count).enumerated() where value.isFinite {
        let x = left + Double(column) * cell
        let share = high > low ? (value - low) / (high - low) : 0.5
        let tip =
          "\(rowTitle) \(name), \(columnTitle) \(columns[column])\n\(axis.title): \(axis.text(value))"
        canvas.draw(
          "rect",
          [
            ("class", "mark cell"), ("x", Coordinate.text(x + 1)), ("y", Coordinate.text(y + 1)),
            ("width", Coordinate.text(cell - 2)), ("height", Coordinate.text(height - 2)),
            ("fill-opacity", Coordinate.text(0.08 + 0.47 * share)),
          ], tip: tip)
        let text = axis.text(value)
        guard TextMetrics.width(text, size: 10.5) < cell - 4 else { continue }
        canvas.label(
          text, x: x + cell / 2, y: y + height / 2 + 4, anchor: .middle, class: "inside")
      }
    }
    let bottom = start + Double(rows.count) * height
    canvas.group("axis x") { canvas in
      for (column, name) in columns.enumerated() {
        canvas.label(
          TextMetrics.fitted(name, to: cell - 6, size: 11), x: left + (Double(column) + 0.5) * cell,
          y: bottom + 15, anchor: .middle, class: "tick", full: name)
      }
    }
    canvas.label(columnTitle, x: width - 16, y: bottom + 34, anchor: .end, class: "unit")
    canvas.label(
      TextMetrics.fitted(rowTitle, to: bottom - start, size: 12.5), x: 15, y: start, anchor: .end,
      class: "unit", full: rowTitle, upward: true)
    return bottom + 44 - top
  }
}
