extension BarPlot {
  private static let size = 11.0

  /// Positions that all parts of the drawing share.
  private struct Frame {
    let left: Double
    let right: Double
    let top: Double
    let bottom: Double
    let pitch: Double
    let scale: Scale
  }

  /// Draws the bars and gives the height they take; few bars are higher, to fill `room`.
  func draw(
    on canvas: inout SVGCanvas, width: Double, top: Double, room: Double = 0
  ) -> Double {
    let names = bars.map { TextMetrics.width($0.name, size: Self.size) }.max() ?? 0
    let left = min(names, width * 0.3) + 16
    let ends = showsValues ? bars.map { TextMetrics.width(end(of: $0), size: 10.5) }.max() ?? 0 : 0
    let right = width - max(ends + 10, 22)
    let legend =
      series.count > 1
      ? Legend.draw(
        series.map { ($0.name, .area($0.style)) }, on: &canvas, left: 8, right: width - 8, top: top)
      : 8
    let pitch = pitch(in: room - legend - 44)
    let start = top + legend + 2
    let bottom = start + Double(bars.count) * pitch + 2
    let lengths =
      arrangement == .stacked
      ? bars.map(\.total) : bars.flatMap { $0.values.filter { $0.isFinite && $0 > 0 } }
    let scale = Scale(
      axis, covering: [0] + lengths, range: (left, right), count: max(3, Int((right - left) / 60)))
    let frame = Frame(
      left: left, right: right, top: start, bottom: bottom, pitch: pitch, scale: scale)
    drawAxis(on: &canvas, frame)
    for (index, bar) in bars.enumerated() {
      let y = start + Double(index) * pitch
      let name = TextMetrics.fitted(bar.name, to: left - 16, size: Self.size)
      canvas.label(
        name, x: left - 8, y: y + pitch / 2 + 4, anchor: .end, class: "name", full: bar.name)
      switch arrangement {
      case .stacked: drawStack(bar, at: y, on: &canvas, frame)
      case .grouped: drawGroup(bar, at: y, on: &canvas, frame)
      }
    }
    canvas.line(from: (left, start), to: (left, bottom), class: "base")
    return bottom + 40 - top
  }

  /// The height of a bar with the gap below it.
  private func pitch(in room: Double) -> Double {
    let rows = Double(series.count)
    let (least, most) =
      arrangement == .grouped
      ? (rows * 9 + 7, rows * 17 + 12) : (bars.count > 14 ? 17.0 : 24, 34)
    return max(least, min(most, room / Double(max(bars.count, 1))))
  }

  /// What stands at the end of a bar.
  private func end(of bar: Bar) -> String {
    if arrangement == .grouped { return bar.note }
    guard bar.total > 0 else { return "0" }
    let text = axis.text(bar.total)
    return whole.map { $0 > 0 ? "\(text), \(NumberText.share(bar.total / $0))" : text } ?? text
  }

  private func drawAxis(on canvas: inout SVGCanvas, _ frame: Frame) {
    canvas.group("axis x") { canvas in
      for tick in frame.scale.spaced({ TextMetrics.width($0, size: Self.size) }) {
        let x = frame.scale.position(tick.value)
        canvas.line(from: (x, frame.top), to: (x, frame.bottom), class: "grid")
        canvas.label(
          tick.label, x: x, y: frame.bottom + 14, anchor: .middle, class: "tick")
      }
    }
    canvas.label(
      frame.scale.title, x: frame.right, y: frame.bottom + 32, anchor: .end, class: "unit")
  }

  private func drawStack(
    _ bar: Bar, at y: Double, on canvas: inout SVGCanvas, _ frame: Frame
  ) {
    let height = frame.pitch * 0.72
    var sum = 0.0
    for (series, value) in zip(series, bar.values) where value > 0 && value.isFinite {
      let x = frame.scale.position(sum)
      sum += value
      let style = bar.style ?? series.style
      let part =
        self.series.count > 1
        ? "\(bar.name)\n\(series.name): \(axis.text(value)), "
          + "\(NumberText.share(value / bar.total)) of \(axis.text(bar.total))"
        : "\(bar.name): \(end(of: bar))"
      canvas.rectangle(
        x: x, y: y + frame.pitch * 0.14, width: max(frame.scale.position(sum) - x, 0.3),
        height: height, class: "mark edge \(style.fill)",
        tip: bar.note.isEmpty ? part : "\(part)\n\(bar.note)")
    }
    guard showsValues else { return }
    canvas.label(
      end(of: bar), x: frame.scale.position(sum) + 5, y: y + frame.pitch / 2 + 4, class: "value")
  }

  private func drawGroup(
    _ bar: Bar, at y: Double, on canvas: inout SVGCanvas, _ frame: Frame
  ) {
    let height = (frame.pitch - 7) / Double(max(series.count, 1))
    for (index, pair) in zip(series, bar.values).enumerated() {
      let (series, value) = pair
      guard value > 0, value.isFinite else { continue }
      let top = y + 3.5 + Double(index) * height
      let end = frame.scale.position(value)
      let tip = "\(bar.name)\n\(series.name): \(axis.text(value))"
      canvas.rectangle(
        x: frame.left, y: top, width: max(end - frame.left, 0.3), height: height - 0.6,
        class: "mark \(series.style.fill)", tip: bar.note.isEmpty ? tip : "\(tip)\n\(bar.note)")
    }
    guard showsValues, series.count < 3 else { return }
    let length = bar.values.filter(\.isFinite).max() ?? 0
    canvas.label(
      end(of: bar), x: frame.scale.position(max(length, 0)) + 5,
      y: y + frame.pitch / 2 + 4, class: "value")
  }
}
