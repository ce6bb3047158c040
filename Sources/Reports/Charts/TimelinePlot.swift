/// Lanes of spans over time; a span is as high as the lane is busy.
public struct TimelinePlot: Codable, Hashable, Sendable {
  /// A share of a span's height.
  public struct Part: Codable, Hashable, Sendable {
    /// Position in the list of series.
    public let series: Int
    /// Share of the span's time, 0 to 1.
    public let share: Double
    /// Makes a part.
    public init(series: Int, share: Double) {
      self.series = series
      self.share = share
    }
  }

  /// Something that lasts from one time to another.
  public struct Span: Codable, Hashable, Sendable {
    /// Its name, written inside where it fits.
    public let name: String
    /// When it starts.
    public let start: Double
    /// When it ends.
    public let end: Double
    /// What its time is spent on, from bottom to top.
    public let parts: [Part]
    /// What hovering says.
    public let tip: String
    /// Makes a span.
    public init(_ name: String, start: Double, end: Double, parts: [Part], tip: String) {
      self.name = name
      self.start = start
      self.end = end
      self.parts = parts
      self.tip = tip
    }
  }

  /// One thing that is busy at times.
  public struct Lane: Codable, Hashable, Sendable {
    /// Its name.
    public let name: String
    /// Its spans from left to right.
    public let spans: [Span]
    /// Makes a lane.
    public init(_ name: String, _ spans: [Span]) {
      self.name = name
      self.spans = spans
    }
  }

  /// What the horizontal direction measures.
  public let axis: Axis
  /// What parts belong to.
  public let series: [BarPlot.Series]
  /// The lanes from top to bottom.
  public let lanes: [Lane]

  /// Makes a timeline.
  public init(axis: Axis, series: [BarPlot.Series], lanes: [Lane]) {
    self.axis = Axis(axis.title, unit: axis.unit, startsAtZero: true)
    self.series = series
    self.lanes = lanes
  }

  var isEmpty: Bool { !lanes.contains { $0.spans.contains { $0.end > $0.start } } }

  /// Draws the lanes and gives the height they take.
  func draw(on canvas: inout SVGCanvas, width: Double, top: Double) -> Double {
    let legend = Legend.draw(
      series.map { ($0.name, .area($0.style)) }, on: &canvas, left: 8, right: width - 8, top: top)
    let names = lanes.map { TextMetrics.width($0.name, size: 12) }.max() ?? 0
    let left = min(names, 180) + 18
    let start = top + max(legend, 6) + 4
    let heights = lanes.indices.map { $0 == 0 ? 84.0 : 40 }
    let bottom = start + heights.reduce(0) { $0 + $1 + 14 }
    let ends = lanes.flatMap { $0.spans.map(\.end) }
    let scale = Scale(
      axis, covering: [0] + ends, range: (left, width - 24),
      count: max(3, Int((width - left) / 90)))
    canvas.group("axis x") { canvas in
      for tick in scale.spaced({ TextMetrics.width($0, size: 11) }) {
        let x = scale.position(tick.value)
        canvas.line(from: (x, start), to: (x, bottom), class: "grid")
        canvas.label(tick.label, x: x, y: bottom + 15, anchor: .middle, class: "tick")
      }
    }
    canvas.label(scale.title, x: width - 24, y: bottom + 34, anchor: .end, class: "unit")
    var y = start
    for (lane, height) in zip(lanes, heights) {
      canvas.label(
        TextMetrics.fitted(lane.name, to: left - 18, size: 12), x: left - 10, y: y + height / 2 + 4,
        anchor: .end, class: "lane", full: lane.name)
      for span in lane.spans { draw(span, y, height, scale, on: &canvas) }
      canvas.line(
        from: (left, y + height), to: (width - 24, y + height), class: "base")
      y += height + 14
    }
    return bottom + 44 - top
  }

  private func draw(
    _ span: Span, _ y: Double, _ height: Double, _ scale: Scale, on canvas: inout SVGCanvas
  ) {
    let left = scale.position(span.start)
    let width = scale.position(span.end) - left
    var used = 0.0
    for part in span.parts where part.share > 0 && part.share.isFinite && width > 0 {
      guard series.indices.contains(part.series) else { continue }
      let share = min(part.share, 1 - used)
      guard share > 0 else { break }
      used += share
      let edge = width > 2 ? " edge" : ""
      canvas.rectangle(
        x: left, y: y + height * (1 - used), width: max(width, 0.3),
        height: max(height * share, 0.3),
        class: "mark\(edge) \(series[part.series].style.fill)",
        tip: "\(span.tip)\n\(series[part.series].name): \(NumberText.share(part.share))")
    }
  }
}
