public import Components

/// The fastest of all layouts of a layer on a row-stationary array, see `RowStationarySearch`.
public struct FastestRowStationaryMapper: LayerMapper {
  /// No parameters.
  public struct Spec: Codable, Hashable, Sendable {}

  /// `fastest`.
  public static let kind = "fastest"
  /// What it looks for.
  public static let summary = "the fewest cycles, then the fewest bytes"

  /// Makes the mapper.
  public init(_ spec: Spec) throws(SpecError) {}

  /// Row-stationary arrays.
  public static func serves(_ datapath: any Datapath) -> Bool { datapath is RowStationaryArray }

  /// It deals out what is there.
  public static var banks: BankUse { .whereThere }

  /// The best layout of the search.
  public func plan(_ request: MappingRequest) -> LayerPlan {
    RowStationarySpace(request).fastest()
  }
}

extension RowStationarySpace {
  /// The best layout of the search, or what there is no room for.
  func fastest() -> LayerPlan {
    if let shortage = scratchpadShortage { return .short(shortage) }
    return plan(RowStationarySearch(space: self).best(), leastRows: kernelRows.last)
  }
}
