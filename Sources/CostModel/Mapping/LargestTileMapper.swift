public import Components

/// The general rule: the largest tile that fits, in the better of two loop orders.
///
/// Images of a batch lie side by side, or each by itself: together they never cost more than apart.
public struct LargestTileMapper: LayerMapper {
  /// No parameters.
  public struct Spec: Codable, Hashable, Sendable {}

  /// `largest`.
  public static let kind = "largest"
  /// What it looks for.
  public static let summary = "the largest tile that fits"

  /// Makes the mapper.
  public init(_ spec: Spec) throws(SpecError) {}

  /// Makes the mapper.
  init() {}

  /// The fastest of the mappings worth timing.
  public func plan(_ request: MappingRequest) -> LayerPlan {
    LargestTile(isEven: false).plan(request)
  }
}

/// The largest tile that fits, cut anew so that all parts are as even as they can be.
public struct EvenTileMapper: LayerMapper {
  /// No parameters.
  public struct Spec: Codable, Hashable, Sendable {}

  /// `even`.
  public static let kind = "even"
  /// What it looks for.
  public static let summary = "as many tiles as the largest that fits makes, but even ones"

  /// Makes the mapper.
  public init(_ spec: Spec) throws(SpecError) {}

  /// The fastest of the mappings worth timing.
  public func plan(_ request: MappingRequest) -> LayerPlan {
    LargestTile(isEven: true).plan(request)
  }
}
