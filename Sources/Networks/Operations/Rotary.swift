public import Components

/// Every head of a token rotated by the token's position (rotary position embedding).
///
/// Source: Su et al., RoFormer, arXiv 2104.09864.
public struct Rotary: OperationKind {
  /// What a file says about it.
  public typealias Spec = HeadsSpec

  /// `rotary`.
  public static let kind = "rotary"
  /// One sentence.
  public static let summary = "Every head of a token rotated by the token's position."
  /// What the file says.
  public let spec: Spec

  /// Makes the operator; throws when a number is out of its range.
  public init(_ spec: Spec) throws(SpecError) {
    try WindowLayer.checkExtent("heads", spec.heads)
    self.spec = spec
  }

  /// A map of the same extents.
  ///
  /// A piece is one head of one token; 3 operations per element: two products and a sum.
  public func result(of operands: [[Int]], name: String) throws(SpecError) -> OperationResult {
    try spec.result(
      of: operands, name: name, kind: Self.kind, called: "a rotation", operations: 3)
  }
}
