extension PointPlot {
  private static let size = 11.0

  /// Draws the plot and gives the height it takes.
  func draw(on canvas: inout SVGCanvas, width: Double, height: Double, top: Double) -> Double {
    let named = series.filter { !$0.name.isEmpty }
    let legend = Legend.draw(
      named.map { ($0.name, Self.swatch($0)) }, on: &canvas, left: 8, right: width - 8, top: top)
    let start = top + max(legend, 6) + 6
    let bottom = start + height - 60
    let all = series.flatMap { $0.points.filter(isDrawable) }
    let vertical = Scale(
      y, covering: all.map(\.y), range: (bottom, start), count: max(3, Int((bottom - start) / 48)))
    let rows = vertical.spaced { _ in Self.size }
    let labels = rows.map { TextMetrics.width($0.label, size: Self.size) }.max() ?? 0
    let left = labels + 34
    let horizontal = Scale(
      x, covering: all.map(\.x), range: (left, width - 24), count: max(3, Int((width - left) / 90)))
    drawAxes(on: &canvas, horizontal, vertical, rows)
    for (index, item) in series.enumerated() {
      draw(item, places: index == series.count - 1, on: &canvas, horizontal, vertical)
    }
    drawLabels(on: &canvas, horizontal, vertical)
    return bottom + 44 - top
  }

  private static func swatch(_ series: Series) -> Legend.Swatch {
    switch series.mark {
    case .points, .faintPoints: .marker(series.style)
    case .line, .steps: .line(series.style)
    case .markedLine: .markedLine(series.style)
    case .cloud: .cloud
    }
  }

  private func drawAxes(
    on canvas: inout SVGCanvas, _ horizontal: Scale, _ vertical: Scale, _ rows: [Scale.Tick]
  ) {
    let (left, right) = horizontal.range
    let (bottom, top) = vertical.range
    canvas.group("axis y") { canvas in
      for tick in rows {
        let y = vertical.position(tick.value)
        canvas.line(from: (left, y), to: (right, y), class: "grid")
        canvas.label(tick.label, x: left - 6, y: y + 4, anchor: .end, class: "tick")
      }
    }
    canvas.group("axis x") { canvas in
      for tick in horizontal.spaced({ TextMetrics.width($0, size: Self.size) }) {
        let x = horizontal.position(tick.value)
        canvas.line(from: (x, top), to: (x, bottom), class: "grid")
        let half = TextMetrics.width(tick.label, size: Self.size) / 2
        canvas.label(
          tick.label, x: min(x, right + 22 - half), y: bottom + 15, anchor: .middle, class: "tick")
      }
    }
    canvas.line(from: (left, bottom), to: (right, bottom), class: "base")
    canvas.line(from: (left, top), to: (left, bottom), class: "base")
    canvas.label(
      TextMetrics.fitted(horizontal.title, to: right - left, size: 12.5), x: right,
      y: bottom + 34, anchor: .end, class: "unit", full: horizontal.title)
    canvas.label(
      TextMetrics.fitted(vertical.title, to: bottom - top, size: 12.5), x: 15, y: top,
      anchor: .end, class: "unit", full: vertical.title, upward: true)
  }

  private func draw(
    _ series: Series, places: Bool, on canvas: inout SVGCanvas, _ horizontal: Scale,
    _ vertical: Scale
  ) {
    let points = series.points.filter(isDrawable)
    guard !points.isEmpty else { return }
    func n(_ value: Double) -> String { Coordinate.text(value) }
    let positions = points.map { (horizontal.position($0.x), vertical.position($0.y)) }
    func markers(_ radius: Double, _ extra: String = "") {
      for (point, position) in zip(points, positions) {
        canvas.draw(
          "path",
          [
            ("class", "mark dot \(extra)\(series.style.fill)"),
            (
              "d",
              series.style.marker(
                x: position.0, y: position.1, radius: radius * point.weight.squareRoot())
            ),
          ], tip: point.tip.isEmpty ? nil : point.tip)
      }
    }
    func line(_ path: String) {
      canvas.draw(
        "path", [("class", "mark line \(series.style.stroke)"), ("d", path)],
        tip: series.name.isEmpty ? nil : series.name)
    }
    let straight = "M" + positions.map { "\(n($0.0)) \(n($0.1))" }.joined(separator: "L")
    switch series.mark {
    case .points(let radius): markers(radius)
    case .faintPoints(let radius): markers(radius, "faint ")
    case .line: line(straight)
    case .markedLine:
      line(straight)
      markers(4.5)
    case .steps:
      var path = "M\(n(positions[0].0)) \(n(positions[0].1))"
      for position in positions.dropFirst() { path += "H\(n(position.0))V\(n(position.1))" }
      line(path)
    case .cloud:
      canvas.draw(
        "path",
        [
          ("class", "mark cloud"),
          ("d", positions.map { "M\(n($0.0)) \(n($0.1))h0" }.joined()),
        ])
    }
  }

  /// Texts beside points, where they hide no other text.
  private func drawLabels(on canvas: inout SVGCanvas, _ horizontal: Scale, _ vertical: Scale) {
    var taken: [(x: ClosedRange<Double>, y: ClosedRange<Double>)] = []
    let right = horizontal.range.high + 22
    let drawable = series.flatMap { item -> [Point] in
      switch item.mark {
      case .line, .steps, .cloud: []
      case .points, .faintPoints, .markedLine: item.points.filter(isDrawable)
      }
    }
    let markers = drawable.map { (horizontal.position($0.x), vertical.position($0.y)) }
    for point in drawable where !point.label.isEmpty {
      let x = horizontal.position(point.x)
      let y = vertical.position(point.y)
      let text = TextMetrics.fitted(point.label, to: 170, size: Self.size)
      let width = TextMetrics.width(text, size: Self.size)
      let isLeft = x + 10 + width > right
      let start = isLeft ? x - 10 - width : x + 10
      guard start > horizontal.range.low else { continue }
      for shift in [4.0, -8, 16] {
        let box = (x: start...(start + width), y: (y + shift - 10)...(y + shift + 2))
        let isFree = !taken.contains { $0.x.overlaps(box.x) && $0.y.overlaps(box.y) }
        let hidesNone = !markers.contains {
          $0.0 > start - 5 && $0.0 < start + width + 5 && $0.1 > box.y.lowerBound - 4
            && $0.1 < box.y.upperBound + 4
        }
        guard isFree, hidesNone, box.y.lowerBound > vertical.range.high - 6,
          box.y.upperBound < vertical.range.low
        else { continue }
        taken.append(box)
        canvas.label(
          text, x: isLeft ? x - 10 : start, y: y + shift, anchor: isLeft ? .end : .start,
          class: "name", full: point.label)
        break
      }
    }
  }
}
