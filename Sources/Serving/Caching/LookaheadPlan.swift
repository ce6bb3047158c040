internal import Components

/// The best sequence of sub-graphs for queries that are known, by dynamic programming over (decision,
/// cached sub-graph).
struct LookaheadPlan {
  /// What a path costs, compared from the first part to the last.
  private struct Cost: Comparable {
    /// Accuracies of the measured queries in units of 1e-9, negative; 0 when they do not matter.
    var accuracy = 0
    /// Picoseconds of services, actuations and loads that measured queries wait for.
    var measured = 0
    /// The same over all queries.
    var total = 0

    static func < (left: Cost, right: Cost) -> Bool {
      if left.accuracy != right.accuracy { return left.accuracy < right.accuracy }
      if left.measured != right.measured { return left.measured < right.measured }
      return left.total < right.total
    }

    mutating func add(_ time: Int, isMeasured: Bool) {
      total += time
      if isMeasured { measured += time }
    }
  }

  /// The most sub-graphs: every decision compares all pairs of them.
  static let mostSubgraphs = 4096
  /// The most queries, so that accuracies add up in 64 bits.
  static let mostQueries = 9_000_000_000
  /// The most decisions times sub-graphs, two bytes each.
  static let limit = 1 << 27

  /// The sub-graph held at first, then the one chosen at each decision.
  let subgraphs: [Int]

  /// Plans for all queries.
  ///
  /// A decision is due after every `interval` queries served, none after the last query. Equal paths:
  /// the one that keeps its sub-graph, then the lower numbers.
  init(
    _ queries: KnownQueries, interval: Int, initial: Int?, wantsAccuracy: Bool
  ) throws(SpecError) {
    var queries = queries
    guard queries.count <= Self.mostQueries else {
      throw SpecError("kind", "lookahead plans at most \(Self.mostQueries) queries")
    }
    let (table, services, warmUp) = (queries.table, queries.services, queries.warmUp)
    let columns = table.subgraphs.indices
    let loads = columns.flatMap { old in columns.map { table.load(from: old, to: $0).time.count } }
    // nil where no path leads.
    var best: [Cost?] = columns.map { column in
      guard initial == nil || initial == column else { return nil }
      var cost = Cost()
      if queries.chargesInitialLoad {
        cost.add(table.load(from: nil, to: column).time.count, isMeasured: warmUp == 0)
      }
      return cost
    }
    var previous: [Int]?
    var origins: [UInt16] = []
    var served = 0
    while let forecast = try Self.next(&queries) {
      let isMeasured = forecast.query >= warmUp
      func step(_ cost: Cost, from old: Int, to new: Int) -> Cost {
        var cost = cost
        let subnet = forecast.subnets[new]
        if old != new { cost.add(loads[old * columns.count + new], isMeasured: isMeasured) }
        cost.add(
          services.time(subnet, after: previous?[old], holding: new), isMeasured: isMeasured)
        if wantsAccuracy, isMeasured {
          cost.accuracy -= Int((table.subnets[subnet].accuracy * 1e9).rounded())
        }
        return cost
      }
      if served > 0, served % interval == 0 {
        guard origins.count + columns.count <= Self.limit else {
          throw SpecError(
            "interval",
            "lookahead plans at most \(Self.limit / columns.count) decisions over "
              + "\(columns.count) sub-graphs: raise the interval or lower options.queries")
        }
        best = columns.map { new in
          var origin = new
          var cost = best[new].map { step($0, from: new, to: new) }
          for old in columns where old != new {
            guard let known = best[old] else { continue }
            let other = step(known, from: old, to: new)
            if cost.map({ other < $0 }) ?? true { (origin, cost) = (old, other) }
          }
          origins.append(UInt16(origin))
          return cost
        }
      } else {
        best = columns.map { column in best[column].map { step($0, from: column, to: column) } }
      }
      // A path beyond the end of time is none.
      best = best.map { $0.flatMap { $0.total < SimulationTime.limit.count ? $0 : nil } }
      guard best.contains(where: { $0 != nil }) else {
        throw SpecError("kind", "the queries take more than \(SimulationTime.limit.seconds) s")
      }
      previous = forecast.subnets
      served += 1
    }
    var last = columns.lowerBound
    for column in columns {
      guard let cost = best[column] else { continue }
      if best[last].map({ cost < $0 }) ?? true { last = column }
    }
    var path = [last]
    for decision in (0..<origins.count / columns.count).reversed() {
      last = Int(origins[decision * columns.count + last])
      path.append(last)
    }
    subgraphs = path.reversed()
  }

  private static func next(
    _ queries: inout KnownQueries
  ) throws(SpecError) -> KnownQueries.Forecast? {
    do {
      return try queries.forecast()
    } catch {
      throw SpecError(
        "kind",
        "lookahead cannot plan: whether query \(error.query) is served depends on the cache; "
          + "use a `fallback` that serves it")
    }
  }
}
