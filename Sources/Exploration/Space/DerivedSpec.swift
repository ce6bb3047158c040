internal import Components

/// A value that follows from others.
public struct DerivedSpec: Codable, Hashable, Sendable {
  /// Name for other derived values.
  public let name: String?
  /// Where the value goes.
  public let path: String?
  /// Several places for one value.
  public let paths: [String]?
  /// How it follows.
  public let relation: Relation
  /// Names of axes or derived values, or plain amounts.
  public let of: [ScalarText]

  /// How a value follows from others.
  public enum Relation: String, Codable, CaseIterable, Sendable {
    /// The same value.
    case equal
    /// All of them together.
    case sum
    /// The first less the others.
    case difference
    /// One amount times plain numbers.
    case product
    /// The first over the second.
    case ratio
    /// The least of them.
    case smallest
    /// The greatest of them.
    case largest
  }
}
