public import Components

/// The exponential of every feature of a token over their sum, per head.
public struct Softmax: OperationKind {
  /// What a file says about it.
  public typealias Spec = HeadsSpec

  /// `softmax`.
  public static let kind = "softmax"
  /// One sentence.
  public static let summary = "Exponentials of the features of a token over their sum, per head."
  /// What the file says.
  public let spec: Spec

  /// Makes the operator; throws when a number is out of its range.
  public init(_ spec: Spec) throws(SpecError) {
    try WindowLayer.checkExtent("heads", spec.heads)
    self.spec = spec
  }

  /// A map of the same extents.
  ///
  /// A piece is one head of one token; 5 operations per element: maximum, difference, exponential,
  /// sum and division. One operation for an exponential and for a division is *assumed*.
  public func result(of operands: [[Int]], name: String) throws(SpecError) -> OperationResult {
    try spec.result(
      of: operands, name: name, kind: Self.kind, called: "a softmax", operations: 5)
  }
}
