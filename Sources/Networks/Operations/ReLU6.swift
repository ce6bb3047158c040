/// An element held between zero and six.
public struct ReLU6: Activation {
  /// `relu6`.
  public static let kind = "relu6"
  /// One sentence.
  public static let summary = "An element held between zero and six."
  /// Two comparisons.
  public static let operationsPerElement = 2
  /// No parameters.
  public let spec: NoParameters

  /// Makes the operator.
  public init(_ spec: NoParameters) { self.spec = spec }
}
