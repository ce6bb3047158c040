import Foundation
import Testing
import Units

@testable import Serving

/// Answers: do whole runs keep the laws of queueing, and are they the same every time.
struct RunTests {
  private func poisson(
    _ rate: Double, _ table: ProfileTable, _ policy: any SchedulerPolicy, queries: Int,
    seed: Int = 1, demands: DemandMix = DemandMix(latency: ms(10)),
    _ change: (inout ServingOptions) -> Void = { _ in }
  ) throws -> ServingSimulation {
    var options = ServingOptions(queries: queries, seed: seed)
    change(&options)
    return try ServingSimulation(
      table: table, arrivals: PoissonArrivals(.init(rate: .init(perSecond: rate))),
      demands: demands, policy: policy, caching: NoCaching(.init()), options: options)
  }

  /// M/D/1 at load 0.5: mean wait 0.5 service times.
  ///
  /// At 200,000 queries the standard error of the mean is about 0.6 % (successive waits are
  /// correlated, factor about 4); 2.5 % is four of them. The bench shows 1 % at ten million.
  @Test func meanWaitOfConstantService() throws {
    let run = try poisson(500, table([[[1]]]), AnyPolicy.fixed(), queries: 200_000).run()
    #expect(abs(try #require(run.metrics.wait.meanSeconds) / 0.5e-3 - 1) < 0.025)
    #expect(abs(try #require(run.metrics.utilization) - 0.5) < 0.01)
  }

  /// M/M/1 at load 0.5: mean wait one mean service; the tolerance is 4 standard errors of 0.9 %.
  @Test func meanWaitOfExponentialService() throws {
    let count = 500
    let times = (0..<count).map { index in
      func part(_ u: Double) -> Double { u >= 1 ? 0 : (1 - u) * (1 - log(1 - u)) }
      let (low, high) = (Double(index) / Double(count), Double(index + 1) / Double(count))
      return (part(low) - part(high)) * Double(count)
    }
    let table = try table(
      times.map { [[$0]] }, accuracies: Array(repeating: 1, count: count))
    let demands = DemandMix(
      latency: .init(low: ms(10), high: ms(10)),
      subnetWeights: Array(repeating: 1, count: count))
    let run = try poisson(
      500, table, FirstComeFirstServed(.init()), queries: 200_000, demands: demands
    ).run()
    #expect(abs(try #require(run.metrics.wait.meanSeconds) / 1e-3 - 1) < 0.035)
  }

  /// The integral of the population equals the sum of the stays: exact in picoseconds.
  @Test(arguments: [200.0, 900, 3000])
  func littlesLaw(rate: Double) throws {
    let run = try poisson(rate, toyTable(), SlackFit(.init()), queries: 20_000, seed: 3).run()
    #expect(run.metrics.population == run.metrics.latency.sum)
    #expect(run.arrivals == 20_000 && run.inFlight == 0)
    let effective = Double(run.completions) / run.metrics.span.seconds
    let population = try #require(run.metrics.meanPopulation)
    let latency = try #require(run.metrics.latency.meanSeconds)
    #expect(abs(population / (effective * latency) - 1) < 1e-9)
  }

  @Test(arguments: 0..<12)
  func conservation(seed: Int) throws {
    let table = try toyTable()
    let policies: [any SchedulerPolicy] = [
      try SlackFit(.init(late: .drop)), MaxBatch(.init(late: .drop)),
      MaxAccuracy(.init(late: .drop)), try MinimumAccuracy(.init()),
      EarliestDeadlineFirst(.init(late: .drop)), LeastRelativeSlack(.init(late: .drop)),
    ]
    for policy in policies {
      var log = EventLog()
      let run = try poisson(
        1500, table, policy, queries: 2000, seed: seed,
        demands: DemandMix(latency: .init(low: ms(1), high: ms(30)))
      ) {
        $0.devices = 1 + seed % 3
        $0.until = ms(700)
      }.run(observing: &log)
      #expect(run.arrivals == run.completions + run.drops + run.inFlight)
      let arrivals = log.lines.count { $0.contains("arrive") }
      let drops = log.lines.count { $0.contains("drop") }
      #expect(arrivals == run.arrivals && drops == run.drops)
      #expect(log.completions.count == run.completions && log.served.count == run.completions)
      #expect((0...1).contains(try #require(run.metrics.utilization)))
      #expect(run.metrics.onTime <= run.metrics.completed)
    }
  }

