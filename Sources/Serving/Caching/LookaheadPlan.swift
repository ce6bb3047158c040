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
    let loads = Loads(table)
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
      let service = Service(
        subnets: forecast.subnets, previous: previous, times: services,
        isMeasured: forecast.query >= warmUp,
        accuracies: wantsAccuracy && forecast.query >= warmUp ? table.subnets : nil)
      if served > 0, served % interval == 0 {
        guard origins.count + columns.count <= Self.limit else {
          throw SpecError(
            "interval",
            "lookahead plans at most \(Self.limit / columns.count) decisions over "
              + "\(columns.count) sub-graphs: raise the interval or lower options.queries")
        }
        best = Self.decide(best, loads, service, &origins)
      } else {
        for column in columns {
          if let cost = best[column] { best[column] = service.step(cost, column, column, load: 0) }
        }
      }
      // A path beyond the end of time is none.
      var leads = false
      for column in columns {
        guard let cost = best[column] else { continue }
        if cost.total < SimulationTime.limit.count { leads = true } else { best[column] = nil }
      }
      guard leads else {
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

  /// What paths cost after a decision and the service that follows it; adds where each of them comes from.
  ///
  /// Paths that lead to a decision are tried from the cheapest on: nothing that a decision adds is negative,
  /// so the rest cannot be better once one costs more with the least that any of them adds. Usually the
  /// first few decide.
  private static func decide(
    _ best: [Cost?], _ loads: Loads, _ service: Service, _ origins: inout [UInt16]
  ) -> [Cost?] {
    let known = best.enumerated()
      .compactMap { place, cost in cost.map { (old: place, cost: $0) } }
      .sorted { ($0.cost, $0.old) < ($1.cost, $1.old) }
    return best.indices.map { new in
      var origin = new
      var cost = best[new].map { service.step($0, new, new, load: 0) }
      let least = loads.least[new]
      for (old, before) in known where old != new {
        if let cost, cost < service.floor(before, new, load: least) { break }
        let other = service.step(before, old, new, load: loads[old, new])
        let isBetter =
          cost.map { other < $0 || origin != new && other == $0 && old < origin } ?? true
        if isBetter { (origin, cost) = (old, other) }
      }
      origins.append(UInt16(origin))
      return cost
    }
  }

  /// Picoseconds of all loads, and the least that any load of each sub-graph takes.
  private struct Loads {
    private let times: [Int]
    let least: [Int]

    init(_ table: ProfileTable) {
      let columns = table.subgraphs.indices
      var least = Array(repeating: Int.max, count: columns.count)
      var times: [Int] = []
      times.reserveCapacity(columns.count * columns.count)
      for old in columns {
        for new in columns {
          let time = table.load(from: old, to: new).time.count
          if old != new { least[new] = min(least[new], time) }
          times.append(time)
        }
      }
      (self.times, self.least) = (times, least)
    }

    subscript(old: Int, new: Int) -> Int { times[old * least.count + new] }
  }

  /// One service, on the sub-network that the query gets with each sub-graph cached.
  private struct Service {
    let subnets: [Int]
    /// The sub-networks of the service before it; nil for the first one.
    let previous: [Int]?
    let times: ServiceTimes
    let isMeasured: Bool
    /// Where accuracies count.
    let accuracies: [ProfileTable.Subnet]?

    /// What a path costs with it, after a change of sub-graph that takes `load`.
    @inline(__always)
    func step(_ cost: Cost, _ old: Int, _ new: Int, load: Int) -> Cost {
      let subnet = subnets[new]
      return added(
        cost, load + times.time(subnet, after: previous?[old], holding: new), subnet)
    }

    /// The same at least, wherever the path comes from.
    @inline(__always)
    func floor(_ cost: Cost, _ new: Int, load: Int) -> Cost {
      let subnet = subnets[new]
      return added(cost, load + times.time(subnet, after: subnet, holding: new), subnet)
    }

    @inline(__always)
    private func added(_ cost: Cost, _ time: Int, _ subnet: Int) -> Cost {
      var cost = cost
      cost.add(time, isMeasured: isMeasured)
      if let accuracies { cost.accuracy -= Int((accuracies[subnet].accuracy * 1e9).rounded()) }
      return cost
    }
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
