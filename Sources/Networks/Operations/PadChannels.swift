public import Components

/// Channels of zeros before and behind those of a map.
public struct PadChannels: OperationKind {
  /// What a file says about it.
  public struct Spec: Codable, Hashable, Sendable {
    /// Channels before and behind.
    public let channels: [Int]

    /// Makes a specification; nothing is checked before the operator is made.
    public init(channels: [Int]) { self.channels = channels }
  }

  /// `pad-channels`.
  public static let kind = "pad-channels"
  /// One sentence.
  public static let summary = "Channels of zeros before and behind those of a map."
  /// What the file says.
  public let spec: Spec

  /// Makes the operator; throws when a number is out of its range.
  public init(_ spec: Spec) throws(SpecError) {
    guard spec.channels.count == 2 else {
      throw SpecError("channels", "expected [before, behind], found \(spec.channels.count) numbers")
    }
    for (index, value) in spec.channels.enumerated()
    where !(0...LayerLimits.extent).contains(value) {
      throw SpecError(
        "channels[\(index)]", "expected 0 to \(LayerLimits.extent), found \(value)")
    }
    self.spec = spec
  }

  /// A map of more channels; nothing is moved, a reader knows the zeros.
  public func result(of operands: [[Int]], name: String) throws(SpecError) -> OperationResult {
    var output = operands[0]
    output[0] += spec.channels[0] + spec.channels[1]
    return OperationResult(name: name, output: output, work: .none)
  }
}
