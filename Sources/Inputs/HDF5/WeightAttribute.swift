/// The value of an attribute of a weight file.
public enum WeightAttribute: Sendable, Hashable {
  /// A text.
  case text(String)
  /// A single number.
  case number(Double)
  /// A list of numbers.
  case numbers([Double])
}
