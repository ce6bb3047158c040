import Architectures
import Testing
import Units

@testable import Serving

/// Waits for ever, or asks to be woken for ever.
struct Idle: SchedulerPolicy {
  struct Spec: Codable, Hashable, Sendable { var step: Int? }
  static let kind = "idle"
  static let summary = "For tests."
  let spec: Spec
  init(_ spec: Spec) { self.spec = spec }
  func prepare(for table: ProfileTable) {}
  func decide(_ snapshot: Snapshot) -> Decision {
    .wait(until: spec.step.map { snapshot.now + SimulationTime($0) })
  }
}

/// Always answers the same.
struct Stubborn: SchedulerPolicy {
  struct Spec: Codable, Hashable, Sendable {}
  static let kind = "stubborn"
  static let summary = "For tests."
  var decision = Decision.wait(until: nil)
  init(_ spec: Spec) {}
  init(_ decision: Decision) { self.decision = decision }
  func prepare(for table: ProfileTable) {}
  func decide(_ snapshot: Snapshot) -> Decision {
    decision
  }
}

/// Answers: does exactly this happen at exactly this time, and is nonsense refused.
struct EngineTests {
  private func simulation(
    _ table: ProfileTable, _ arrivals: any ArrivalProcess, _ policy: any SchedulerPolicy,
    caching: (any CachingPolicy)? = nil, latency: SimulationTime = ms(100),
    _ change: (inout ServingOptions) -> Void = { _ in }
  ) throws -> ServingSimulation {
    var options = ServingOptions(queries: 1000)
    change(&options)
    return try ServingSimulation(
      table: table, arrivals: arrivals, demands: DemandMix(latency: latency), policy: policy,
      caching: caching ?? NoCaching(.init()), options: options)
  }

