public import Components

/// Weights times the elements of a whole map.
public struct FullyConnected: OperationKind {
  /// What a file says about it.
  public struct Spec: Codable, Hashable, Sendable, Windowed {
    /// Output features.
    public let outputChannels: Int
    /// Nothing but the defaults.
    public let windows: WindowSpec
    /// Nothing but 1.
    public let groups: Int

    /// Makes a specification; nothing is checked before the operator reads a map.
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

    /// Encodes the one number that it has.
    public func encode(to encoder: any Encoder) throws {
      var values = encoder.container(keyedBy: CodingKeys.self)
      try values.encode(outputChannels, forKey: .outputChannels)
    }
  }

  /// `fully-connected`.
  public static let kind = "fully-connected"
  /// One sentence.
  public static let summary = "Weights times the elements of a whole map."
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

  /// A vector of output features; every element of the map is an input feature.
  public func result(of operands: [[Int]], name: String) throws(SpecError) -> OperationResult {
    let windows = spec.windows
    guard windows.kernel.values.allSatisfy({ $0 == 1 }),
      windows.stride.values.allSatisfy({ $0 == 1 }),
      windows.dilation.values.allSatisfy({ $0 == 1 }),
      windows.padding.ends.allSatisfy({ $0.before == 0 && $0.after == 0 }), spec.groups == 1
    else {
      throw SpecError(
        "", "a fully connected layer has no kernel, stride, padding or groups, leave them out")
    }
    let features = operands[0].reduce(1.0) { $0 * Double($1) }
    guard features <= Double(LayerLimits.extent) else {
      throw SpecError("from", "more than \(LayerLimits.extent) input features")
    }
    let layer = Layer(
      name: name, operation: .fullyConnected, kernels: spec.outputChannels,
      channels: Int(features), kernel: (1, 1), input: (1, 1))
    if let excess = LayerLimits.excess(of: layer) { throw SpecError("", excess) }
    return OperationResult(
      name: name, output: [spec.outputChannels], work: .array(layer),
      weight: [spec.outputChannels, Int(features)])
  }
}
