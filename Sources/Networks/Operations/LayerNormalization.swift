public import Components

/// Every token less its mean, divided by its deviation, times a scale plus a shift.
public struct LayerNormalization: OperationKind {
  /// `layer-normalization`.
  public static let kind = "layer-normalization"
  /// One sentence.
  public static let summary = "Every token less its mean over its deviation, scaled and shifted."
  /// No parameters.
  public let spec: NoParameters

  /// Makes the operator.
  public init(_ spec: NoParameters) { self.spec = spec }

  /// A map of the same extents, two parameters per feature.
  ///
  /// Per element 7 operations: sum, less the mean, square, sum, over the deviation, scale and shift.
  /// Per token 4: two divisions by the features, the sum with epsilon and the reciprocal root, which
  /// is *assumed* to be one.
  public func result(of operands: [[Int]], name: String) throws(SpecError) -> OperationResult {
    try TokenNormalization.result(
      of: operands[0], name: name, kind: Self.kind, "a layer normalization", perElement: 7,
      perToken: 4, parameters: 2)
  }
}
