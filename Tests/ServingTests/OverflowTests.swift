import Architectures
import Components
import Networks
import Testing
import Units

@testable import Serving

/// Answers: does any sum, count or time exceed what holds it, at the largest that options allow.
struct OverflowTests {
  /// As many latencies as there may be queries, each as long as the clock: by hand, since no machine
  /// serves them.
  @Test func latenciesOfTheLongestRunAddUp() throws {
    var distribution = LatencyDistribution()
    let longest = SimulationTime(SimulationTime.limit.count - 1)
    let queries = 1_000_000_000_000
    distribution.record(longest, count: queries / 2)
    distribution.record(SimulationTime(1), count: queries / 2)
    #expect(distribution.count == queries)
    #expect(distribution.sum == (Int128(longest.count) + 1) * Int128(queries / 2))
    #expect(abs(try #require(distribution.meanSeconds) / (longest.seconds / 2) - 1) < 1e-12)
    #expect(distribution.percentiles([49, 51, 99.9]) == [SimulationTime(1), longest, longest])
  }

  /// Every counter of a run at once: the most queries the options allow, in few steps.
  @Test func figuresOfTheLongestRunAreFinite() throws {
    var metrics = ServingMetrics()
    let queries = 1_000_000_000_000
    let longest = SimulationTime(SimulationTime.limit.count - 1)
    metrics.arrivals = queries
    metrics.completed = queries
    metrics.latency.record(longest, count: queries)
    metrics.energy = Picojoules(1e24 * Double(queries))
    metrics.dramBytes = Int128(1 << 53) * Int128(queries) * 4096
    metrics.population = Int128(longest.count) * Int128(queries)
    metrics.busy = Int128(longest.count) * 4096
    metrics.devices = 4096
    metrics.end = longest
    #expect(metrics.utilization == 1)
    #expect(metrics.dramBytesPerQuery == 0x1p53 * 4096)
    #expect(metrics.energyPerQuery?.value == 1e24)
    #expect(abs(try #require(metrics.meanPopulation) / Double(queries) - 1) < 1e-12)
  }

  /// Query i of a stream twice as fast as the device waits i x 5 ms.
  @Test func overloadIsExact() throws {
    let queries = 20_000
    let run = try ServingSimulation(
      table: table([[[10_000]]]),
      arrivals: DeterministicArrivals(.init(rate: .init(perSecond: 0.2))),
      demands: DemandMix(latency: ms(50_000)), policy: FirstComeFirstServed(.init()),
      caching: NoCaching(.init()), options: ServingOptions(queries: queries)
    ).run()
    // A thousand times slower than 10 ms at 200 Hz, so that fewer queries pass 2^64 ps.
    #expect(run.metrics.latency.sum > Int128(UInt64.max))
    #expect(run.metrics.latency.meanSeconds == 10 + 5 * Double(queries - 1) / 2)
    #expect(run.metrics.latency.largest == SimulationTime(seconds: 10 + 5 * Double(queries - 1)))
    #expect(run.metrics.onTime == 9)
    // Three digits of the exact median.
    let median = try #require(run.metrics.latency.percentile(50)).seconds
    #expect(abs(median / (10 + 5 * Double(queries) / 2) - 1) < 0.001)
  }

  @Test func manyClientsWaitForTheirWholeQueue() throws {
    let run = try ServingSimulation(
      table: table([[[1_000_000]]]), arrivals: ClosedLoop(.init(clients: 500)),
      demands: DemandMix(latency: ms(50)), policy: FirstComeFirstServed(.init()),
      caching: NoCaching(.init()), options: ServingOptions(queries: 4000)
    ).run()
    // 1000 s each; after the first 500 every query waits for 499 others.
    let sum = Int128(500) * 501 / 2 + Int128(3500) * 500
    #expect(run.metrics.latency.sum == sum * 1_000_000_000_000_000)
    #expect(sum * 1_000_000_000_000_000 > Int128(UInt64.max))
  }

