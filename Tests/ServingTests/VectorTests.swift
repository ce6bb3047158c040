import Testing
import Units

@testable import Serving

/// Answers: do the policies, bounds and indices give the published and derived vectors exactly.
struct VectorTests {
  @Test(
    arguments: [
      (2.0, (1, 0), (0, 1), nil), (4, (3, 0), (1, 2), (2, 1)), (8, (4, 0), (1, 3), (3, 1)),
      (16, (4, 1), (3, 3), (4, 1)), (28, (4, 2), (3, 3), (4, 3)),
    ] as [(Double, (Int, Int), (Int, Int), (Int, Int)?)])
  func superServeToyTable(
    slack: Double, batchFirst: (Int, Int), accuracyFirst: (Int, Int), slackFit: (Int, Int)?
  ) throws {
    let table = try toyTable()
    var first = MaxBatch(.init())
    var second = MaxAccuracy(.init())
    var third = try SlackFit(.init(buckets: 10))
    try first.prepare(for: table)
    try second.prepare(for: table)
    try third.prepare(for: table)
    func pick(_ pair: (Int, Int)) -> SlackFit.Pick { .init(subnet: pair.1, batch: pair.0) }
    #expect(first.pick(slack: ms(slack), subgraph: 0, limit: 4) == pick(batchFirst))
    #expect(second.pick(slack: ms(slack), subgraph: 0, limit: 4) == pick(accuracyFirst))
    #expect(third.pick(slack: ms(slack), subgraph: 0) == slackFit.map(pick))
  }

  @Test func slackFitLatenciesOfTheToyTable() throws {
    let table = try toyTable()
    #expect(table.cell(1, 0, batch: 2).latency == ms(3.52))
    #expect(table.cell(1, 0, batch: 3).latency == ms(6.08))
    #expect(table.cell(1, 0, batch: 4).latency == ms(11.2))
    #expect(table.cell(3, 0, batch: 4).latency == ms(28))
  }

  @Test func slackFitReadLiterallyTakesTheLargestBatch() throws {
    var policy = try SlackFit(.init(reading: .belowTop, tieBreak: .fastest))
    try policy.prepare(for: toyTable())
    for slack in [10.0, 16, 28] {
      #expect(policy.pick(slack: ms(slack), subgraph: 0) == .init(subnet: 0, batch: 4))
    }
  }

  @Test(arguments: [
    ([100] + Array(repeating: 30, count: 9), 10, 10, 0, 10),
    ([80, 20, 20, 60, 30, 30, 100, 30, 30, 30], 9, 10, 3, 12),
    ([500, 30, 30, 30, 30], 4, 5, 14, 18),
    ([100] + Array(repeating: 10, count: 8) + [200], 9, 10, 1, 10),
    ([100] + Array(repeating: 31, count: 9), 1, 10, 9, 10),
  ])
  func fluidity(gaps: [Double], onTime: Int, tokens: Int, missed: Int, total: Int) {
    var paper = FluidityIndex(.paper, first: ms(100), next: ms(30))
    var code = FluidityIndex(.etalonCode, first: ms(100), next: ms(30))
    for gap in gaps {
      paper.record(gap: ms(gap))
      code.record(gap: ms(gap))
    }
    #expect(paper.onTime == onTime && paper.total == tokens)
    #expect(code.missed == missed && code.total == total)
  }

  /// One long query at 0 (10 ms, deadline 16) and two short ones at 5 (0.5 ms, deadline 6).
  private func medha(
    _ policy: any SchedulerPolicy, segment: Double?
  ) throws -> (completions: [Int: SimulationTime], onTime: Int) {
    let table = try table([[[10]], [[0.5]]])
    // Segments of the same length in both sub-networks.
    let boundaries = try segment.map { length in
      try LayerBoundaries(
        shares: [10, 0.5].map { total in
          let count = Int((total / length).rounded())
          return (1...count).map { $0 == count ? 1 : Double($0) / Double(count) }
        })
    }
    let simulation = try ServingSimulation(
      table: table, arrivals: ScriptedArrivals(0, 5, 5),
      demands: DemandMix(latency: ms(1), accuracy: nil), policy: policy,
      caching: NoCaching(.init()),
      options: ServingOptions(queries: 3), boundaries: boundaries)
    var execution = ServingExecution(simulation, EventLog())
    execution.demands = .init(scripted: [
      .init(latency: ms(16), subnet: 0), .init(latency: ms(1), subnet: 1),
      .init(latency: ms(1), subnet: 1),
    ])
    let run = try execution.run()
    return (execution.observer.completions, run.metrics.onTime)
  }

