public import Components

/// The mean of every window.
public struct AveragePool: OperationKind {
  /// `average-pool`.
  public static let kind = "average-pool"
  /// One sentence.
  public static let summary = "The mean of every window."
  /// What the file says.
  public let spec: PoolSpec

  /// Makes the operator; throws when a number is out of its range.
  public init(_ spec: PoolSpec) throws(SpecError) {
    try spec.windows.check()
    self.spec = spec
  }

  /// The map of the windows.
  ///
  /// Each tap of a window is one operation: all additions but one, and the product with the reciprocal.
  public func result(of operands: [[Int]], name: String) throws(SpecError) -> OperationResult {
    try spec.result(of: operands[0], name: name, kind: Self.kind, "an average-pool")
  }
}
