public import Components

/// Every token over the root of its mean square, times a scale.
public struct RMSNormalization: OperationKind {
  /// `rms-normalization`.
  public static let kind = "rms-normalization"
  /// One sentence.
  public static let summary = "Every token over the root of its mean square, scaled."
  /// No parameters.
  public let spec: NoParameters

  /// Makes the operator.
  public init(_ spec: NoParameters) { self.spec = spec }

  /// A map of the same extents, one parameter per feature.
  ///
  /// Per element 4 operations: square, sum, over the root and scale. Per token 3: the division by the
  /// features, the sum with epsilon and the reciprocal root, which is *assumed* to be one.
  public func result(of operands: [[Int]], name: String) throws(SpecError) -> OperationResult {
    try TokenNormalization.result(
      of: operands[0], name: name, kind: Self.kind, "an RMS normalization", perElement: 4,
      perToken: 3, parameters: 1)
  }
}
