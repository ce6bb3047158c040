import Components
import Testing
import Units

@testable import Serving

/// Holds a sequence of sub-graphs that the test gives.
private struct ScriptedCaching: CachingPolicy {
  struct Spec: Codable, Hashable, Sendable {
    var interval: Int
    var sequence: [Int]
  }
  static let kind = "scripted"
  static let summary = "For tests."
  let spec: Spec
  var served = 0
  init(_ spec: Spec) { self.spec = spec }
  mutating func prepare(for table: ProfileTable) throws(SpecError) -> Int { spec.sequence[0] }
  mutating func served(
    _ subnet: Int, holding subgraph: Int, on device: Int, at now: SimulationTime
  ) -> Int {
    served += 1
    let decision = served / spec.interval
    return served % spec.interval == 0 && decision < spec.sequence.count
      ? spec.sequence[decision] : subgraph
  }
}

/// Answers: is the oracle as good as the best of all sequences of sub-graphs, tried one by one.
struct LookaheadTests {
  private static let columns = 3

  private func randomTable(_ random: inout RandomStream) throws -> ProfileTable {
    let rows = 2 + random.index(below: 3)
    func load() -> ProfileTable.Load { .init(time: ms(0.5 * Double(random.index(below: 5)))) }
    return try ProfileTable(
      subnets: (0..<rows).map { .init(name: "s\($0)", accuracy: 0.5 + 0.1 * Double($0)) },
      subgraphs: (0..<Self.columns).map {
        .init(name: $0 == 0 ? "none" : "g\($0)", load: load())
      }, batches: [1],
      cells: (0..<rows * Self.columns).map { _ in
        .init(latency: ms(1 + 0.25 * Double(random.index(below: 12))))
      },
      transitions: random.index(below: 2) == 0
        ? [] : (0..<Self.columns * Self.columns).map { _ in load() })
  }

  private func sequences(_ length: Int) -> [[Int]] {
    guard length > 0 else { return [[]] }
    return sequences(length - 1).flatMap { head in (0..<Self.columns).map { head + [$0] } }
  }

  /// Sum of latencies in picoseconds, or minus the sum of accuracies.
  private func sums(
    _ table: ProfileTable, _ policy: any SchedulerPolicy, _ caching: any CachingPolicy,
    _ options: ServingOptions
  ) throws -> (latency: Int128, accuracy: Double) {
    let run = try ServingSimulation(
      table: table, arrivals: ClosedLoop(.init()),
      demands: DemandMix(
        accuracy: .init(low: 0.45, high: 0.95), latency: .init(low: ms(1), high: ms(4))),
      policy: policy, caching: caching, options: options
    ).run()
    return (run.metrics.latency.sum, try #require(run.metrics.meanServedAccuracy))
  }

  @Test(arguments: 0..<24)
  func equalsBruteForce(seed: Int) throws {
    var random = RandomStream(seed: UInt64(seed), name: "lookahead")
    let table = try randomTable(&random)
    let interval = 1 + random.index(below: 3)
    var options = ServingOptions(
      queries: 4 * interval + 1 + random.index(below: interval), seed: seed,
      warmUp: random.index(below: 4))
    options.chargesInitialLoad = random.index(below: 2) == 0
    if random.index(below: 2) == 0 { options.actuation = .init(kind: .fixed, time: ms(0.75)) }
    for policy in [StrictAccuracy(.init()), StrictLatency(.init())] as [any SchedulerPolicy] {
      let all = try sequences(5).map { sequence in
        try sums(
          table, policy, ScriptedCaching(.init(interval: interval, sequence: sequence)), options)
      }
      let best = try #require(all.map(\.latency).min())
      let oracle = try sums(
        table, policy, LookaheadCaching(.init(interval: interval)), options)
      #expect(oracle.latency == best)
      // Sequences differ, so that equality says something.
      #expect(try #require(all.map(\.latency).max()) > best)
      let accurate = try sums(
        table, policy, LookaheadCaching(.init(interval: interval, objective: .accuracy)), options)
      let highest = try #require(all.map(\.accuracy).max())
      #expect(abs(accurate.accuracy - highest) < 1e-12)
      let fixed = try sums(
        table, policy, LookaheadCaching(.init(interval: interval, initial: "g2")), options)
      let fromThere = try #require(
        zip(sequences(5), all).filter { $0.0[0] == 2 }.map(\.1.latency).min())
      #expect(fixed.latency == fromThere)
    }
  }

  /// At equal intervals, and with every window, no policy is better.
  @Test(arguments: [1, 2, 5, 16])
  func boundsEveryOtherPolicy(interval: Int) throws {
    var random = RandomStream(seed: UInt64(interval), name: "bound")
    for seed in 0..<10 {
      let plain = try randomTable(&random)
      let rows = plain.subnets.indices
      let table = try ProfileTable(
        subnets: plain.subnets, subgraphs: plain.subgraphs, batches: [1],
        cells: rows.flatMap { row in (0..<Self.columns).map { plain.cell(row, $0) } },
        encodings: SubgraphEncodings(
          subnets: rows.map { [$0 + 1, 2] }, subgraphs: (0..<Self.columns).map { [$0, $0] }))
      let options = ServingOptions(queries: 400, seed: seed, warmUp: 7)
      let policy = StrictAccuracy(.init())
      let oracle = try sums(
        table, policy, LookaheadCaching(.init(interval: interval)), options)
      for caching in [
        NoCaching(.init()), StaticCaching(.init(subgraph: "g1")),
        StaticCaching(.init(subgraph: "g2")),
        try AverageCaching(.init(window: interval)),
        try AverageCaching(.init(window: 3, interval: interval, initial: "g1")),
        try MostFrequentCaching(.init(window: interval)),
      ] as [any CachingPolicy] {
        #expect(try oracle.latency <= sums(table, policy, caching, options).latency)
      }
    }
  }

