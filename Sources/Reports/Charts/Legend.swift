/// Names of series with their marks, in rows above a plot.
struct Legend {
  /// What stands before a name.
  enum Swatch {
    /// A filled square.
    case area(SeriesStyle)
    /// A marker.
    case marker(SeriesStyle)
    /// A piece of line.
    case line(SeriesStyle)
    /// A line with a marker on it.
    case markedLine(SeriesStyle)
    /// A faint dot.
    case cloud
  }

  private static let size = 11.0
  private static let rowHeight = 18.0

  /// Draws `items` from `left` to `right` and gives the height they take.
  static func draw(
    _ items: [(name: String, swatch: Swatch)], on canvas: inout SVGCanvas, left: Double,
    right: Double, top: Double
  ) -> Double {
    guard !items.isEmpty else { return 0 }
    var x = left
    var y = top + 13
    canvas.group("legend") { canvas in
      for item in items {
        let name = TextMetrics.fitted(item.name, to: min(260, right - left - 30), size: size)
        let width = 24 + TextMetrics.width(name, size: size) + 14
        if x > left, x + width - 14 > right {
          x = left
          y += rowHeight
        }
        draw(item.swatch, on: &canvas, x: x, y: y - 4)
        canvas.label(name, x: x + 24, y: y, class: "name", full: item.name)
        x += width
      }
    }
    return y - top + 9
  }

  private static func draw(_ swatch: Swatch, on canvas: inout SVGCanvas, x: Double, y: Double) {
    func line(_ style: SeriesStyle) {
      canvas.line(from: (x, y), to: (x + 20, y), class: "line \(style.stroke)")
    }
    func marker(_ style: SeriesStyle) {
      canvas.draw(
        "path",
        [("class", "dot \(style.fill)"), ("d", style.marker(x: x + 10, y: y, radius: 4.5))])
    }
    switch swatch {
    case .area(let style):
      canvas.rectangle(x: x + 6, y: y - 6, width: 12, height: 12, class: style.fill)
    case .marker(let style): marker(style)
    case .line(let style): line(style)
    case .markedLine(let style):
      line(style)
      marker(style)
    case .cloud:
      canvas.draw(
        "path", [("class", "cloud"), ("d", "M\(Coordinate.text(x + 10)) \(Coordinate.text(y))h0")])
    }
  }
}
