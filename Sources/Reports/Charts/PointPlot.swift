/// Points and lines over two axes.
public struct PointPlot: Codable, Hashable, Sendable {
  /// A position with what hovering over it says.
  public struct Point: Codable, Hashable, Sendable {
    /// Position along the horizontal axis.
    public let x: Double
    /// Position along the vertical axis.
    public let y: Double
    /// What hovering says.
    public let tip: String
    /// A short text beside the point, empty for none.
    public let label: String
    /// Area of its marker, as a multiple of the series'.
    public let weight: Double
    /// Makes a point.
    public init(
      _ x: Double, _ y: Double, tip: String = "", label: String = "", weight: Double = 1
    ) {
      self.weight = weight
      self.x = x
      self.y = y
      self.tip = tip
      self.label = label
    }
  }

  /// How the points of a series are drawn.
  public enum Mark: Codable, Hashable, Sendable {
    /// A marker at each.
    case points(radius: Double)
    /// A faint marker at each, behind the others.
    case faintPoints(radius: Double)
    /// A line through all.
    case line
    /// A line with a marker at each.
    case markedLine
    /// A line that goes right, then up or down.
    case steps
    /// Faint dots without texts, for very many points.
    case cloud
  }

  /// Points that belong together.
  public struct Series: Codable, Hashable, Sendable {
    /// Its name in the legend, empty to leave it out.
    public let name: String
    /// Its look.
    public let style: SeriesStyle
    /// How it is drawn.
    public let mark: Mark
    /// Its points, in drawing order.
    public let points: [Point]
    /// Makes a series.
    public init(_ name: String, _ style: SeriesStyle, _ mark: Mark, _ points: [Point]) {
      self.name = name
      self.style = style
      self.mark = mark
      self.points = points
    }
  }

  /// What the horizontal direction measures.
  public let x: Axis
  /// What the vertical direction measures.
  public let y: Axis
  /// The series, those drawn first behind.
  public let series: [Series]

  /// Makes a plot.
  public init(x: Axis, y: Axis, series: [Series]) {
    self.x = x
    self.y = y
    self.series = series
  }

  /// Whether a point can be drawn on these axes.
  func isDrawable(_ point: Point) -> Bool {
    point.x.isFinite && point.y.isFinite && (!x.isLogarithmic || point.x > 0)
      && (!y.isLogarithmic || point.y > 0)
  }

  var isEmpty: Bool { !series.contains { $0.points.contains(where: isDrawable) } }
}
