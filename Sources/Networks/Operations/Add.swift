public import Components

/// The sum of maps, element by element.
public struct Add: OperationKind {
  /// `add`.
  public static let kind = "add"
  /// One sentence.
  public static let summary = "The sum of maps of equal extents, element by element."
  /// Two or more.
  public static let operands = 2...64
  /// No parameters.
  public let spec: NoParameters

  /// Makes the operator.
  public init(_ spec: NoParameters) { self.spec = spec }

  /// A map of the same extents; one addition per operand after the first and element.
  public func result(of operands: [[Int]], name: String) throws(SpecError) -> OperationResult {
    try Elementwise.checkEqual(operands, "adds maps")
    return Elementwise.result(
      name, Self.kind, operands, output: operands[0], operations: operands.count - 1)
  }
}
