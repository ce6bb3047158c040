public import Components

/// A scale and a shift per channel, learned.
public struct BatchNormalization: OperationKind {
  /// `batch-normalization`.
  public static let kind = "batch-normalization"
  /// One sentence.
  public static let summary = "A scale and a shift per channel; left out where they are folded."
  /// No parameters.
  public let spec: NoParameters

  /// Makes the operator.
  public init(_ spec: NoParameters) { self.spec = spec }

  /// A map of the same extents, two parameters per channel; a product and a sum per element.
  public func result(of operands: [[Int]], name: String) throws(SpecError) -> OperationResult {
    let map = operands[0]
    let elements = map.dropFirst().reduce(1, *)
    return OperationResult(
      name: name, output: map,
      work: .vector(
        VectorWork(
          name: name, operator: Self.kind, pieces: map[0], reads: [elements], writes: elements,
          operations: 2 * elements)), weight: [2, map[0]])
  }
}
