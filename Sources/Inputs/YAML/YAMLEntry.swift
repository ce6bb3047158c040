/// A key of a mapping with its value.
public struct YAMLEntry: Sendable, Hashable {
  /// The key.
  public var key: String
  /// Where the key begins.
  public var keyLocation: SourceLocation
  /// The value.
  public var value: YAMLNode
  /// Whether the value stands right below the root and other places name it by its anchor, so that it
  /// is of use even where nothing asks for the key.
  public var isDefinition = false

  /// Makes an entry from its parts.
  public init(key: String, keyLocation: SourceLocation, value: YAMLNode) {
    self.key = key
    self.keyLocation = keyLocation
    self.value = value
  }
}
