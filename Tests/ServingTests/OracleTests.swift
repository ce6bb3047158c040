import Components
import Testing
import Units

@testable import Serving

/// Decides by chance: any queries on any sub-network, or nothing, or drops.
private struct ChancePolicy: SchedulerPolicy {
  struct Spec: Codable, Hashable, Sendable { var seed: Int }
  static let kind = "chance"
  static let summary = "For tests."
  private var random: RandomStream
  private var subnets = 1
  private var largest = 1

  init(_ spec: Spec) { random = RandomStream(seed: UInt64(spec.seed), name: "chance") }

  mutating func prepare(for table: ProfileTable) {
    (subnets, largest) = (table.subnets.count, table.largestBatch)
  }

  mutating func decide(_ snapshot: Snapshot) -> Decision {
    let count = snapshot.queue.count
    var places = Array(0..<count)
    for index in places.indices.dropLast() {
      places.swapAt(index, index + random.index(below: count - index))
    }
    let chosen = Array(places.prefix(1 + random.index(below: min(count, largest))))
    switch random.index(below: 8) {
    case 0: return .drop(positions: .list(chosen))
    case 1: return .wait(until: snapshot.now + ms(0.1 + random.uniform()))
    default: return .run(subnet: random.index(below: subnets), positions: chosen)
    }
  }
}

// Does no policy ever exceed the oracle's bound, and is the bound that of the definition?
@Suite struct OracleTests {
  private typealias Job = OracleProblem.Job
  private typealias Mode = OracleProblem.Mode

  private func bounds(
    _ jobs: [(Int, Int)], _ modes: [(size: Int, time: Int, accuracy: Double)], devices: Int = 1
  ) -> (exact: OracleBound, relaxed: OracleBound) {
    let problem = OracleProblem(
      jobs: jobs.map { Job(arrival: $0.0, deadline: $0.1) },
      modes: modes.map { Mode(size: $0.size, time: $0.time, accuracy: $0.accuracy) },
      devices: devices)
    return (OracleBound(problem, .exact), OracleBound(problem, .relaxation))
  }

  /// One sub-network: 20 ps for one query, 30 ps for two.
  private let pair = [(size: 1, time: 20, accuracy: 0.7), (size: 2, time: 30, accuracy: 0.7)]

  @Test func countsByHand() {
    // Together, 0 to 30.
    var found = bounds([(0, 30), (0, 30)], pair)
    #expect(found.exact.onTime == 2 && found.relaxed.onTime == 2)
    // One after the other, 0 to 20 and 20 to 40; together they would end at 40, too late for the first.
    found = bounds([(0, 30), (10, 40)], pair)
    #expect(found.exact.onTime == 2 && found.relaxed.onTime == 2)
    // No two fit a window of 29, and two alone need 40: work of 1.95 queries fits.
    found = bounds([(0, 29), (10, 39)], pair)
    #expect(found.exact.onTime == 1 && found.relaxed.onTime == 1)
    // A second device serves the other one.
    found = bounds([(0, 29), (10, 39)], pair, devices: 2)
    #expect(found.exact.onTime == 2 && found.relaxed.onTime == 2)
    // A window that nothing fits, and no query at all.
    found = bounds([(0, 19)], pair)
    #expect(found.exact.onTime == 0 && found.relaxed.onTime == 0)
    found = bounds([], pair)
    #expect(found.exact.attainment == nil && found.relaxed.score == nil)
  }

  /// 10 ps for 0.7, 30 ps for 0.8: two queries in 40 ps are served by one of each.
  @Test func accuraciesByHand() {
    let modes = [(size: 1, time: 10, accuracy: 0.7), (size: 1, time: 30, accuracy: 0.8)]
    let found = bounds([(0, 40), (0, 40)], modes)
    #expect(abs(found.exact.accuracySum - 1.5) < 1e-12)
    // 20 ps at 0.07 per ps, 20 ps at 0.005 per ps.
    #expect(abs(found.relaxed.accuracySum - 1.5) < 1e-8)
    // Half of the second step fits: 1.4 and 0.05 of 0.1.
    let half = bounds([(0, 30), (0, 30)], modes)
    #expect(abs(half.exact.accuracySum - 1.4) < 1e-12)
    #expect(abs(half.relaxed.accuracySum - 1.45) < 1e-8)
  }

