public import Components

/// A convolution over a map that is spread by the stride: what a convolution's gradient does.
public struct TransposedConvolution: OperationKind {
  /// What a file says about it.
  public struct Spec: Codable, Hashable, Sendable, Windowed {
    /// Output channels.
    public let outputChannels: Int
    /// Kernel and dilation; the stride spreads the map, the padding is cut off from what is written.
    public let windows: WindowSpec
    /// Positions more behind what is written; 0 when left out.
    public let outputPadding: PerDirection
    /// Groups that input and output channels are divided into; 1 when left out.
    public let groups: Int

    enum CodingKeys: String, CodingKey { case outputChannels, outputPadding, groups }

    /// Makes a specification; nothing is checked before the operator is made.
    public init(
      outputChannels: Int, windows: WindowSpec = WindowSpec(),
      outputPadding: PerDirection = PerDirection(0), groups: Int = 1
    ) {
      self.outputChannels = outputChannels
      self.windows = windows
      self.outputPadding = outputPadding
      self.groups = groups
    }

    /// Decodes the keys beside each other.
    public init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      outputChannels = try values.decode(Int.self, forKey: .outputChannels)
      windows = try WindowSpec(from: decoder)
      outputPadding =
        try values.decodeIfPresent(PerDirection.self, forKey: .outputPadding) ?? PerDirection(0)
      groups = try values.decodeIfPresent(Int.self, forKey: .groups) ?? 1
    }

    /// Encodes the keys beside each other.
    public func encode(to encoder: any Encoder) throws {
      var values = encoder.container(keyedBy: CodingKeys.self)
      try values.encode(outputChannels, forKey: .outputChannels)
      try windows.encode(to: encoder)
      try values.encode(outputPadding, forKey: .outputPadding)
      try values.encode(groups, forKey: .groups)
    }
  }

  /// `transposed-convolution`.
  public static let kind = "transposed-convolution"
  /// One sentence.
  public static let summary = "A convolution over a map with zeros between its elements."
  /// Weights are found by the name.
  public static let needsName = true
  /// Multiply-accumulates.
  public static let runsOnArray = true
  /// What the file says.
  public let spec: Spec

  /// Makes the operator; throws when a number is out of its range.
  public init(_ spec: Spec) throws(SpecError) {
    try WindowLayer.checkExtent("output_channels", spec.outputChannels)
    try spec.windows.check()
    try spec.outputPadding.check("output_padding", in: 0...LayerLimits.extent)
    try WindowLayer.checkExtent("groups", spec.groups)
    self.spec = spec
  }

  /// `(H - 1) stride - padding + dilation (kernel - 1) + output padding + 1` rows, and columns alike.
  public func result(of operands: [[Int]], name: String) throws(SpecError) -> OperationResult {
    let (channels, map) = try WindowLayer.split(operands[0], "a transposed convolution")
    let axes = try spec.windows.transposedAxes(of: map, outputPadding: spec.outputPadding)
    try WindowLayer.checkGroups(spec.groups, channels: channels, kernels: spec.outputChannels)
    return try WindowLayer.result(
      name, .transposedConvolution, kernels: spec.outputChannels, channels: channels, axes: axes,
      groups: spec.groups)
  }
}
