public import Components

/// The mean of every channel.
public struct GlobalAveragePool: OperationKind {
  /// `global-average-pool`.
  public static let kind = "global-average-pool"
  /// One sentence.
  public static let summary = "The mean of every channel, a map of one element each."
  /// No parameters.
  public let spec: NoParameters

  /// Makes the operator.
  public init(_ spec: NoParameters) { self.spec = spec }

  /// A map of one element per channel; as many operations as elements: all additions but one, and the
  /// product with the reciprocal.
  public func result(of operands: [[Int]], name: String) throws(SpecError) -> OperationResult {
    let (channels, extents) = try WindowLayer.split(operands[0], "a global average pool")
    let elements = extents.reduce(1, *)
    return OperationResult(
      name: name, output: [channels] + extents.map { _ in 1 },
      work: .vector(
        VectorWork(
          name: name, operator: Self.kind, pieces: channels, reads: [elements], writes: 1,
          operations: elements)))
  }
}
