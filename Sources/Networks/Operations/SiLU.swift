/// Every element times its sigmoid.
public struct SiLU: Activation {
  /// `silu`.
  public static let kind = "silu"
  /// One sentence.
  public static let summary = "Every element times its sigmoid."
  /// A sigmoid, 4, and a product; one operation for an exponential and for a division is *assumed*.
  public static let operationsPerElement = 5
  /// No parameters.
  public let spec: NoParameters

  /// Makes the operator.
  public init(_ spec: NoParameters) { self.spec = spec }
}