  /// The flow against a largest matching of units of work and slots of time, found by augmenting paths.
  @Test func flowsAreLargestMatchings() {
    for seed in 0..<80 {
      var random = RandomStream(seed: UInt64(seed), name: "flows")
      let jobs = (0..<6).map { _ in
        let arrival = random.index(below: 10)
        return Job(arrival: arrival, deadline: arrival + random.index(below: 6))
      }
      let works = jobs.map { _ in random.index(below: 5) }
      let devices = 1 + random.index(below: 3)
      let units = jobs.indices.flatMap { Array(repeating: $0, count: works[$0]) }
      var taken: [Int: Int] = [:]
      func place(_ unit: Int, _ seen: inout Set<Int>) -> Bool {
        let job = jobs[units[unit]]
        for time in job.arrival..<job.deadline {
          for device in 0..<devices {
            let slot = time * devices + device
            guard seen.insert(slot).inserted else { continue }
            if let other = taken[slot], !place(other, &seen) { continue }
            taken[slot] = unit
            return true
          }
        }
        return false
      }
      let matched = units.indices.count { unit in
        var seen: Set<Int> = []
        return place(unit, &seen)
      }
      let served = WindowedFlow(jobs, devices: devices).served(works)
      #expect(served == Int128(matched), "seed \(seed)")
    }
  }

  private func policies(_ seed: Int, _ table: ProfileTable) throws -> [any SchedulerPolicy] {
    try [
      ChancePolicy(.init(seed: seed)), ChancePolicy(.init(seed: seed + 1_000)), SlackFit(.init()),
      MaxBatch(.init()), MaxAccuracy(.init()), EarliestDeadlineFirst(.init()),
      FirstComeFirstServed(.init()), AdaptiveBatching(.init(subnet: table.subnets[0].name)),
      CheapestVariant(.init()),
      ExactAdmission(.init(subnet: table.subnets[0].name)),
    ]
  }

  /// A table of any numbers: larger batches need not take longer, nor better sub-networks.
  private func table(_ random: inout RandomStream) throws -> ProfileTable {
    let rows = 1 + random.index(below: 3)
    let columns = 1 + random.index(below: 2)
    let latencies = (0..<rows).map { _ in
      (0..<columns).map { _ in (0..<3).map { _ in 0.2 + 3 * random.uniform() } }
    }
    return try ServingTests.table(
      latencies, accuracies: (0..<rows).map { 0.5 + 0.1 * Double($0) }, batches: [1, 2, 4])
  }

