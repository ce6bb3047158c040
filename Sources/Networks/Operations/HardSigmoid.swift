/// An element times a slope plus an offset, held between 0 and 1.
public struct HardSigmoid: Activation {
  /// `hard-sigmoid`.
  public static let kind = "hard-sigmoid"
  /// One sentence.
  public static let summary = "An element times a slope plus an offset, held between 0 and 1."
  /// Product, sum and two comparisons.
  public static let operationsPerElement = 4
  /// No parameters.
  public let spec: NoParameters

  /// Makes the operator.
  public init(_ spec: NoParameters) { self.spec = spec }
}
