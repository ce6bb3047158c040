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
    // Prices differ from design to design, and a test that tries all does not want to be told.
    guard let known = request.known, !objective.asksPrices, !request.triesAll else {
      var search = MappingSearch(request, objective)
      return search.plan()
    }
    let buffers = request.memory.space
    if let timed = known.found(objective, in: buffers) { return .mapped(timed) }
    let (plan, count) = search(request, in: buffers, known)
    // Buffers differ from design to design: what is best whatever there is may do for most of them.
    if count == 2 { _ = search(request, in: buffers.endless, known) }
    return plan
  }

  /// The best mapping where buffers have no end: no better one is in any buffers.
  func planInEndlessBuffers(_ request: MappingRequest) -> LayerPlan {
    let buffers = request.memory.space.endless
    guard let known = request.known else {
      var search = MappingSearch(request, objective, in: buffers)
      return search.plan()
    }
    if let timed = known.found(objective, in: buffers) { return .mapped(timed) }
    return search(request, in: buffers, known).plan
  }

  /// What a search finds in `buffers`, which is remembered, and how often that was done for the layer.
  private func search(
    _ request: MappingRequest, in buffers: BufferSpace, _ known: MappingMemo.Place
  ) -> (plan: LayerPlan, count: Int) {
    var search = MappingSearch(request, objective, in: buffers)
    let plan = search.plan()
    guard case .mapped(let timed) = plan else { return (plan, 0) }
    let mapping = timed.mapping
    let demand = request.memory.demand(
      of: request.task(mapping.images, nil).nest, mapping.tile, order: mapping.order,
      keepsInput: mapping.keepsInput, keepsWeights: mapping.keepsWeights)
    return (plan, known.keep(timed, objective, in: buffers, needs: buffers.bits(of: demand)))
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