  /// With many sub-graphs, and every change of sub-graph tried: the same sum of latencies.
  @Test(arguments: 0..<12)
  func equalsEveryPairTried(seed: Int) throws {
    var random = RandomStream(seed: UInt64(seed), name: "pairs")
    let (rows, columns, interval) = (4, 24, 1 + random.index(below: 3))
    func load() -> ProfileTable.Load { .init(time: ms(0.125 * Double(random.index(below: 9)))) }
    let table = try ProfileTable(
      subnets: (0..<rows).map { .init(name: "s\($0)", accuracy: 0.5 + 0.1 * Double($0)) },
      subgraphs: (0..<columns).map { .init(name: "g\($0)", load: load()) }, batches: [1],
      cells: (0..<rows * columns).map { _ in
        .init(latency: ms(1 + 0.125 * Double(random.index(below: 24))))
      },
      transitions: (0..<columns * columns).map { _ in load() })
    let change = ms(0.25).count
    let accuracy = 0.5 + 0.1 * Double(random.index(below: rows))
    var policy = StrictAccuracy(.init())
    try policy.prepare(for: table)
    let subnets = try (0..<columns).map {
      try #require(policy.preview(QueryDemand(accuracy: accuracy, latency: ms(9)), holding: $0))
    }
    // The least that all queries take, by the sub-graph held at the end of each.
    var best = Array(repeating: 0, count: columns)
    for query in 0..<30 {
      let before = best
      for new in 0..<columns {
        let olds =
          query > 0 && query.isMultiple(of: interval) ? Array(0..<columns) : [new]
        best[new] = try #require(
          olds.map { old in
            let changes = query == 0 || subnets[old] != subnets[new]
            return before[old] + table.load(from: old, to: new).time.count
              + table.latency(subnets[new], new) + (changes ? change : 0)
          }.min())
      }
    }
    var options = ServingOptions(queries: 30)
    options.chargesInitialLoad = false
    options.actuation = .init(kind: .fixed, time: SimulationTime(change))
    let run = try ServingSimulation(
      table: table, arrivals: ClosedLoop(.init()),
      demands: DemandMix(latency: ms(9), accuracy: accuracy), policy: policy,
      caching: LookaheadCaching(.init(interval: interval)), options: options
    ).run()
    #expect(run.metrics.latency.sum == Int128(try #require(best.min())), "seed \(seed)")
  }

  @Test func whatItCannotKnowIsRefused() throws {
    let table = try table([[[2], [3]], [[4], [1]]])
    func text(
      _ policy: any SchedulerPolicy, _ change: (inout ServingOptions) -> Void = { _ in }
    ) -> String {
      var options = ServingOptions(queries: 50)
      change(&options)
      return message {
        _ = try ServingSimulation(
          table: table, arrivals: ClosedLoop(.init()),
          demands: DemandMix(latency: .init(low: ms(0.5), high: ms(5))), policy: policy,
          caching: LookaheadCaching(.init(interval: 2)), options: options)
      }
    }
    #expect(text(StrictLatency(.init())) == "nothing thrown")
    #expect(
      text(StrictLatency(.init())) { $0.devices = 2 }
        == "kind: knows the queries of one device, found options.devices: 2")
    #expect(
      text(StrictLatency(.init())) { $0.until = ms(5) }
        == "kind: needs a run that serves every query, without options.until")
    for policy in [
      StrictLatency(.init(budget: .remaining)), FirstComeFirstServed(.init()),
    ] as [any SchedulerPolicy] {
      #expect(
        text(policy)
          == "kind: needs a policy that decides by query and cache alone, not by the queue")
    }
    #expect(text(StrictLatency(.init(fallback: .drop))).contains("is served depends on the cache"))
    // Whatever is cached, queries that ask for too much are dropped.
    #expect(text(StrictAccuracy(.init(fallback: .drop))) == "nothing thrown")
  }

  /// An open stream that ends early: the plan is for the queries there are.
  @Test func aShortTraceIsPlannedToItsEnd() throws {
    let table = try ProfileTable(
      subnets: [.init(name: "a", accuracy: 0.5)],
      subgraphs: [.init(name: "none"), .init(name: "g", load: .init(time: ms(3)))], batches: [1],
      cells: [.init(latency: ms(2)), .init(latency: ms(1))])
    func loads(_ count: Int) throws -> Int {
      try ServingSimulation(
        table: table,
        arrivals: ScriptedArrivals(.init(milliseconds: (0..<count).map { Double($0) * 10 })),
        demands: DemandMix(latency: ms(20)), policy: StrictAccuracy(.init()),
        caching: LookaheadCaching(.init(interval: 1, initial: "none")),
        options: ServingOptions(queries: 100)
      ).run().metrics.subgraphLoads
    }
    // A load of 3 ms pays when it saves 1 ms on more than three queries to come.
    #expect(try loads(4) == 0 && loads(5) == 1)
  }
}