  @Test(arguments: 0..<8)
  func theBoundIsNeverExceeded(seed: Int) throws {
    let process: [any ArrivalProcess] = [
      try PoissonArrivals(.init(rate: .init(perSecond: 900))),
      try GammaArrivals(.init(rate: .init(perSecond: 700), squaredVariation: 8)),
      try PeriodicArrivals(.init(sources: 20, period: ms(25))),
    ]
    for arrivals in process {
      var options = ServingOptions(queries: 3000, seed: seed)
      options.boundServiceTime = ms(1)
      let run = try ServingSimulation(
        table: table([[[1]]]), arrivals: arrivals, demands: DemandMix(latency: ms(9)),
        policy: AnyPolicy.fixed(), caching: NoCaching(.init()), options: options
      ).run()
      // Constant service: the bound is reached, not only kept.
      #expect(run.metrics.bound?.picoseconds == Int128(run.metrics.latency.largest.count))
    }
  }

  @Test func theBoundEqualsTheMaximumOverAllWindows() {
    var random = RandomStream(seed: 5, name: "bound")
    for _ in 0..<50 {
      var times = [0]
      for _ in 0..<40 { times.append((times.last ?? 0) + random.index(below: 2000)) }
      var bound = NetworkCalculusBound(
        serviceTime: SimulationTime(900), delay: SimulationTime(70))
      for time in times { bound.record(arrival: SimulationTime(time)) }
      var expected = 0
      for (j, end) in times.enumerated() {
        for (i, start) in times.prefix(j + 1).enumerated() {
          expected = max(expected, 70 + (j - i + 1) * 900 - (end - start))
        }
      }
      #expect(bound.picoseconds == Int128(expected))
    }
  }

  @Test func runsAreRepeatable() throws {
    let simulation = try poisson(1500, toyTable(), SlackFit(.init()), queries: 3000, seed: 9)
    var (first, second) = (EventLog(), EventLog())
    _ = try simulation.run(observing: &first)
    _ = try simulation.run(observing: &second)
    #expect(first.lines == second.lines)
    var third = EventLog()
    _ = try poisson(1500, toyTable(), SlackFit(.init()), queries: 3000, seed: 10)
      .run(observing: &third)
    #expect(first.lines != third.lines)
  }

  @Test func policiesSeeTheSameArrivalsAndDemands() throws {
    func arrivals(_ policy: any SchedulerPolicy) throws -> [String] {
      var log = EventLog()
      _ = try poisson(
        1500, toyTable(), policy, queries: 500,
        demands: DemandMix(latency: .init(low: ms(1), high: ms(30)))
      ).run(observing: &log)
      return log.lines.filter { $0.contains("arrive") }
    }
    #expect(try arrivals(SlackFit(.init())) == arrivals(MinimumAccuracy(.init())))
  }

  @Test func attainmentFallsWithBurstiness() throws {
    let table = try table([[[1]]])
    let attainments = try [0, 2, 4, 8].map { variation in
      let run = try ServingSimulation(
        table: table,
        arrivals: GammaArrivals(
          .init(rate: .init(perSecond: 850), squaredVariation: variation)),
        demands: DemandMix(latency: ms(10)), policy: AnyPolicy.fixed(), caching: NoCaching(.init()),
        options: ServingOptions(queries: 50_000)
      ).run()
      return try #require(run.metrics.attainment)
    }
    #expect(attainments == attainments.sorted(by: >))
    #expect(attainments[0] == 1 && attainments[3] < 0.5)
  }

  /// Four rows and columns on a diagonal: a cached sub-graph helps its own row.
  @Test(arguments: 1..<6)
  func theOracleIsNotWorseThanTheOthers(seed: Int) throws {
    let latencies = (0..<4).map { row in
      (0..<5).map { column -> [Double] in
        let factor = column == 0 ? 1 : column == row + 1 ? 0.5 : 0.9
        return [Double(4 + row) * factor]
      }
    }
    let encodings = try SubgraphEncodings(
      subnets: (1...4).map { [$0, $0] }, subgraphs: (0...4).map { [$0, $0] })
    let table = try table(latencies, encodings: encodings)
    func mean(_ caching: any CachingPolicy) throws -> Double {
      let run = try ServingSimulation(
        table: table, arrivals: ClosedLoop(.init()),
        demands: DemandMix(
          accuracy: .init(low: 0.4, high: 0.8), latency: .init(low: ms(9), high: ms(9))),
        policy: StrictAccuracy(.init()), caching: caching,
        options: ServingOptions(queries: 5000, seed: seed)
      ).run()
      return try #require(run.metrics.latency.meanSeconds)
    }
    let oracle = try mean(LookaheadCaching(.init(interval: 4)))
    let none = try mean(NoCaching(.init()))
    for caching in [
      try AverageCaching(.init(window: 4)), try MostFrequentCaching(.init(window: 4)),
      StaticCaching(.init(subgraph: "g2")),
    ] as [any CachingPolicy] {
      let other = try mean(caching)
      #expect(oracle <= other && other <= none)
    }
  }

