/// Every element times its hard sigmoid.
public struct HardSwish: Activation {
  /// `hard-swish`.
  public static let kind = "hard-swish"
  /// One sentence.
  public static let summary = "Every element times its hard sigmoid."
  /// A hard sigmoid, 4, and a product.
  public static let operationsPerElement = 5
  /// No parameters.
  public let spec: NoParameters

  /// Makes the operator.
  public init(_ spec: NoParameters) { self.spec = spec }
}
