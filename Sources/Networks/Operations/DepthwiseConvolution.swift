public import Components

/// A convolution of each channel on its own.
public struct DepthwiseConvolution: OperationKind {
  /// What a file says about it.
  public struct Spec: Codable, Hashable, Sendable, Windowed {
    /// Output channels, as many as input channels; those when left out.
    public let outputChannels: Int?
    /// How its windows lie.
    public let windows: WindowSpec
    /// 1, the only value, when left out: the operator implies its groups.
    public let groups: Int

    /// Makes a specification; nothing is checked before the operator is made.
    public init(
      outputChannels: Int? = nil, windows: WindowSpec = WindowSpec(), groups: Int = 1
    ) {
      self.outputChannels = outputChannels
      self.windows = windows
      self.groups = groups
    }

    enum CodingKeys: String, CodingKey { case outputChannels, groups }

    /// Decodes the keys beside each other.
    public init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      outputChannels = try values.decodeIfPresent(Int.self, forKey: .outputChannels)
      windows = try WindowSpec(from: decoder)
      groups = try values.decodeIfPresent(Int.self, forKey: .groups) ?? 1
    }

    /// Encodes the keys beside each other.
    public func encode(to encoder: any Encoder) throws {
      var values = encoder.container(keyedBy: CodingKeys.self)
      try values.encodeIfPresent(outputChannels, forKey: .outputChannels)
      try windows.encode(to: encoder)
    }
  }

  /// `depthwise-convolution`.
  public static let kind = "depthwise-convolution"
  /// One sentence.
  public static let summary = "Every output channel reads one input channel."
  /// Weights are found by the name.
  public static let needsName = true
  /// Multiply-accumulates.
  public static let runsOnArray = true
  /// What the file says.
  public let spec: Spec

  /// Makes the operator; throws when a number is out of its range.
  public init(_ spec: Spec) throws(SpecError) {
    if let channels = spec.outputChannels {
      try WindowLayer.checkExtent("output_channels", channels)
    }
    try spec.windows.check()
    try WindowLayer.checkExtent("groups", spec.groups)
    self.spec = spec
  }

  /// The map of the windows, the layer and its kernels.
  public func result(of operands: [[Int]], name: String) throws(SpecError) -> OperationResult {
    let (channels, map) = try WindowLayer.split(operands[0], "a depthwise convolution")
    let axes = try spec.windows.axes(of: map)
    if let outputs = spec.outputChannels, outputs != channels {
      throw SpecError(
        "output_channels",
        "a depthwise convolution has as many as its input, \(channels), found \(outputs)")
    }
    guard spec.groups == 1 else {
      throw SpecError("groups", "leave out, a depthwise convolution implies it")
    }
    return try WindowLayer.result(
      name, .depthwiseConvolution, kernels: channels, channels: channels, axes: axes,
      groups: channels)
  }
}
