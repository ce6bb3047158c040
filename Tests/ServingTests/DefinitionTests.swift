import Architectures
import Components
import Testing
import Units

@testable import Serving

/// Answers: is every figure what its definition says, in runs small enough to reckon by hand.
struct DefinitionTests {
  private func run(
    _ table: ProfileTable, _ arrivals: any ArrivalProcess, _ policy: any SchedulerPolicy,
    caching: (any CachingPolicy)? = nil, latency: SimulationTime, queries: Int = 1000,
    _ change: (inout ServingOptions) -> Void = { _ in }
  ) throws -> ServingRun {
    var options = ServingOptions(queries: queries)
    change(&options)
    return try ServingSimulation(
      table: table, arrivals: arrivals, demands: DemandMix(latency: latency), policy: policy,
      caching: caching ?? NoCaching(.init()), options: options
    ).run()
  }

  /// Pairs of queries: the first is served accurately and in time, the second fast and late.
  @Test func accuracyIsThatOfQueriesInTime() throws {
    let table = try table([[[1]], [[10]]], accuracies: [0.6, 0.8])
    let run = try run(
      table, ScriptedArrivals(0, 0, 100, 100), MaxAccuracy(.init()), latency: ms(10.5))
    #expect(run.metrics.attainment == 0.5)
    #expect(run.metrics.meanAccuracy == 0.8)
    #expect(abs(try #require(run.metrics.meanServedAccuracy) - 0.7) < 1e-15)
  }

  /// Five queries at once, of which two can be served in time; then two alone.
  @Test func theWarmUpLeavesOutDropsToo() throws {
    let arrivals = ScriptedArrivals(0, 0, 0, 0, 0, 100, 200)
    for (warmUp, dropped) in [(0, 3), (5, 0)] {
      let run = try run(
        table([[[2]]]), arrivals, FirstComeFirstServed(.init(late: .drop)), latency: ms(5)
      ) { $0.warmUp = warmUp }
      #expect(run.drops == 3 && run.completions == 4)
      #expect(run.metrics.dropped == dropped && run.metrics.arrivals == 7 - warmUp)
      #expect(run.metrics.completed + run.metrics.dropped == run.metrics.arrivals)
      #expect(run.metrics.attainment == (warmUp == 0 ? 4.0 / 7 : 1))
    }
  }

  /// The second query is served for one of four segments before it is given up.
  @Test func workThatIsGivenUpCosts() throws {
    let table = try ProfileTable(
      subnets: [.init(name: "a", accuracy: 0.7)], subgraphs: [.init(name: "none")], batches: [1],
      cells: [.init(latency: ms(8), energy: Picojoules(1e9), dramBytes: Bytes(1000))])
    let run = try run(
      table, ScriptedArrivals(0, 1), LeastRemainingSlack(.init(late: .drop)), latency: ms(10)
    ) { $0.segments = 4 }
    #expect(run.completions == 1 && run.drops == 1)
    #expect(run.metrics.busy == Int128(ms(10).count))
    #expect(run.metrics.energyPerQuery?.value == 1.25e9)
    #expect(run.metrics.dramBytesPerQuery == 1250)
  }

  /// 1 query done, the second for 3 of 8 ms when the run is stopped, the third waits.
  @Test func workThatIsNotFinishedCostsAndPassedDeadlinesAreMissed() throws {
    let table = try ProfileTable(
      subnets: [.init(name: "a", accuracy: 0.7)], subgraphs: [.init(name: "none")], batches: [1],
      cells: [.init(latency: ms(8), energy: Picojoules(1e9), dramBytes: Bytes(1000))])
    for (latency, overdue) in [(9.0, 2), (10.5, 1), (11, 1), (20, 0)] {
      let run = try run(
        table, ScriptedArrivals(0, 0, 1), FirstComeFirstServed(.init()), latency: ms(latency)
      ) { $0.until = ms(11) }
      #expect(run.metrics.completed == 1 && run.metrics.inFlight == 2)
      #expect(run.metrics.overdue == overdue)
      #expect(run.metrics.attainment == 1 / Double(1 + overdue))
      #expect(run.metrics.energyPerQuery?.value == 1.375e9)
      #expect(run.metrics.dramBytesPerQuery == 1375)
      #expect(run.metrics.utilization == 1)
    }
  }

  @Test func aChangeOfSubNetworkIsNoServiceYet() throws {
    let run = try run(
      table([[[8]]]), ScriptedArrivals(0), AnyPolicy.fixed(), latency: ms(10)
    ) {
      $0.actuation = Actuation(kind: .fixed, time: ms(2))
      $0.until = ms(4)
    }
    // A quarter of 8,000 pJ and 80 B, after 2 ms of change.
    #expect(run.metrics.energy?.value == 2000 && run.metrics.dramBytes == 20)
  }

  @Test func nothingServedHasNoFigures() throws {
    let runs = [
      try run(
        table([[[2]]]), ScriptedArrivals(0, 1), FirstComeFirstServed(.init(late: .drop)),
        latency: ms(1)),
      try run(table([[[2]]]), ScriptedArrivals(5), AnyPolicy.fixed(), latency: ms(1)) {
        $0.until = ms(1)
      },
    ]
    for run in runs {
      let metrics = run.metrics
      #expect(metrics.completed == 0)
      #expect(metrics.latency.meanSeconds == nil && metrics.meanAccuracy == nil)
      #expect(metrics.meanServedAccuracy == nil && metrics.energyPerQuery == nil)
      #expect(metrics.dramBytesPerQuery == nil && metrics.cacheHitRatio == nil)
      #expect(metrics.meanBatch == nil)
    }
    #expect(runs[0].metrics.attainment == 0 && runs[1].metrics.attainment == nil)
  }

