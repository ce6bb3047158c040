public import Components

/// What kernels of graphics processors do: the fastest of the tile shapes that there are, all of a
/// product at once.
public struct FastestTileMapper: LayerMapper {
  /// No parameters.
  public struct Spec: Codable, Hashable, Sendable {}

  /// `fastest-tile`.
  public static let kind = "fastest-tile"
  /// What it looks for.
  public static let summary = "the fastest of a tensor-core array's tile shapes"

  /// Makes the mapper.
  public init(_ spec: Spec) throws(SpecError) {}

  /// Tensor-core arrays.
  public static func serves(_ datapath: any Datapath) -> Bool { datapath is TensorCoreArray }

  /// All of the layer, all images at once.
  public func plan(_ request: MappingRequest) -> LayerPlan {
    let task = request.task(request.batch, nil)
    return .mapped(request.time(task, Mapping.whole(task.nest)))
  }
}