  @Test func completionsComeBeforeArrivalsOfTheSameInstant() throws {
    var log = EventLog()
    let run = try simulation(
      table([[[2]]]), ScriptedArrivals(0, 2, 3), FixedSubnet(.init(subnet: "s0"))
    ).run(observing: &log)
    #expect(
      log.lines == [
        "0 ps arrive 0", "0 ps device 0 runs 0 on s0 until 2 ms", "2 ms done 0", "2 ms arrive 1",
        "2 ms device 0 runs 1 on s0 until 4 ms", "3 ms arrive 2", "4 ms done 1",
        "4 ms device 0 runs 2 on s0 until 6 ms", "6 ms done 2",
      ])
    #expect(run.metrics.wait.largest == ms(1) && run.metrics.utilization == 1)
  }

  @Test func arrivalsOfOneInstantShareABatchAndBatchesArePaddedToAProfiledSize() throws {
    var log = EventLog()
    _ = try simulation(
      table([[[2, 5]]], batches: [1, 4]), ScriptedArrivals(1, 1, 1),
      FixedSubnet(.init(subnet: "s0"))
    ).run(observing: &log)
    #expect(log.lines[3] == "1 ms device 0 runs 0 1 2 on s0 until 6 ms")
  }

  @Test func twoDevicesServeSideBySide() throws {
    var log = EventLog()
    _ = try simulation(
      table([[[2]]]), ScriptedArrivals(0, 0, 0), FixedSubnet(.init(subnet: "s0"))
    ) { $0.devices = 2 }.run(observing: &log)
    #expect(
      log.lines.suffix(6) == [
        "0 ps device 0 runs 0 on s0 until 2 ms", "0 ps device 1 runs 1 on s0 until 2 ms",
        "2 ms done 0", "2 ms done 1", "2 ms device 0 runs 2 on s0 until 4 ms", "4 ms done 2",
      ])
  }

  @Test func loadsAreChargedWhenTheyHappen() throws {
    let columns: [ProfileTable.Column] = [
      .init(name: "none"), .init(name: "g1", load: .init(bytes: Bytes(100), time: ms(3))),
    ]
    let encodings = try SubgraphEncodings(subnets: [[4]], subgraphs: [[0], [4]])
    var log = EventLog()
    let run = try simulation(
      table([[[2], [1]]], columns: columns, encodings: encodings), ClosedLoop(.init()),
      AnyPolicy.fixed(), caching: AverageCaching(.init(window: 2))
    ) {
      $0.queries = 3
      $0.energyPerLoadedByte = EnergyValue(amount: Picojoules(2), unit: .picojoule)
    }.run(observing: &log)
    #expect(
      log.lines.suffix(5) == [
        "4 ms done 1", "4 ms device 0 loads g1 until 7 ms", "4 ms arrive 2",
        "7 ms device 0 runs 2 on s0 until 8 ms", "8 ms done 2",
      ])
    #expect(log.completions[2] == ms(8))
    #expect(run.metrics.subgraphLoads == 1)
    // Two queries with 20 B each, one with 10 B, one load.
    #expect(run.metrics.dramBytes == 150)
    #expect(run.metrics.energy?.value == 5200.0)
    #expect(run.metrics.latency.largest == ms(4))
    #expect(abs(try #require(run.metrics.encodingHitRatio) - 1.0 / 3) < 1e-15)
    // Hits are shares of bytes, which this table does not know.
    #expect(run.metrics.cacheHitRatio == nil)
    #expect(run.metrics.utilization == 1)
  }

  @Test func actuationCostsTimeOnEveryChange() throws {
    let table = try table([[[2]], [[3]]])
    var options = ServingOptions(queries: 3)
    options.actuation = Actuation(kind: .fixed, time: ms(10))
    let simulation = try ServingSimulation(
      table: table, arrivals: ScriptedArrivals(0, 0, 0), demands: DemandMix(latency: ms(1)),
      policy: FirstComeFirstServed(.init()), caching: NoCaching(.init()), options: options)
    var execution = ServingExecution(simulation, EventLog())
    execution.demands = .init(
      scripted: [0, 0, 1].map { QueryDemand(latency: ms(99), subnet: $0) })
    let run = try execution.run()
    // 10 + 2, 2, 10 + 3.
    #expect(execution.observer.completions == [0: ms(12), 1: ms(14), 2: ms(27)])
    #expect(run.metrics.subnetSwitches == 1)
  }

  @Test func missingBytesTakeTheirTime() throws {
    let table = try ProfileTable(
      subnets: [.init(name: "a", accuracy: 1, weightBytes: Bytes(1000))],
      subgraphs: [.init(name: "none"), .init(name: "g")], batches: [1],
      cells: [.init(latency: ms(1)), .init(latency: ms(1))],
      resident: [Bytes(0), Bytes(400)])
    let rule = Actuation(kind: .missingBytes, bandwidth: Bandwidth(bytesPerSecond: 3_000_000))
    // 600 B at 3 MB/s: 200 us. 1000 B: 333.3 us, rounded up to a picosecond.
    #expect(
      try rule.costs(table).map(\.time) == [
        SimulationTime(333_333_334), SimulationTime(200_000_000),
      ])
  }

  @Test func aPolicyThatStallsIsReported() throws {
    let table = try table([[[2]]])
    for step in [nil, 1_000_000] as [Int?] {
      let simulation = try simulation(table, ScriptedArrivals(0, 1), Idle(.init(step: step)))
      let text = message { _ = try simulation.run() }
      #expect(text.hasPrefix("policy idle stalled at "))
      #expect(text.hasSuffix("with 2 queries waiting, first 0, 1"))
    }
  }

  @Test(
    arguments: [
      (.serve(subnet: 7, positions: 0..<1), "sub-network 7 of 1"),
      (.serve(subnet: 0, positions: 0..<0), "serves positions 0..<0 of a queue of 1"),
      (.serve(subnet: 0, positions: 0..<2), "serves positions 0..<2 of a queue of 1"),
      (.serve(subnet: 0, positions: -1..<1), "serves positions -1..<1 of a queue of 1"),
      (.drop(at: 1..<2), "drops positions 1..<2 of a queue of 1"),
      (.wait(until: SimulationTime(0)), "waits until 0 ps, which is not in the future"),
    ] as [(Decision, String)])
  func invalidDecisionsAreRefused(decision: Decision, reason: String) throws {
    let simulation = try simulation(table([[[2]]]), ScriptedArrivals(0), Stubborn(decision))
    #expect(
      message { _ = try simulation.run() } == "policy stubborn decided at 0 ps: \(reason)")
  }

  @Test func tooLargeABatchIsRefused() throws {
    let simulation = try simulation(
      table([[[2]]]), ScriptedArrivals(0, 0),
      Stubborn(.serve(subnet: 0, positions: 0..<2)))
    #expect(message { _ = try simulation.run() }.hasSuffix("a batch of 2, the largest is 1"))
  }

  @Test func lateQueriesAreDroppedAtTheLastMoment() throws {
    // The second query starts at 2 ms and would end at 4 ms: in time at 4, late at 3.999.
    for (latency, drops) in [(4.0, 0), (3.999, 1)] {
      let run = try simulation(
        table([[[2]]]), ScriptedArrivals(0, 0), FirstComeFirstServed(.init(late: .drop)),
        latency: ms(latency)
      ).run()
      #expect(run.metrics.dropped == drops)
      #expect(run.metrics.attainment == (drops == 0 ? 1 : 0.5))
    }
  }

  @Test func unsatisfiableConstraintsAreDroppedOrServedByTheFallback() throws {
    let table = try table([[[2]], [[3]]])
    for (policy, completed, dropped) in [
      (StrictAccuracy(.init()), 5, 0), (StrictAccuracy(.init(fallback: .drop)), 0, 5),
      (StrictLatency(.init()), 5, 0), (StrictLatency(.init(fallback: .drop)), 0, 5),
    ] as [(any SchedulerPolicy, Int, Int)] {
      let run = try ServingSimulation(
        table: table, arrivals: ClosedLoop(.init()),
        demands: DemandMix(latency: ms(1), accuracy: 0.99), policy: policy,
        caching: NoCaching(.init()), options: ServingOptions(queries: 5)
      ).run()
      #expect(run.metrics.completed == completed && run.metrics.dropped == dropped)
      #expect(run.metrics.attainment == 0 && run.metrics.accurateEnough == 0)
    }
  }

  @Test func segmentsAddUpToTheWholeAndKeepTheirSubNetwork() throws {
    var log = EventLog()
    let run = try simulation(
      table([[[1]]]), ScriptedArrivals(0), FirstComeFirstServed(.init())
    ) { $0.segments = 3 }.run(observing: &log)
    #expect(log.completions[0] == ms(1))
    #expect(run.metrics.services == 3 && run.metrics.energy?.value == 1000)
  }

  @Test func optionsAreChecked() throws {
    let table = try table([[[1]]])
    func text(_ change: (inout ServingOptions) -> Void) -> String {
      message { _ = try simulation(table, ScriptedArrivals(0), AnyPolicy.fixed(), change) }
    }
    #expect(text { $0.queries = 0 } == "queries: expected 1 to 1e12, found 0")
    #expect(text { $0.devices = 0 } == "devices: expected 1 to 4096, found 0")
    #expect(text { $0.warmUp = 1000 } == "warm_up: expected 0 to 999, found 1000")
    #expect(
      message { _ = try simulation(table, ScriptedArrivals(0), FixedSubnet(.init(subnet: "x"))) }
        == "subnet: the table has no sub-network `x`")
    #expect(
      message {
        _ = try simulation(
          table, ScriptedArrivals(0), AnyPolicy.fixed(), caching: AverageCaching(.init(window: 1)))
      } == "kind: average needs a table with encodings of its sub-graphs")
    #expect(
      message {
        _ = try simulation(
          table, ScriptedArrivals(0), FirstComeFirstServed(.init()),
          caching: LookaheadCaching(.init(interval: 1)))
      }.hasPrefix("kind: needs a policy"))
    #expect(
      message {
        _ = try simulation(
          table, PoissonArrivals(.init(rate: .init(perSecond: 1e-6))), AnyPolicy.fixed()
        )
        .run()
      } == "query 3 arrives after 4611686 s, where the clock ends: expected a higher rate or fewer "
        + "queries")
  }
}

/// Policies that many tests use.
enum AnyPolicy {
  static func fixed() throws -> FixedSubnet { try FixedSubnet(.init(subnet: "s0")) }
}
