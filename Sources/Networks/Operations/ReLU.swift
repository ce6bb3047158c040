/// The larger of an element and zero.
public struct ReLU: Activation {
  /// `relu`.
  public static let kind = "relu"
  /// One sentence.
  public static let summary = "The larger of an element and zero."
  /// One comparison.
  public static let operationsPerElement = 1
  /// No parameters.
  public let spec: NoParameters

  /// Makes the operator.
  public init(_ spec: NoParameters) { self.spec = spec }
}