  private func check(
    _ seed: Int, queries: Int, table: ProfileTable, devices: Int, milliseconds: [Double],
    bound: (ServingSimulation) throws -> [OracleBound]
  ) throws {
    // Arrivals and demands are those of every policy.
    var known: [OracleBound]?
    var served = 0
    defer { #expect(served > 0, "seed \(seed)") }
    for policy in try policies(seed, table) {
      var options = ServingOptions(
        queries: queries, seed: seed, devices: devices, warmUp: queries / 10)
      options.failures =
        seed.isMultiple(of: 3) ? Failures(every: ms(4), repair: ms(1), count: 9) : nil
      let subnets = Array(repeating: 1.0, count: table.subnets.count)
      let simulation = try ServingSimulation(
        table: table, arrivals: ScriptedArrivals(.init(milliseconds: milliseconds)),
        demands: DemandMix(latency: .init(low: ms(0.5), high: ms(6)), subnetWeights: subnets),
        policy: policy, caching: StaticCaching(.init(subgraph: table.subgraphs[0].name)),
        options: options)
      let metrics = try simulation.run().metrics
      let kind = type(of: policy).kind
      let bounds = try known ?? bound(simulation)
      known = bounds
      for found in bounds {
        #expect(found.queries == metrics.arrivals, "seed \(seed), \(kind)")
        #expect(
          metrics.onTime <= found.onTime, "seed \(seed), \(kind), \(found.method.rawValue)")
        // Accuracies are added up in another order.
        #expect(
          metrics.onTimeAccuracy <= found.accuracySum * (1 + 1e-9),
          "seed \(seed), \(kind), \(found.method.rawValue)")
        // Only of policies that serve every query; sums of the bound are rounded.
        guard metrics.dropped == 0 else { continue }
        let (own, least) = (metrics.latency.meanSeconds, found.latencySeconds)
        #expect(
          try #require(own) >= #require(least) * (1 - 1e-9), "seed \(seed), \(kind), latency")
        served += 1
      }
    }
  }

  /// Few queries: no policy exceeds the optimum, and the optimum not the relaxation.
  @Test func noPolicyExceedsTheOptimum() throws {
    for seed in 0..<40 {
      var random = RandomStream(seed: UInt64(seed), name: "oracle")
      let table = try table(&random)
      let count = 3 + random.index(below: 5)
      let times = (0..<count).map { _ in 5 * random.uniform() }.sorted()
      try check(
        seed, queries: count, table: table, devices: 1 + random.index(below: 2),
        milliseconds: times
      ) { simulation in
        let problem = try simulation.oracleProblem()
        let (exact, relaxed) = (
          OracleBound(problem, .exact), OracleBound(problem, .relaxation)
        )
        #expect(exact.onTime <= relaxed.onTime, "seed \(seed)")
        #expect(exact.accuracySum <= relaxed.accuracySum, "seed \(seed)")
        return [exact, relaxed]
      }
    }
  }

  /// Many queries, overload included.
  @Test func noPolicyExceedsTheRelaxation() throws {
    for seed in 0..<20 {
      var random = RandomStream(seed: UInt64(seed), name: "relaxation")
      let table = try table(&random)
      let span = 20 + 400 * random.uniform()
      let times = (0..<400).map { _ in span * random.uniform() }.sorted()
      try check(
        seed, queries: 400, table: table, devices: 1 + random.index(below: 4), milliseconds: times
      ) { simulation in
        let bound = try simulation.oracleBound()
        #expect(bound.method == .relaxation)
        return [bound]
      }
    }
  }

  /// The relaxation says something: at five times what a device can do, most queries are late.
  @Test func overloadIsBounded() throws {
    let table = try ServingTests.table([[[1, 1.6, 2.8]]], batches: [1, 2, 4])
    let simulation = try ServingSimulation(
      table: table,
      arrivals: ScriptedArrivals(.init(milliseconds: (0..<1000).map { 0.14 * Double($0) })),
      demands: DemandMix(latency: ms(5)), policy: SlackFit(.init()), caching: NoCaching(.init()),
      options: ServingOptions(queries: 1000))
    // 0.7 ms for a query at the most, in 144.86 ms: 206.
    #expect(try simulation.oracleBound().onTime == 206)
    #expect(try simulation.run().metrics.onTime <= 206)
  }

  @Test func latenciesByHand() {
    func least(
      _ arrivals: [Int], _ modes: [(size: Int, time: Int, accuracy: Double)], devices: Int = 1
    ) -> Double? {
      bounds(arrivals.map { ($0, 1000) }, modes, devices: devices).relaxed.latencySeconds
        .map { ($0 * 1e13).rounded() / 10 }
    }
    let single = [(size: 1, time: 20, accuracy: 0.7)]
    // One after the other: 20, 40, 60; reached.
    #expect(least([0, 0, 0], single) == 40)
    // Two devices: 20, 20, 40 would be right; the bound lets both work on the first: 20, 20, 30.
    #expect(least([0, 0, 0], single, devices: 2) == 23.3)
    // The second comes when half of the first is done: 20, 30; the third when all is: 20.
    #expect(least([0, 10, 90], single) == 23.3)
    // Together in 30: 15 for each, but nothing is faster than 20.
    #expect(least([0, 0], pair) == 25)
    #expect(OracleProblem(jobs: [], modes: [], devices: 1).leastMeanLatency == nil)
  }

  /// Equal gaps of what a service takes: what every policy does is the bound.
  @Test func latencyIsReached() throws {
    let simulation = try ServingSimulation(
      table: ServingTests.table([[[2]]]),
      arrivals: ScriptedArrivals(.init(milliseconds: (0..<50).map { Double($0) * 1.5 })),
      demands: DemandMix(latency: ms(5)), policy: FirstComeFirstServed(.init()),
      caching: NoCaching(.init()), options: ServingOptions(queries: 50))
    // 2 ms and half a millisecond more for each query.
    let own = try #require(try simulation.run().metrics.latency.meanSeconds)
    let least = try #require(try simulation.oracleBound().latencySeconds)
    #expect(abs(own - 0.01425) < 1e-12 && abs(least - own) < 1e-12)
  }

  @Test func whatDependsOnThePolicyIsRefused() throws {
    let table = try toyTable()
    func bound(_ arrivals: any ArrivalProcess, until: SimulationTime?) throws {
      var options = ServingOptions(queries: 10)
      options.until = until
      _ = try ServingSimulation(
        table: table, arrivals: arrivals, demands: DemandMix(latency: ms(5)),
        policy: SlackFit(.init()), caching: NoCaching(.init()), options: options
      ).oracleBound()
    }
    #expect(
      message { try bound(try ClosedLoop(.init(clients: 1)), until: nil) }
        == "arrivals: a bound needs arrivals that do not depend on the service")
    #expect(
      message { try bound(ScriptedArrivals(1, 2), until: ms(5)) }
        == "options.until: a bound needs a run in which every query counts, leave out")
  }
}