  /// Service, actuation, load and deadline at their largest end with an error, never with a trap.
  @Test func timesAtTheEndOfTheClockAreRefused() throws {
    let day = 86_400_000.0
    func text(
      _ service: Double, _ arrivals: any ArrivalProcess, latency: SimulationTime = ms(1),
      _ change: (inout ServingOptions) -> Void = { _ in }
    ) -> String {
      message {
        var options = ServingOptions(queries: 100)
        change(&options)
        _ = try ServingSimulation(
          table: table([[[service]]]), arrivals: arrivals,
          demands: DemandMix(latency: latency), policy: EarliestDeadlineFirst(.init()),
          caching: NoCaching(.init()), options: options
        ).run()
      }
    }
    let latest = SimulationTime(4_599_999_999_999_999_999)
    #expect(
      try text(11 * day, ClosedLoop(.init()), latency: latest).contains(
        "ends after 4611686 s, where the clock ends"))
    #expect(
      try text(1, ClosedLoop(.init(thinkTime: latest)), latency: latest).contains("query 1 arrives")
    )
    #expect(
      try text(11 * day, ClosedLoop(.init())) {
        $0.actuation = Actuation(kind: .fixed, time: SimulationTime((1 << 60) - 1))
      }.contains("where the clock ends"))
    #expect(
      try text(1, ClosedLoop(.init())) { $0.actuation = Actuation(kind: .fixed, time: latest) }
        .hasPrefix("actuation.time: expected at most 1e6 s"))
    for phases in [OnOffArrivals.Phases.fixed, .exponential] {
      let process = try OnOffArrivals(
        .init(
          rate: .init(perSecond: 1e-6), on: SimulationTime(4_000_000_000_000_000_000),
          off: SimulationTime(4_500_000_000_000_000_000), phases: phases))
      #expect(text(1, process).contains("arrives after"), "\(phases)")
    }
    for process in [
      try PeriodicArrivals(.init(sources: 2, period: latest)),
      try GammaArrivals(.init(rate: .init(perSecond: 1e-6), squaredVariation: 1000)),
      try DeterministicArrivals(.init(rate: .init(perSecond: 1e-6))),
      try AcceleratingArrivals(
        .init(
          startRate: .init(perSecond: 1e-6), endRate: .init(perSecond: 1e-6), acceleration: 1,
          squaredVariation: 8)),
      try BurstyArrivals(
        .init(
          baseRate: .init(perSecond: 1e-6), variantRate: .init(perSecond: 1e-6),
          squaredVariation: 1)),
    ] as [any ArrivalProcess] {
      #expect(text(1, process).contains("arrives after"), "\(type(of: process).kind)")
    }
  }

  @Test func weightsThatTakeLongerThanTheClockAreRefused() throws {
    let table = try ProfileTable(
      subnets: [.init(name: "a", accuracy: 1, weightBytes: Bytes(1 << 53))],
      subgraphs: [.init(name: "none")], batches: [1], cells: [.init(latency: ms(1))],
      resident: [Bytes(0)])
    for rate in [1, 1_000_000, 7_000_000_000] {
      let rule = Actuation(kind: .missingBytes, bandwidth: Bandwidth(bytesPerSecond: rate))
      #expect(message { _ = try rule.costs(table) }.hasPrefix("actuation.bandwidth: a: loading"))
    }
    let fast = Actuation(kind: .missingBytes, bandwidth: Bandwidth(bytesPerSecond: 1 << 40))
    #expect(try fast.costs(table)[0].time == SimulationTime(8_192_000_000_000_000))
    #expect(
      Actuation.time(Bytes(.max), Bandwidth(bytesPerSecond: 1)) == SimulationTime.limit)
  }

  /// As many services as fit, each as long as the frame period or the bound may be.
  @Test func boundsAndSlackDoNotOverflow() {
    let latest = SimulationTime(4_599_999_999_999_999_999)
    var bound = NetworkCalculusBound(serviceTime: latest)
    var index = FluidityIndex(.etalonCode, first: latest, next: latest)
    for _ in 0..<1000 {
      bound.record(arrival: SimulationTime(0))
      index.record(gap: SimulationTime(1))
    }
    #expect(bound.picoseconds == Int128(latest.count) * 1000)
    #expect(index.value == 1)
    var late = FluidityIndex(.etalonCode, first: SimulationTime(1), next: SimulationTime(1))
    late.record(gap: SimulationTime(SimulationTime.limit.count - 1))
    #expect(late.missed == SimulationTime.limit.count - 1)
  }

  @Test func longEncodingsAreRefused() throws {
    let long = Array(repeating: 1 << 20, count: 1 << 10)
    let encodings = try SubgraphEncodings(subnets: [long], subgraphs: [long])
    let table = try table([[[1]]], encodings: encodings)
    var policy = try AverageCaching(.init(window: 1000))
    _ = try policy.prepare(for: table)
    #expect(policy.served(0, holding: 0, on: 0, at: ms(0)) == 0)
    var wide = try AverageCaching(.init(window: 1_000_000))
    #expect(
      message { _ = try wide.prepare(for: table) }
        == "window: the encodings of the table are too long for a window of 1000000")
  }

  @Test func anOracleOverTooManySubGraphsIsRefused() throws {
    let columns = 4097
    let table = try table(
      [Array(repeating: [1], count: columns)],
      columns: (0..<columns).map { .init(name: "g\($0)") })
    var oracle = try LookaheadCaching(.init(interval: 1))
    #expect(
      message { _ = try oracle.prepare(for: table) }
        == "kind: lookahead plans over at most 4096 sub-graphs, the table has 4097: expected a "
        + "table with fewer, or another caching policy")
  }
}
