public import Components

/// The best of all tilings of a layer by an objective, see `MappingSearch`.
public struct SearchMapper: LayerMapper {
  /// What the best has the least of.
  public struct Spec: Codable, Hashable, Sendable {
    /// `latency` unless given.
    public let objective: MappingObjective?
  }

  /// `search`.
  public static let kind = "search"
  /// What it looks for.
  public static let summary = "the best of all even tiles, loop orders and divisions of buffers"

  let objective: MappingObjective

  /// Makes the mapper.
  public init(_ spec: Spec) throws(SpecError) { objective = spec.objective ?? .latency }

  /// Makes the mapper for an objective.
  init(_ objective: MappingObjective) { self.objective = objective }

  /// Parts of granules are tried too.
  public var cutsGranules: Bool { true }

  /// Whether prices decide.
  public var asksPrices: Bool { objective.asksPrices }

  /// The best mapping.
  public func plan(_ request: MappingRequest) -> LayerPlan {
    guard request.memory.levels.isEmpty else {
      var search = LevelSearch(request, objective)
      search.searchAll()
      return search.plan
    }
    var search = MappingSearch(request, objective)
    return search.plan()
  }
}

extension SearchMapper.Spec: DescribedKeys {
  /// What its keys do.
  public static let notes = [
    KeyNote(
      "objective",
      "What the best mapping has the least of: latency (cycles), energy, edp (energy times cycles) or "
        + "bytes (from and to DRAM); equal ones are told apart by cycles, then by bytes",
      default: "latency")
  ]
}
