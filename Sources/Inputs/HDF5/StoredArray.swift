/// An array of an HDF5 file: what it is called, how it is laid out, and its values.
public struct StoredArray: Sendable, Hashable {
  /// The values, the last axis running fastest.
  public enum Values: Sendable, Hashable {
    /// Double precision numbers.
    case float64([Double])
    /// Whole numbers.
    case int64([Int])
    /// Texts.
    case text([String])

    /// How many there are.
    public var count: Int {
      switch self {
      case .float64(let values): values.count
      case .int64(let values): values.count
      case .text(let values): values.count
      }
    }
  }

  /// The dataset's name in the root group.
  public var dataset: String
  /// The extents; a scalar has none.
  public var dimensions: [Int]
  /// A label for each axis, empty where there is none.
  public var axes: [String]
  /// The unit of the values, nil where they have none.
  public var units: String?
  /// The values.
  public var values: Values

  /// Makes an array from its parts.
  public init(
    _ dataset: String, dimensions: [Int], axes: [String], units: String? = nil, values: Values
  ) {
    self.dataset = dataset
    self.dimensions = dimensions
    self.axes = axes
    self.units = units
    self.values = values
  }
}
