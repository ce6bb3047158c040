internal import Components

extension DemandMix {
  /// Whether any query runs through several sub-networks.
  public var hasPieces: Bool {
    pieces != nil || (classes ?? []).contains { $0.pieces != nil }
  }

  /// The most pieces of a query.
  static let mostPieces = 1000

  /// The rows that queries run on one after the other: of queries of no class, then of each class; an empty
  /// list where they are of one piece.
  ///
  /// - Throws: `SpecError` at a piece that is no sub-network of the table.
  func chains(in table: ProfileTable) throws(SpecError) -> [[Int]] {
    var found = [try Self.rows(pieces ?? [], table, "pieces")]
    for (index, group) in (classes ?? []).enumerated() {
      let place = group.pieces == nil ? "pieces" : "classes[\(index)].pieces"
      found.append(try Self.rows(mix(of: group).pieces ?? [], table, place))
    }
    return found
  }

  private static func rows(
    _ names: [String], _ table: ProfileTable, _ place: String
  ) throws(SpecError) -> [Int] {
    var rows: [Int] = []
    for (index, name) in names.enumerated() {
      rows.append(try table.subnet(named: name, key: "\(place)[\(index)]"))
    }
    return rows
  }
}

extension ServingSimulation {
  /// A policy that runs what queries name; `chains` have a piece somewhere.
  static func checkChains(
    _ chains: [[Int]], _ policy: any SchedulerPolicy
  ) throws(SpecError) -> Bool {
    guard chains.contains(where: { !$0.isEmpty }) else { return false }
    guard policy.servesNamed else {
      throw SpecError(
        "policy.kind",
        "\(type(of: policy).kind) chooses sub-networks itself, but queries have `pieces`: expected "
          + "fcfs, edf, lrs, lars, exact-admission or process")
    }
    return true
  }

  /// A query whose piece is through, with its next one; nil after the last.
  func next(after query: Query) -> Query? {
    guard let chain = query.demand.chain, query.completedPieces + 1 < chains[chain].count else {
      return nil
    }
    var next = query
    next.completedPieces += 1
    next.completedSegments = 0
    next.startedSubnet = nil
    next.demand = query.demand.on(chains[chain][next.completedPieces])
    return next
  }

  /// How many pieces a query has.
  func pieces(of query: Query) -> Int { query.demand.chain.map { chains[$0].count } ?? 1 }
}
