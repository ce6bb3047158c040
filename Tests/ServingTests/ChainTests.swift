import Components
import Testing
import Units

@testable import Serving

/// Answers: do queries of several pieces run them in turn, and may a policy put others between them.
struct ChainTests {
  private func simulation(
    _ mix: DemandMix, _ arrivals: any ArrivalProcess,
    policy: any SchedulerPolicy = FirstComeFirstServed(.init()), devices: Int = 1,
    segments: Int? = nil
  ) throws -> ServingSimulation {
    var options = ServingOptions(queries: 99, devices: devices)
    options.segments = segments
    return try ServingSimulation(
      table: table([[[2]], [[3]], [[4]]]), arrivals: arrivals, demands: mix, policy: policy,
      caching: NoCaching(.init()), options: options)
  }

  private func runs(_ log: EventLog) -> [String] {
    log.lines.filter { $0.contains("runs") || $0.contains("done") }
  }

  @Test func piecesRunInTurnAndTheLastOneAnswers() throws {
    var log = EventLog()
    let run = try simulation(
      DemandMix(latency: .init(low: ms(20), high: ms(20)), pieces: ["s1", "s0", "s2"]),
      ScriptedArrivals(0, 1)
    ).run(observing: &log)
    // The first query's next piece waits before the second query, which came later.
    #expect(
      runs(log) == [
        "0 ps device 0 runs 0 on s1 until 3 ms", "3 ms device 0 runs 0 on s0 until 5 ms",
        "5 ms device 0 runs 0 on s2 until 9 ms", "9 ms done 0",
        "9 ms device 0 runs 1 on s1 until 12 ms", "12 ms device 0 runs 1 on s0 until 14 ms",
        "14 ms device 0 runs 1 on s2 until 18 ms", "18 ms done 1",
      ])
    #expect(run.metrics.completed == 2 && run.metrics.services == 6)
    #expect(run.metrics.latency.largest == ms(17))
    // The accuracy of the sub-network that answers.
    #expect(run.metrics.meanServedAccuracy == 0.7)
  }

  @Test func amoreUrgentQueryGoesBetweenTwoPieces() throws {
    var replay = try TraceReplay(.init(file: "t.csv", format: .queries))
    try replay.load { _ in "arrival_s,latency_s,class\n0,0.1,long\n0.001,0.005,short\n" }
    let mix = DemandMix(
      classes: [
        QueryClass(name: "long", latency: .init(low: ms(9), high: ms(9)), pieces: ["s1", "s2"]),
        QueryClass(name: "short", latency: .init(low: ms(9), high: ms(9)), pieces: ["s0"]),
      ])
    var log = EventLog()
    _ = try simulation(mix, replay, policy: EarliestDeadlineFirst(.init())).run(observing: &log)
    #expect(
      runs(log) == [
        "0 ps device 0 runs 0 on s1 until 3 ms", "3 ms device 0 runs 1 on s0 until 5 ms",
        "5 ms done 1", "5 ms device 0 runs 0 on s2 until 9 ms", "9 ms done 0",
      ])
  }

  @Test func aPieceMayBeCutIntoSegments() throws {
    var log = EventLog()
    _ = try simulation(
      DemandMix(latency: .init(low: ms(20), high: ms(20)), pieces: ["s0", "s2"]),
      ScriptedArrivals(0), segments: 2
    ).run(observing: &log)
    #expect(
      runs(log) == [
        "0 ps device 0 runs 0 on s0 until 1 ms", "1 ms device 0 runs 0 on s0 until 2 ms",
        "2 ms device 0 runs 0 on s2 until 4 ms", "4 ms device 0 runs 0 on s2 until 6 ms",
        "6 ms done 0",
      ])
  }

  @Test func recordsListThePieces() throws {
    struct Kept: QueryRecordSink {
      var all: [QueryRecord] = []
      mutating func take(_ record: QueryRecord) { all.append(record) }
    }
    let simulation = try simulation(
      DemandMix(latency: .init(low: ms(20), high: ms(20)), pieces: ["s1", "s0"]),
      ScriptedArrivals(0))
    var recorder = QueryRecorder(simulation, sink: Kept())
    _ = try simulation.run(observing: &recorder)
    let record = try #require(recorder.sink.all.first)
    #expect(record.chain.map(\.subnet) == [1, 0])
    #expect(record.chain.map(\.start) == [ms(0), ms(3)])
    #expect(record.pieces == 2 && record.parts.service == ms(5))
    // 1000 pJ a millisecond.
    #expect(record.energy?.value == 5000)
  }

  @Test func aPolicyMustServeWhatIsNamed() throws {
    let mix = DemandMix(latency: .init(low: ms(20), high: ms(20)), pieces: ["s1", "s0"])
    #expect(
      message { _ = try simulation(mix, ScriptedArrivals(0), policy: SlackFit(.init())) }
        == "policy.kind: slackfit chooses sub-networks itself, but queries have `pieces`: expected "
        + "fcfs, edf, lrs, lars, exact-admission or process")
    struct Wrong: SchedulerPolicy {
      struct Spec: Codable, Hashable, Sendable {}
      static let kind = "wrong"
      static let summary = "For tests."
      init(_ spec: Spec) {}
      var servesNamed: Bool { true }
      func prepare(for table: ProfileTable) {}
      mutating func decide(_ snapshot: Snapshot) -> Decision {
        .serve(subnet: 0, positions: 0..<1)
      }
    }
    #expect(
      message { _ = try simulation(mix, ScriptedArrivals(0), policy: Wrong(.init())).run() }
        == "policy wrong decided at 0 ps: sub-network s0 for query 0, whose next piece is of s1")
  }

  /// Random lists of pieces: the seed is printed with a failure.
  @Test(arguments: 1...10)
  func everyQueryRunsEachPieceOnceAndEnergiesAddUp(seed: Int) throws {
    var random = RandomStream(seed: UInt64(seed), name: "chains")
    let pieces = (0..<1 + random.index(below: 4)).map { _ in "s\(random.index(below: 3))" }
    let mix = DemandMix(latency: .init(low: ms(5), high: ms(60)), pieces: pieces)
    let arrivals = try PoissonArrivals(.init(rate: .init(perSecond: 150)))
    let run = try simulation(
      mix, arrivals, policy: EarliestDeadlineFirst(.init()), devices: 1 + random.index(below: 3)
    ).run()
    #expect(run.completions == 99 && run.inFlight == 0)
    #expect(run.metrics.services == 99 * pieces.count)
    let each = try pieces.map { name in
      try #require(["s0": 2.0, "s1": 3.0, "s2": 4.0][name])
    }.reduce(0, +)
    let energy = try #require(run.metrics.energy?.value)
    #expect(abs(energy - 99 * each * 1000) < 1e-3)
  }
}
