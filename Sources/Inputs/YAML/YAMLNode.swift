/// One value of a YAML document with the place it was written at.
public struct YAMLNode: Sendable, Hashable {
  /// What the value is.
  public enum Content: Sendable, Hashable {
    /// A single word, number or text.
    case scalar(YAMLScalar)
    /// A list.
    case sequence([YAMLNode])
    /// A mapping, in the order written.
    case mapping([YAMLEntry])
  }

  /// What the value is.
  public var content: Content
  /// Where the value begins.
  public var location: SourceLocation

  /// Makes a value at a place.
  public init(content: Content, location: SourceLocation) {
    self.content = content
    self.location = location
  }

  /// The entries of a mapping, nothing for other values.
  var mappingEntries: [YAMLEntry] {
    if case .mapping(let entries) = content { return entries }
    return []
  }
}
