/// A single word, number or text as it was written.
public struct YAMLScalar: Sendable, Hashable {
  /// The text, its quotes and escapes resolved.
  public var text: String
  /// Whether it was written without quotes.
  public var isPlain: Bool

  /// Makes a scalar from its text.
  public init(text: String, isPlain: Bool) {
    self.text = text
    self.isPlain = isPlain
  }
}
