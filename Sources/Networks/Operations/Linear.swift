public import Components

/// Weights times every token.
public struct Linear: OperationKind {
  /// What a file says about it.
  public struct Spec: Codable, Hashable, Sendable {
    /// Output features of a token.
    public let outputChannels: Int

    /// Makes a specification.
    public init(outputChannels: Int) { self.outputChannels = outputChannels }
  }

  /// `linear`.
  public static let kind = "linear"
  /// One sentence.
  public static let summary = "Weights times every token of [features, tokens]."
  /// Weights are found by the name.
  public static let needsName = true
  /// Multiply-accumulates.
  public static let runsOnArray = true
  /// What the file says.
  public let spec: Spec

  /// Makes the operator; throws when a number is out of its range.
  public init(_ spec: Spec) throws(SpecError) {
    try WindowLayer.checkExtent("output_channels", spec.outputChannels)
    self.spec = spec
  }

  /// As many tokens, each of the output features.
  public func result(of operands: [[Int]], name: String) throws(SpecError) -> OperationResult {
    let map = try TokenMap(operands[0], "a linear layer")
    let layer = Layer(
      name: name, product: .linear, kernels: spec.outputChannels, channels: map.features,
      positions: map.tokens)
    if let excess = LayerLimits.excess(of: layer) { throw SpecError("", excess) }
    return OperationResult(
      name: name, output: [spec.outputChannels] + operands[0].dropFirst(), work: .array(layer),
      weight: [spec.outputChannels, map.features])
  }
}