  @Test func warmUpIsNotMeasured() throws {
    let run = try poisson(500, table([[[1]]]), AnyPolicy.fixed(), queries: 1000) { $0.warmUp = 400 }
      .run()
    #expect(run.metrics.completed == 600 && run.metrics.arrivals == 600)
    #expect(run.completions == 1000)
  }

  @Test func percentilesOnTooFewQueriesAreFlagged() throws {
    var distribution = LatencyDistribution()
    for value in 1...9999 { distribution.record(SimulationTime(value * 1000)) }
    #expect(!distribution.isReliable(percentile: 99.9))
    distribution.record(SimulationTime(10_000_000))
    #expect(distribution.isReliable(percentile: 99.9))
    // Three digits: 0.1 % above the exact value at most.
    let median = try #require(distribution.percentile(50))
    #expect(abs(Double(median.count) / 5_000_000 - 1) < 0.001)
    #expect(distribution.percentile(100) == SimulationTime(10_000_000))
    #expect(distribution.footprintBytes < 1 << 19)
  }

  // The exact value is that of the sorted latencies; the histogram's lies less than 0.1 % above it.
  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func percentilesAreThoseOfSortedLatencies(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let count = Int.random(in: 1...3000, using: &random)
    let latencies = (0..<count).map { _ in
      Int(exp(Double.random(in: 0...40, using: &random)))
    }
    var distribution = LatencyDistribution()
    for latency in latencies { distribution.record(SimulationTime(latency)) }
    let sorted = latencies.sorted()
    let thousandths = Array(1...1000)
    let found = distribution.percentiles(thousandths.map { Double($0) / 10 })
    for (thousandth, value) in zip(thousandths, found) {
      let exact = sorted[(thousandth * count + 999) / 1000 - 1]
      let above = Double(value.count) / Double(exact) - 1
      #expect((0..<0.001).contains(above), "seed \(seed), \(thousandth) thousandths of \(count)")
    }
    #expect(distribution.percentile(90) == found[899])
  }

  @Test func nothingHasNoPercentilesAndNoMean() {
    #expect(LatencyDistribution().percentiles([50, 99]).isEmpty)
    #expect(LatencyDistribution().percentile(50) == nil)
    #expect(LatencyDistribution().meanSeconds == nil)
  }

  @Test func fluidityOfACamera() throws {
    var options = ServingOptions(queries: 100)
    options.framePeriod = ms(10)
    func fluidity(_ service: Double) throws -> Double? {
      try ServingSimulation(
        table: table([[[service]]]), arrivals: PeriodicArrivals(.init(sources: 1, period: ms(10))),
        demands: DemandMix(latency: ms(10)), policy: AnyPolicy.fixed(), caching: NoCaching(.init()),
        options: options
      ).run().metrics.fluidity[.paper]?.value
    }
    #expect(try fluidity(5) == 1)
    #expect(try fluidity(11) == 0)
  }

  @Test func capacityIsFoundByBisection() throws {
    let search = try CapacitySearch(start: 10)
    for truth in [0.37, 1, 9, 123.4, 8000] {
      let result = search.run { $0 <= truth ? .meets : .misses }
      let highest = try #require(result.highest)
      #expect(highest <= truth && highest >= truth / 1.026)
      #expect(try #require(result.lowestFailing) > truth)
    }
    #expect(search.run { _ in .misses }.highest == nil)
    #expect(search.run { _ in .meets }.lowestFailing == nil)
    // One hopeless rate is enough to know that none will do.
    #expect(search.run { _ in .hopeless } == .init(highest: nil, lowestFailing: 10, trials: 1))
    let known = search.run { $0 <= 25 ? .meets : .hopeless }
    #expect((25 / 1.026...25).contains(try #require(known.highest)))
    // M/D/1: 90 % within five services, below saturation.
    let found = try CapacitySearch(start: 100).run { rate throws in
      let run = try poisson(
        rate, table([[[1]]]), AnyPolicy.fixed(), queries: 20_000, demands: DemandMix(latency: ms(5))
      ).run()
      return try #require(run.metrics.attainment) >= 0.9 ? .meets : .misses
    }
    #expect((700...900).contains(try #require(found.highest)))
    #expect(message { _ = try CapacitySearch(start: -1) }.hasPrefix("start: expected a rate"))
  }
}
