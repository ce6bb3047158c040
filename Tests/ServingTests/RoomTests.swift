import Components
import Testing
import Units

@testable import Serving

/// Answers: what a limit of the queue gives up, and what a run keeps of its queries.
struct RoomTests {
  private func simulation(
    _ arrivals: any ArrivalProcess, most: Int?, queries: Int = 99,
    caching: any CachingPolicy = NoCaching(.init()),
    _ change: (inout ServingOptions) -> Void = { _ in }
  ) throws -> ServingSimulation {
    var options = ServingOptions(queries: queries)
    options.mostWaiting = most
    change(&options)
    return try ServingSimulation(
      table: table([[[2]]]), arrivals: arrivals, demands: DemandMix(latency: ms(5)),
      policy: AnyPolicy.fixed(), caching: caching, options: options)
  }

  @Test func whatArrivesWhenSoManyWaitIsGivenUp() throws {
    var log = EventLog()
    let run = try simulation(ScriptedArrivals(0, 0.5, 1, 1.5, 2, 2, 2), most: 2).run(
      observing: &log)
    // 0 is served at once, 1 and 2 wait, 3 finds no room. At 2 ms a completion comes before arrivals, but the
    // device takes its next query after them: 1 and 2 still wait.
    #expect(
      log.lines.filter { $0.contains("drop") } == [
        "\(ms(1.5)) drop 3", "\(ms(2)) drop 4", "\(ms(2)) drop 5", "\(ms(2)) drop 6",
      ])
    #expect(run.metrics.refused == 4 && run.metrics.dropped == 4 && run.completions == 3)
    #expect(try simulation(ScriptedArrivals(0, 0, 0), most: nil).run().metrics.dropped == 0)
  }

  /// A query that a failure gives back was let in before.
  @Test func whatFailuresGiveBackFindsRoom() throws {
    let run = try simulation(ScriptedArrivals(0, 0.1), most: 1) {
      $0.failures = Failures(outages: [.init(device: 0, at: ms(1), back: ms(3))])
    }.run()
    #expect(run.completions == 2 && run.metrics.refused == 0)
  }

  @Test func recordsSayWhy() throws {
    struct Kept: QueryRecordSink {
      var all: [QueryRecord] = []
      mutating func take(_ record: QueryRecord) { all.append(record) }
    }
    let simulation = try simulation(ScriptedArrivals(0, 0.5, 1), most: 1)
    var recorder = QueryRecorder(simulation, sink: Kept())
    _ = try simulation.run(observing: &recorder)
    let causes = Dictionary(
      uniqueKeysWithValues: recorder.sink.all.map { ($0.query.id, $0.cause) })
    #expect(causes == [0: .none, 1: .none, 2: .full])
  }

  /// At twice what the device serves the queue never grows beyond the limit, however many come.
  @Test func anOverloadedQueueIsBounded() throws {
    struct Longest: SimulationObserver {
      var waiting = 0
      var most = 0
      mutating func arrived(_ query: Query) {
        waiting += 1
        // The one that has just come may be given up.
        most = max(most, waiting - 1)
      }
      mutating func started(_ batch: [Query], _ service: Service) { waiting -= batch.count }
      mutating func dropped(_ query: Query, at time: SimulationTime, because reason: DropReason) {
        waiting -= 1
      }
    }
    var longest = Longest()
    let run = try simulation(
      PoissonArrivals(.init(rate: .init(perSecond: 1000))), most: 50, queries: 20_000
    ).run(observing: &longest)
    #expect(longest.most == 50)
    #expect(run.metrics.refused > 9000 && run.completions + run.drops == 20_000)
  }

  /// The documentation says 72 bytes for a query that waits: a line of the cache and its key.
  @Test func queriesAreSmall() {
    #expect(MemoryLayout<Query>.stride == 64)
  }

  @Test func anOracleKnowsNothingOfIt() throws {
    #expect(
      message {
        var options = ServingOptions(queries: 1)
        options.mostWaiting = 3
        _ = try ServingSimulation(
          table: table([[[1]]]), arrivals: ScriptedArrivals(0), demands: DemandMix(latency: ms(1)),
          policy: StrictAccuracy(.init()), caching: LookaheadCaching(.init(interval: 1)),
          options: options)
      } == "kind: knows nothing of queries that find no room, found options.most_waiting")
    #expect(
      message { _ = try simulation(ScriptedArrivals(0), most: 0) }
        == "most_waiting: expected 1 to 1e9, found 0")
  }
}
