public import Components

/// The largest element of every window.
public struct MaxPool: OperationKind {
  /// `max-pool`.
  public static let kind = "max-pool"
  /// One sentence.
  public static let summary = "The largest element of every window."
  /// What the file says.
  public let spec: PoolSpec

  /// Makes the operator; throws when a number is out of its range.
  public init(_ spec: PoolSpec) throws(SpecError) {
    try spec.windows.check()
    self.spec = spec
  }

  /// The map of the windows.
  ///
  /// Each tap of a window is one operation: a comparison.
  public func result(of operands: [[Int]], name: String) throws(SpecError) -> OperationResult {
    try spec.result(of: operands[0], name: name, kind: Self.kind, "a max-pool")
  }
}
