/// Tracks of numbered spans over time; a number has the same colour in every track.
public struct TrackPlot: Codable, Hashable, Sendable {
  /// Something that a track does from one time to another.
  public struct Span: Codable, Hashable, Sendable {
    /// Its number; decides the colour and is written inside where it fits.
    public let number: Int
    /// When it starts.
    public let start: Double
    /// When it ends.
    public let end: Double
    /// What hovering says.
    public let tip: String
    /// Makes a span.
    public init(_ number: Int, start: Double, end: Double, tip: String) {
      self.number = number
      self.start = start
      self.end = end
      self.tip = tip
    }
  }

  /// One thing that does one span at a time.
  public struct Track: Codable, Hashable, Sendable {
    /// Its name.
    public let name: String
    /// Its spans in order.
    public let spans: [Span]
    /// Makes a track.
    public init(_ name: String, _ spans: [Span]) {
      self.name = name
      self.spans = spans
    }
  }

  /// Numbers that follow one another have these colours in turn, so that one can be followed from
  /// track to track.
  static let styles = [SeriesStyle(0), SeriesStyle(1), SeriesStyle(2), SeriesStyle(5)]

  private static let height = 30.0
  private static let gap = 9.0
  private static let right = 24.0

  /// What the horizontal direction measures.
  public let axis: Axis
  /// The tracks from top to bottom.
  public let tracks: [Track]

  /// Makes a plot.
  public init(axis: Axis, tracks: [Track]) {
    self.axis = Axis(axis.title, unit: axis.unit, startsAtZero: true)
    self.tracks = tracks
  }

  var isEmpty: Bool { !tracks.contains { $0.spans.contains { $0.end > $0.start } } }

  /// Draws the tracks and gives the height they take.
  func draw(on canvas: inout SVGCanvas, width: Double, top: Double) -> Double {
    let names = tracks.map { TextMetrics.width($0.name, size: 12) }.max() ?? 0
    let left = min(names, 180) + 18
    let start = top + 8
    let bottom = start + Double(tracks.count) * (Self.height + Self.gap)
    let scale = Scale(
      axis, covering: [0] + tracks.flatMap { $0.spans.map(\.end) },
      range: (left, width - Self.right), count: max(3, Int((width - left) / 90)))
    canvas.group("axis x") { canvas in
      for tick in scale.spaced({ TextMetrics.width($0, size: 11) }) {
        let x = scale.position(tick.value)
        canvas.line(from: (x, start), to: (x, bottom), class: "grid")
        canvas.label(tick.label, x: x, y: bottom + 15, anchor: .middle, class: "tick")
      }
    }
    canvas.label(scale.title, x: width - Self.right, y: bottom + 34, anchor: .end, class: "unit")
    for (index, track) in tracks.enumerated() {
      let y = start + Double(index) * (Self.height + Self.gap)
      canvas.label(
        TextMetrics.fitted(track.name, to: left - 18, size: 12), x: left - 10,
        y: y + Self.height / 2 + 4, anchor: .end, class: "lane", full: track.name)
      for span in track.spans where span.end > span.start {
        draw(span, at: y, scale, on: &canvas)
      }
      canvas.line(
        from: (left, y + Self.height), to: (width - Self.right, y + Self.height), class: "base")
    }
    return bottom + 44 - top
  }

  private func draw(_ span: Span, at y: Double, _ scale: Scale, on canvas: inout SVGCanvas) {
    let x = scale.position(span.start)
    let width = max(scale.position(span.end) - x, 0.6)
    let count = Self.styles.count
    let style = Self.styles[(span.number % count + count) % count]
    canvas.rectangle(
      x: x, y: y, width: width, height: Self.height,
      class: "mark pale\(width > 3 ? " edge" : "") \(style.fill)", tip: span.tip)
    let text = "\(span.number)"
    guard TextMetrics.width(text, size: 10.5) < width - 3 else { return }
    canvas.label(
      text, x: x + width / 2, y: y + Self.height / 2 + 4, anchor: .middle, class: "inside")
  }
}