  @Test func firstComeFirstServedMissesBothShortQueries() throws {
    let result = try medha(FirstComeFirstServed(.init()), segment: nil)
    #expect(result.completions == [0: ms(10), 1: ms(10.5), 2: ms(11)])
    #expect(result.onTime == 1)
  }

  @Test(arguments: [0.001, 0.1, 0.5])
  func deadlineAndSlackOrdersMeetAllThree(segment: Double) throws {
    for policy in [
      EarliestDeadlineFirst(.init()), LeastRemainingSlack(.init()),
    ] as [any SchedulerPolicy] {
      let result = try medha(policy, segment: segment)
      #expect(result.onTime == 3)
      #expect(result.completions[2] == ms(6))
      #expect(result.completions[0] == ms(11))
    }
  }

  @Test func relativeSlackMissesShortQueries() throws {
    #expect(try medha(LeastRelativeSlack(.init()), segment: 0.5).onTime == 2)
    let fine = try medha(LeastRelativeSlack(.init()), segment: 0.001)
    #expect(fine.onTime == 1)
    // 6.2 ms in the fluid limit; each share is at most some segments late.
    #expect(abs((try #require(fine.completions[2]) - ms(6.2)).seconds) < 1e-5)
  }

  @Test func relativeSlackOfTheMedhaInstance() {
    // At 5 ms: long (16 - 5 - 5) / 10 = 0.6; short (6 - 5 - 0.5) / 0.5 = 1.0.
    func relative(_ deadline: Double, _ left: Double, _ total: Double) -> Double {
      LeastRelativeSlack.relativeSlack(
        deadline: ms(deadline), now: ms(5), remaining: ms(left).count, total: ms(total).count)
    }
    #expect(relative(16, 5, 10) == 0.6)
    #expect(relative(6, 0.5, 0.5) == 1)
  }

  @Test func sushiDecisionsAreThePseudoCode() throws {
    let table = try table(
      [[[2], [1]], [[3], [3.5]], [[5], [4]]], accuracies: [0.75, 0.78, 0.80])
    var accuracy = StrictAccuracy(.init())
    var latency = StrictLatency(.init())
    try accuracy.prepare(for: table)
    try latency.prepare(for: table)
    func demand(_ accuracy: Double, _ latency: Double) -> QueryDemand {
      .init(accuracy: accuracy, latency: ms(latency))
    }
    #expect(accuracy.preview(demand(0.7, 1), holding: 0) == 0)
    #expect(accuracy.preview(demand(0.78, 1), holding: 1) == 1)
    #expect(accuracy.preview(demand(0.785, 1), holding: 1) == 2)
    #expect(accuracy.preview(demand(0.9, 1), holding: 1) == 2)
    #expect(latency.preview(demand(0, 3), holding: 0) == 1)
    #expect(latency.preview(demand(0, 3), holding: 1) == 0)
    #expect(latency.preview(demand(0, 4), holding: 1) == 2)
    #expect(latency.preview(demand(0, 0.5), holding: 0) == 0)
  }

  @Test func averageCachingTakesTheNearestVector() throws {
    let encodings = try SubgraphEncodings(
      subnets: [[4, 4], [8, 8]], subgraphs: [[0, 0], [4, 4], [6, 6], [8, 8]])
    let table = try table([[[1], [1], [1], [1]], [[2], [2], [2], [2]]], encodings: encodings)
    var policy = try AverageCaching(.init(window: 4))
    #expect(try policy.prepare(for: table) == 0)
    var held = 0
    // Averages 4, 6 and 7 (tie between 6 and 8: the first).
    for (served, expected) in [([0, 0, 0, 0], 1), ([0, 1, 0, 1], 2), ([1, 1, 1, 0], 2)] {
      for subnet in served { held = policy.served(subnet, holding: held, on: 0, at: ms(0)) }
      #expect(held == expected)
    }
    #expect(encodings.hitRatio(subnet: 1, subgraph: 1) == 0.5)
    #expect(encodings.hitRatio(subnet: 0, subgraph: 3) == 1)
  }
}
