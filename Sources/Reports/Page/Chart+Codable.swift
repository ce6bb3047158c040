extension Chart.Plot: Codable {
  private enum CodingKeys: String, CodingKey {
    case bars, points, timeline, tracks, cells
  }

  /// Reads the one plot that there is.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    guard values.allKeys.count == 1, let key = values.allKeys.first else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "expected one plot"))
    }
    switch key {
    case .bars: self = .bars(try values.decode(BarPlot.self, forKey: key))
    case .points: self = .points(try values.decode(PointPlot.self, forKey: key))
    case .timeline: self = .timeline(try values.decode(TimelinePlot.self, forKey: key))
    case .tracks: self = .tracks(try values.decode(TrackPlot.self, forKey: key))
    case .cells: self = .cells(try values.decode(CellPlot.self, forKey: key))
    }
  }

  /// Writes the plot below the name of its kind.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .bars(let plot): try values.encode(plot, forKey: .bars)
    case .points(let plot): try values.encode(plot, forKey: .points)
    case .timeline(let plot): try values.encode(plot, forKey: .timeline)
    case .tracks(let plot): try values.encode(plot, forKey: .tracks)
    case .cells(let plot): try values.encode(plot, forKey: .cells)
    }
  }
}
