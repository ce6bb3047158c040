/// Series of values that a terminal shows as lines of blocks; other formats have pictures instead.
public struct Trends: Codable, Hashable, Sendable {
  /// One series.
  public struct Line: Codable, Hashable, Sendable {
    /// What the values are.
    public let name: String
    /// The values in order; not a number where there is none.
    public let values: [Double]
    /// The value of the lowest block; values are not negative where it is zero, and zero is blank.
    public let low: Double
    /// The value of the full block.
    public let high: Double
    /// What stands behind the line.
    public let note: String
    /// Makes a line.
    public init(_ name: String, _ values: [Double], low: Double, high: Double, note: String = "") {
      self.name = name
      self.values = values
      self.low = low
      self.high = high
      self.note = note
    }
  }

  /// What the order of the values is.
  public let title: String
  /// The series.
  public let lines: [Line]

  /// Makes a group of series.
  public init(_ title: String, _ lines: [Line]) {
    self.title = title
    self.lines = lines
  }
}
