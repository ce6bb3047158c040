internal import Components
public import Inputs

/// One axis of a sweep: values of its own, axes that advance together, or a supernet's space.
public struct AxisSpec: Codable, Hashable, Sendable {
  /// Column name.
  public let name: String?
  /// Where the value goes: `architecture.memory.persistent_buffer.size`.
  public let path: String?
  /// Several places for one value.
  public let paths: [String]?
  /// The values.
  public let values: [RawNode]?
  /// Values at equal distances or ratios.
  public let range: RangeSpec?
  /// Sub-networks of the workload's space instead of values.
  public let space: SpaceSpec?
  /// Axes that advance together.
  public let zip: [ZippedAxisSpec]?
  /// Whether the values are of the environment or of the design; what its paths say when left out.
  public let role: AxisRole?
}

/// One of several axes that advance together.
public struct ZippedAxisSpec: Codable, Hashable, Sendable {
  /// Column name.
  public let name: String?
  /// Where the value goes.
  public let path: String?
  /// Several places for one value.
  public let paths: [String]?
  /// The values.
  public let values: [RawNode]?
  /// Values at equal distances or ratios.
  public let range: RangeSpec?
  /// Whether the values are of the environment or of the design; what its paths say when left out.
  public let role: AxisRole?

  /// Makes an axis that stands alone into one of its parts.
  public init(_ axis: AxisSpec) {
    name = axis.name
    path = axis.path
    paths = axis.paths
    values = axis.values
    range = axis.range
    role = axis.role
  }
}

/// Values from one end to the other.
public struct RangeSpec: Codable, Hashable, Sendable {
  /// First value.
  public let from: String
  /// Last value, which a step must meet.
  public let to: String
  /// Distance of a linear range.
  public let step: String?
  /// How values follow each other.
  public let scale: Scale

  /// How values follow each other.
  public enum Scale: String, Codable, CaseIterable, Sendable {
    /// At equal distances.
    case linear
    /// Each twice the one before.
    case log2
  }

  enum CodingKeys: String, CodingKey {
    case from, to, step, scale
  }

  /// Decodes the ends as texts, also where they are bare numbers.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    from = try values.decode(ScalarText.self, forKey: .from).text
    to = try values.decode(ScalarText.self, forKey: .to).text
    step = try values.decodeIfPresent(ScalarText.self, forKey: .step)?.text
    scale = try values.decode(Scale.self, forKey: .scale)
  }
}

/// Sub-networks drawn from a supernet's space.
public struct SpaceSpec: Codable, Hashable, Sendable {
  /// Input resolutions.
  public let resolutions: [Int]
  /// Whether every sub-network is listed; drawn by the search when false or left out.
  public let listed: Bool?
}
