internal import Foundation

/// The points of a sweep in columns, for a page whose readers brush, sort and export them.
///
/// Columns are base64 of little-endian numbers: a hundred thousand points stay below four megabytes.
public struct PointTable: Codable, Sendable {
  /// What varies between points.
  public struct Axis: Codable, Sendable {
    /// Column name.
    public let name: String
    /// The texts of its values, in the order of the sweep file; those of a space as they come.
    public let values: [String]
    /// Whether the order of its values means something, so that it can be drawn.
    public let isDrawn: Bool
    /// Whether points of different values are never compared.
    public let isEnvironment: Bool
    /// Where the value goes in the sweep file's terms.
    public let paths: [String]
    /// The position in `values` of each point, as wide as `PointTable.width` says.
    public let places: String

    /// Makes an axis of the positions of each point's value.
    public init(
      name: String, values: [String], isDrawn: Bool, isEnvironment: Bool, paths: [String],
      places: [Int]
    ) {
      self.name = name
      self.values = values
      self.isDrawn = isDrawn
      self.isEnvironment = isEnvironment
      self.paths = paths
      self.places = PointTable.text(places, width: PointTable.width(values.count))
    }
  }

  /// What is known of each point.
  public struct Figure: Codable, Sendable {
    /// Column name, with its SI unit.
    public let name: String
    /// For people.
    public let title: String
    /// As `Axis.unit` of pictures.
    public let unit: String
    /// Whether more is better.
    public let prefersLarge: Bool
    /// Whether the front is made of it.
    public let isObjective: Bool
    /// Whether it counts whole things.
    public let isCounted: Bool
    /// The value that all points share; nil where they differ.
    public let constant: Double?
    /// Floating-point numbers of `PointTable.precision` bytes, NaN for none; empty where they are equal.
    public let values: String

    /// Makes a figure of the values of each point, kept to `precision` bytes.
    public init(
      name: String, title: String, unit: String, prefersLarge: Bool, isObjective: Bool,
      isCounted: Bool, values: [Double], precision: Int
    ) {
      self.name = name
      self.title = title
      self.unit = unit
      self.prefersLarge = prefersLarge
      self.isObjective = isObjective
      self.isCounted = isCounted
      let first = values.first
      constant = values.allSatisfy { $0 == first } ? first : nil
      self.values = constant == nil ? PointTable.text(values, precision: precision) : ""
    }
  }

  /// Name of the sweep.
  public let name: String
  /// Points that are held.
  public let count: Int
  /// Bytes of a figure: 8, or 4, which keep seven digits.
  public let precision: Int
  /// What of the sweep is not here, in sentences; empty where all is.
  public let note: String
  /// The number of each point, of four bytes.
  public let points: String
  /// A bit for each point, lowest first: whether it is on a front.
  public let front: String
  /// What varies.
  public let axes: [Axis]
  /// What is known.
  public let figures: [Figure]
  /// The sweep file's text before its axes and after them; nil where it cannot be written again.
  public let head: String?
  /// See `head`.
  public let tail: String?

  /// Makes a table; every column has a value for each of `points`.
  public init(
    name: String, precision: Int, note: String, points: [Int], front: [Bool], axes: [Axis],
    figures: [Figure], head: String?, tail: String?
  ) {
    self.name = name
    self.count = points.count
    self.precision = precision
    self.note = note
    self.points = Self.text(points, width: 4)
    var bits = [UInt8](repeating: 0, count: (points.count + 7) / 8)
    for (index, isOnFront) in front.enumerated() where isOnFront {
      bits[index / 8] |= 1 << (index % 8)
    }
    self.front = Data(bits).base64EncodedString()
    self.axes = axes
    self.figures = figures
    self.head = head
    self.tail = tail
  }

  // MARK: Bytes

  /// Bytes of a position among `count` values: 1, 2 or 4.
  public static func width(_ count: Int) -> Int { count <= 1 << 8 ? 1 : count <= 1 << 16 ? 2 : 4 }

  private static func text(_ numbers: [Int], width: Int) -> String {
    var data = Data(capacity: numbers.count * width)
    for number in numbers {
      var rest = UInt32(truncatingIfNeeded: number)
      for _ in 0..<width {
        data.append(UInt8(truncatingIfNeeded: rest))
        rest >>= 8
      }
    }
    return data.base64EncodedString()
  }

  private static func text(_ values: [Double], precision: Int) -> String {
    var data = Data(capacity: values.count * precision)
    for value in values {
      var rest = precision == 8 ? value.bitPattern : UInt64(Float(value).bitPattern)
      for _ in 0..<precision {
        data.append(UInt8(truncatingIfNeeded: rest))
        rest >>= 8
      }
    }
    return data.base64EncodedString()
  }

  // MARK: Checks

  /// The largest number of points that a page can hold.
  static let most = 1 << 24

  /// What is wrong with a table that was read, by the member that is; nil where all columns fit.
  var fault: (member: String, message: String)? {
    guard (0...Self.most).contains(count) else {
      return ("count", "expected 0 to \(Self.most), found \(count)")
    }
    guard [4, 8].contains(precision) else {
      return ("precision", "expected 4 or 8, found \(precision)")
    }
    func length(_ text: String, _ expected: Int) -> String? {
      guard let data = Data(base64Encoded: text) else { return "expected base64" }
      return data.count == expected ? nil : "expected \(expected) bytes, found \(data.count)"
    }
    if let message = length(points, count * 4) { return ("points", message) }
    if let message = length(front, (count + 7) / 8) { return ("front", message) }
    for (index, axis) in axes.enumerated() {
      let width = Self.width(axis.values.count)
      if let message = length(axis.places, count * width) {
        return ("axes[\(index)].places", message)
      }
      guard Self.isBelow(axis.values.count, axis.places, width: width) else {
        return ("axes[\(index)].places", "a position beyond the \(axis.values.count) values")
      }
    }
    for (index, figure) in figures.enumerated() {
      let expected = figure.constant == nil ? count * precision : 0
      if let message = length(figure.values, expected) {
        return ("figures[\(index)].values", message)
      }
    }
    return nil
  }

  private static func isBelow(_ count: Int, _ text: String, width: Int) -> Bool {
    let bytes = [UInt8](Data(base64Encoded: text) ?? Data())
    return stride(from: 0, to: bytes.count, by: width).allSatisfy { start in
      bytes[start..<start + width].reversed().reduce(0) { $0 << 8 | Int($1) } < count
    }
  }
}
