public import Components

/// A convolution over one to three directions.
public struct Convolution: OperationKind {
  /// What a file says about it.
  public struct Spec: Codable, Hashable, Sendable, Windowed {
    /// Output channels.
    public let outputChannels: Int
    /// How its windows lie.
    public let windows: WindowSpec
    /// Groups that input and output channels are divided into; 1 when left out.
    public let groups: Int

    /// Makes a specification; nothing is checked before the operator is made.
    public init(outputChannels: Int, windows: WindowSpec = WindowSpec(), groups: Int = 1) {
      self.outputChannels = outputChannels
      self.windows = windows
      self.groups = groups
    }

    enum CodingKeys: String, CodingKey { case outputChannels, groups }

    /// Decodes the keys beside each other.
    public init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      outputChannels = try values.decode(Int.self, forKey: .outputChannels)
      windows = try WindowSpec(from: decoder)
      groups = try values.decodeIfPresent(Int.self, forKey: .groups) ?? 1
    }

    /// Encodes the keys beside each other.
    public func encode(to encoder: any Encoder) throws {
      var values = encoder.container(keyedBy: CodingKeys.self)
      try values.encode(outputChannels, forKey: .outputChannels)
      try windows.encode(to: encoder)
      try values.encode(groups, forKey: .groups)
    }
  }

  /// `convolution`.
  public static let kind = "convolution"
  /// One sentence.
  public static let summary = "Every output channel reads every input channel of its group."
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
    try WindowLayer.checkExtent("groups", spec.groups)
    self.spec = spec
  }

  /// The map of the windows, the layer and its kernels.
  public func result(of operands: [[Int]], name: String) throws(SpecError) -> OperationResult {
    let (channels, map) = try WindowLayer.split(operands[0], "a convolution")
    let axes = try spec.windows.axes(of: map)
    try WindowLayer.checkGroups(spec.groups, channels: channels, kernels: spec.outputChannels)
    return try WindowLayer.result(
      name, .convolution, kernels: spec.outputChannels, channels: channels, axes: axes,
      groups: spec.groups)
  }
}
