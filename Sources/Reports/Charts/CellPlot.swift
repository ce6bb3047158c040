/// A table of cells, shaded as the strip above them says, with the value in each.
public struct CellPlot: Codable, Hashable, Sendable {
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
    drawStrip(low, high, on: &canvas, right: width - 16, top: top)
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
        shade(
          share, "mark cell", on: &canvas, x: x + 1, y: y + 1, width: cell - 2, height: height - 2,
          tip: tip)
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

  /// Steps of the strip that says which shade is which value.
  private static let steps = 12

  /// The shades with the values of both ends: what is dark on white paper is bright on black, so no
  /// word says it.
  private func drawStrip(
    _ low: Double, _ high: Double, on canvas: inout SVGCanvas, right: Double, top: Double
  ) {
    canvas.group("legend") { canvas in
      let ends = (axis.text(low), axis.text(high))
      let room = high > low ? 120.0 + TextMetrics.width(ends.0 + ends.1, size: 11) + 24 : 160
      let title = TextMetrics.fitted(axis.title, to: right - 8 - room, size: 11)
      canvas.label(title, x: 8, y: top + 14, class: "name", full: axis.title)
      var x = 8 + TextMetrics.width(title, size: 11) + 10
      canvas.label(ends.0, x: x, y: top + 14, class: "name")
      x += TextMetrics.width(ends.0, size: 11) + 6
      let count = high > low ? Self.steps : 1
      for step in 0..<count {
        shade(
          count > 1 ? Double(step) / Double(count - 1) : 0.5, "cell", on: &canvas,
          x: x + Double(step) * 10, y: top + 4, width: 10, height: 12)
      }
      guard count > 1 else { return }
      canvas.label(ends.1, x: x + Double(count) * 10 + 6, y: top + 14, class: "name")
    }
  }

  /// A rectangle whose shade says `share`, 0 to 1.
  private func shade(
    _ share: Double, _ name: String, on canvas: inout SVGCanvas, x: Double, y: Double,
    width: Double, height: Double, tip: String? = nil
  ) {
    canvas.draw(
      "rect",
      [
        ("class", name), ("x", Coordinate.text(x)), ("y", Coordinate.text(y)),
        ("width", Coordinate.text(width)), ("height", Coordinate.text(height)),
        ("fill-opacity", Coordinate.text(0.08 + 0.47 * share)),
      ], tip: tip)
  }
}
