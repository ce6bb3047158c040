/// Horizontal bars, one row per name, so that long names stay legible.
public struct BarPlot: Codable, Hashable, Sendable {
  /// How the values of one name are put together.
  public enum Arrangement: String, Codable, Hashable, Sendable {
    /// One after the other; the bar's length is their sum.
    case stacked
    /// Below each other, for comparing.
    case grouped
  }

  /// What the values of every bar belong to.
  public struct Series: Codable, Hashable, Sendable {
    /// Its name.
    public let name: String
    /// Its colour.
    public let style: SeriesStyle
    /// Makes a series.
    public init(_ name: String, _ style: SeriesStyle) {
      self.name = name
      self.style = style
    }
  }

  /// One name with a value per series.
  public struct Bar: Codable, Hashable, Sendable {
    /// The name.
    public let name: String
    /// One value per series; not a number where there is none.
    public let values: [Double]
    /// Colour of the whole bar where the plot has a single series.
    public let style: SeriesStyle?
    /// What hovering says beside the value.
    public let note: String
    /// Makes a bar.
    public init(_ name: String, _ values: [Double], style: SeriesStyle? = nil, note: String = "") {
      self.name = name
      self.values = values
      self.style = style
      self.note = note
    }

    /// The length of the bar: the sum of its positive values.
    public var total: Double { values.reduce(0) { $0 + ($1 > 0 && $1.isFinite ? $1 : 0) } }
  }

  /// What the values belong to.
  public let series: [Series]
  /// The bars from top to bottom.
  public let bars: [Bar]
  /// What the lengths measure; linear from zero.
  public let axis: Axis
  /// How the values are put together.
  public let arrangement: Arrangement
  /// Whether the value stands at a bar's end.
  public let showsValues: Bool
  /// The share that values are given of, for texts; nil for none.
  public let whole: Double?

  /// Makes a plot.
  public init(
    series: [Series], bars: [Bar], axis: Axis, arrangement: Arrangement = .stacked,
    showsValues: Bool = true, whole: Double? = nil
  ) {
    self.series = series
    self.bars = bars
    self.axis = Axis(axis.title, unit: axis.unit, startsAtZero: true)
    self.arrangement = arrangement
    self.showsValues = showsValues
    self.whole = whole
  }

  var isEmpty: Bool { !bars.contains { $0.total > 0 } }
}