  @Test func arrivalsThatEndInTheWarmUpAreRefused() throws {
    for until in [nil, ms(1)] {
      #expect(
        message {
          _ = try run(
            table([[[2]]]), ScriptedArrivals(0, 0, 0), AnyPolicy.fixed(), latency: ms(1)
          ) {
            $0.warmUp = 3
            $0.until = until
          }
        }
          == "only 3 of the 3 queries of the warm-up arrive, so that nothing is measured: expected "
          + "fewer")
    }
  }

  /// Hits are shares of bytes whether the table knows encodings or not.
  @Test func hitsAreSharesOfBytes() throws {
    for encodings in [nil, try SubgraphEncodings(subnets: [[4]], subgraphs: [[0], [2]])] {
      let table = try ProfileTable(
        subnets: [.init(name: "a", accuracy: 1, weightBytes: Bytes(1000))],
        subgraphs: [.init(name: "none"), .init(name: "g")], batches: [1],
        cells: [.init(latency: ms(1)), .init(latency: ms(1))], resident: [Bytes(0), Bytes(400)],
        encodings: encodings)
      let run = try run(
        table, ScriptedArrivals(0, 5), FirstComeFirstServed(.init()),
        caching: StaticCaching(.init(subgraph: "g")), latency: ms(1))
      #expect(run.metrics.cacheHitRatio == 0.4)
      #expect(run.metrics.encodingHitRatio == (encodings == nil ? nil : 0.5))
    }
  }

  /// One load of 100 B: free where nothing prices it, at the table's price, at the option's.
  @Test(arguments: [(nil, nil, 0), (3, nil, 300), (3, 0, 0), (nil, 2, 200), (3, 2, 200)])
  func loadsCostWhatAByteCosts(table price: Double?, option: Double?, expected: Double) throws {
    let table = try ProfileTable(
      subnets: [.init(name: "s0", accuracy: 1)],
      subgraphs: [.init(name: "none"), .init(name: "g", load: .init(bytes: Bytes(100)))],
      batches: [1], cells: [.init(latency: ms(1)), .init(latency: ms(1))],
      loadEnergyPerByte: price.map { Picojoules($0) })
    let run = try run(
      table, ScriptedArrivals(0), AnyPolicy.fixed(), caching: StaticCaching(.init(subgraph: "g")),
      latency: ms(1)
    ) {
      $0.chargesInitialLoad = true
      $0.energyPerLoadedByte = option.map { EnergyValue(amount: Picojoules($0), unit: .picojoule) }
    }
    #expect(run.metrics.energy?.value == expected && run.metrics.loadedBytes == 100)
    #expect(try ProfileTable(parsingCSV: table.csv, file: "p.csv") == table)
  }

  @Test func aMeasuredTableNeedsLatencyAndAccuracyOnly() throws {
    let text = "subnet,batch,latency_s,accuracy\na,1,0.002,0.701\na,4,0.005,0.701\n"
    let table = try ProfileTable(parsingCSV: text, file: "p.csv")
    #expect(table.subgraphs.map(\.name) == ["none"] && !table.hasEnergy && !table.hasTraffic)
    #expect(table.csv.hasPrefix("subnet,subgraph,batch,latency_s,accuracy\n"))
    #expect(try ProfileTable(parsingCSV: table.csv, file: "p.csv") == table)
    let run = try run(table, ScriptedArrivals(0, 5), SlackFit(.init()), latency: ms(20))
    #expect(run.metrics.completed == 2)
    #expect(run.metrics.energyPerQuery == nil && run.metrics.dramBytesPerQuery == nil)
    #expect(run.metrics.cacheHitRatio == nil)
  }

  /// Interrupted service is for policies that keep the sub-network of what they began.
  @Test func onlySomePoliciesServeBySegments() throws {
    let batched = try table([[[1, 2]], [[2, 3]]], batches: [1, 2])
    let policies: [(any SchedulerPolicy, Bool)] = [
      (FirstComeFirstServed(.init()), true), (EarliestDeadlineFirst(.init()), true),
      (StrictAccuracy(.init()), true), (StrictLatency(.init(budget: .remaining)), true),
      (try FixedSubnet(.init(subnet: "s0")), false),
      (try FixedSubnet(.init(subnet: "s0", maxBatch: 1)), true),
      (try MinimumAccuracy(.init(maxBatch: 1)), true), (MaxBatch(.init()), false),
      (MaxAccuracy(.init()), false), (try SlackFit(.init()), false),
    ]
    for (policy, isFine) in policies {
      let kind = type(of: policy).kind
      var text = ""
      do {
        let run = try run(
          batched, GammaArrivals(.init(rate: .init(perSecond: 600), squaredVariation: 4)), policy,
          latency: ms(3), queries: 500
        ) {
          $0.segments = 3
          $0.devices = 2
        }
        #expect(run.completions == 500, "\(kind)")
      } catch { text = "\(error)" }
      #expect(text.hasPrefix("policy.kind: \(kind) cannot serve by segments") != isFine, "\(kind)")
      #expect(text.isEmpty == isFine, "\(kind): \(text)")
    }
  }
}
