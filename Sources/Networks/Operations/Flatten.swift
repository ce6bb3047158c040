public import Components

/// A map as a vector.
public struct Flatten: OperationKind {
  /// `flatten`.
  public static let kind = "flatten"
  /// One sentence.
  public static let summary = "A map as a vector of all its elements."
  /// No parameters.
  public let spec: NoParameters

  /// Makes the operator.
  public init(_ spec: NoParameters) { self.spec = spec }

  /// One extent, the product of the map's; nothing is moved.
  public func result(of operands: [[Int]], name: String) throws(SpecError) -> OperationResult {
    OperationResult(name: name, output: [operands[0].reduce(1, *)], work: .none)
  }
}
