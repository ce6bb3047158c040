/// 1 / (1 + exp(-x)) of every element.
public struct Sigmoid: Activation {
  /// `sigmoid`.
  public static let kind = "sigmoid"
  /// One sentence.
  public static let summary = "1 / (1 + exp(-x)) of every element."
  /// Negation, exponential, sum and division; one operation each is *assumed*.
  public static let operationsPerElement = 4
  /// No parameters.
  public let spec: NoParameters

  /// Makes the operator.
  public init(_ spec: NoParameters) { self.spec = spec }
}
