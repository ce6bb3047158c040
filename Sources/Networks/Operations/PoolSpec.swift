internal import Components

/// What a file says about a pooling.
public struct PoolSpec: Codable, Hashable, Sendable, Windowed {
  /// How its windows lie; kernel and stride have no default here.
  public let windows: WindowSpec

  /// Makes a specification; nothing is checked before the operator is made.
  public init(windows: WindowSpec) { self.windows = windows }

  enum CodingKeys: String, CodingKey { case kernel, stride, dilation, padding }

  /// Decodes windows.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    windows = WindowSpec(
      kernel: try values.decode(PerDirection.self, forKey: .kernel),
      stride: try values.decode(PerDirection.self, forKey: .stride),
      dilation: try values.decodeIfPresent(PerDirection.self, forKey: .dilation)
        ?? PerDirection(1),
      padding: try values.decodeIfPresent(Padding.self, forKey: .padding) ?? Padding(0))
  }

  /// Encodes what `init(from:)` reads.
  public func encode(to encoder: any Encoder) throws { try windows.encode(to: encoder) }

  /// A piece is one channel; each tap of each window is one operation.
  func result(
    of map: [Int], name: String, kind: String, _ what: String
  ) throws(SpecError) -> OperationResult {
    let (channels, extents) = try WindowLayer.split(map, what)
    let axes = try windows.axes(of: extents)
    let outputs = axes.map(\.outputs)
    let taps = axes.reduce(1.0) { $0 * Double($1.outputs) * Double($1.kernel) }
    guard taps * Double(channels) <= Double(LayerLimits.positions) else {
      throw SpecError("", "has more than 2^53 taps of windows")
    }
    return OperationResult(
      name: name, output: [channels] + outputs,
      work: .vector(
        VectorWork(
          name: name, operator: kind, pieces: channels, reads: [extents.reduce(1, *)],
          writes: outputs.reduce(1, *), operations: Int(taps))), windows: axes)
  }
}
