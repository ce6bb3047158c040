/// A picture of a report: what it shows, independent of how it is drawn.
public struct Chart: Codable, Sendable {
  /// What is drawn.
  public enum Plot: Sendable {
    /// Horizontal bars by name.
    case bars(BarPlot)
    /// Points and lines over two axes.
    case points(PointPlot)
    /// Lanes of spans over time.
    case timeline(TimelinePlot)
    /// Tracks of numbered spans over time.
    case tracks(TrackPlot)
    /// A table of shaded cells.
    case cells(CellPlot)
  }

  /// How much room a picture takes beside others.
  public enum Width: String, Codable, Sendable {
    /// Two side by side.
    case half
    /// One alone.
    case full

    /// Width of the drawing.
    var points: Double { self == .half ? 480 : 960 }
  }

  /// A word for file names: lower-case letters, digits and hyphens.
  public let name: String
  /// What it shows.
  public let title: String
  /// What a reader should know to read it.
  public let caption: String
  /// Room.
  public let width: Width
  /// What is drawn.
  public let plot: Plot

  /// Makes a picture.
  public init(name: String, title: String, caption: String, width: Width, plot: Plot) {
    self.name = name
    self.title = title
    self.caption = caption
    self.width = width
    self.plot = plot
  }

  /// Whether there is nothing to draw.
  public var isEmpty: Bool {
    switch plot {
    case .bars(let plot): plot.isEmpty
    case .points(let plot): plot.isEmpty
    case .timeline(let plot): plot.isEmpty
    case .tracks(let plot): plot.isEmpty
    case .cells(let plot): plot.isEmpty
    }
  }

  /// What stands in place of a picture without data.
  var sentence: String { "There is nothing to draw: no value is known for this picture." }
}
