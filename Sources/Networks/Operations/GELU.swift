/// Every element times the normal distribution below it, as 0.5 x (1 + tanh(c (x + 0.044715 x^3))).
public struct GELU: Activation {
  /// `gelu`.
  public static let kind = "gelu"
  /// One sentence.
  public static let summary =
    "Every element times the normal distribution below it, as 0.5 x (1 + tanh(c (x + 0.044715 x^3)))."
  /// Two products for the cube, a product and a sum, the product with c, the hyperbolic tangent, a sum and
  /// two products; one operation for a hyperbolic tangent is *assumed*.
  public static let operationsPerElement = 9
  /// No parameters.
  public let spec: NoParameters

  /// Makes the operator.
  public init(_ spec: NoParameters) { self.spec = spec }
}
