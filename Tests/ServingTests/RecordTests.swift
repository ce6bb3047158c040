import Architectures
import Components
import Inputs
import Testing
import Units

@testable import Serving

/// Answers: do the records of queries add up to the figures, whatever happens to the queries.
struct RecordTests {
  private struct List: QueryRecordSink {
    var all: [QueryRecord] = []
    var most = Int.max
    mutating func take(_ record: QueryRecord) throws(InputError) {
      guard all.count < most else { throw InputError("full", file: "f", kind: .unwritable) }
      all.append(record)
    }
  }

  private func simulation(_ random: inout RandomStream, _ seed: Int) throws -> ServingSimulation {
    let table = try monotoneTable(&random, columns: 3)
    var options = ServingOptions(queries: 200, seed: seed, devices: 1 + random.index(below: 3))
    options.chargesInitialLoad = random.index(below: 2) == 0
    if random.index(below: 3) == 0 { options.until = ms(40) }
    if random.index(below: 3) == 0 { options.segments = 3 }
    if random.index(below: 2) == 0 {
      options.failures = Failures(
        inFlight: random.index(below: 2) == 0 ? .lost : .requeue, every: ms(7), repair: ms(3))
    }
    let policy: any SchedulerPolicy =
      options.segments != nil || random.index(below: 2) == 0
      ? EarliestDeadlineFirst(.init(late: .drop))
      : MaxBatch(.init(late: .drop, batchLimit: .queueLength))
    return try ServingSimulation(
      table: table,
      arrivals: try PoissonArrivals(.init(rate: ArrivalRate(perSecond: 2000))),
      demands: DemandMix(latency: .init(low: ms(1), high: ms(9)), subnetWeights: nil),
      policy: policy, caching: try MostFrequentCaching(.init(window: 4)), options: options)
  }

  @Test(arguments: 1...60) func recordsAddUpToTheFigures(seed: Int) throws {
    var random = RandomStream(seed: UInt64(seed), name: "records")
    let simulation = try simulation(&random, seed)
    var recorder = QueryRecorder(simulation, sink: List())
    let run = try simulation.run(observing: &recorder)
    let records = recorder.sink.all
    let metrics = run.metrics
    #expect(records.map(\.query.id).sorted() == Array(0..<run.arrivals))
    let count = { (outcome: QueryRecord.Outcome) in records.count { $0.outcome == outcome } }
    #expect(count(.met) == metrics.onTime)
    #expect(count(.met) + count(.late) == metrics.completed)
    #expect(count(.dropped) == metrics.dropped && count(.unfinished) == metrics.inFlight)
    #expect(
      records.count { $0.outcome == .unfinished && $0.query.deadline <= $0.end } == metrics.overdue)
    #expect(
      records.reduce(Int128(0)) { $0 + Int128($1.dramBytes ?? -1) } == metrics.dramBytes)
    let energy = records.reduce(0.0) { $0 + ($1.energy?.value ?? .nan) }
    // Sums of a few hundred parts in another order.
    #expect(abs(energy - (metrics.energy?.value ?? 0)) <= 1e-12 * energy)
    #expect(records.reduce(0) { $0 + $1.bytesLoaded } == Int(metrics.loadedBytes))
    let served = records.filter { $0.outcome == .met || $0.outcome == .late }
    #expect(
      served.reduce(Int128(0)) { $0 + Int128(($1.end - $1.query.arrival).count) }
        == metrics.latency.sum)
    for record in records {
      let parts = record.parts
      #expect(
        parts.queueing + parts.batching + parts.load + parts.service
          == record.end - record.query.arrival)
      #expect(
        [parts.queueing, parts.batching, parts.load, parts.service].allSatisfy { $0.count >= 0 })
      #expect((record.start == nil) == record.members.isEmpty)
    }
  }

  /// Observing changes nothing, and a record is given as soon as a query has left.
  @Test func aRunEndsWhenNothingCanBeWritten() throws {
    var random = RandomStream(seed: 9, name: "records")
    var simulation = try simulation(&random, 9)
    while simulation.options.until != nil { simulation = try self.simulation(&random, 9) }
    var recorder = QueryRecorder(simulation, sink: List(most: 5))
    let run = try simulation.run(observing: &recorder)
    #expect(recorder.failure?.message == "full")
    #expect(recorder.sink.all.count == 5)
    #expect(run.arrivals < 200)
  }

  @Test func timesAreExactDecimals() {
    for (count, text) in [
      (0, "0"), (1, "0.000000000001"), (1_500_000_000_000, "1.5"), (12_000_000_000_000, "12"),
      (1_000_000_100_000, "1.0000001"), (-2_500_000_000_000, "-2.5"),
    ] {
      #expect(QueryLines.seconds(SimulationTime(count)) == text)
    }
  }

  /// Why a query was slow, told from what devices did.
  @Test func timeGoesWhereItWent() throws {
    // Two columns, loading takes 2 ms; the policy waits until 1 ms for a second query.
    var clock = WaitingClock(devices: 2)
    let start = clock.read(at: ms(0))
    clock.begin(at: ms(1), isLoad: false)
    clock.begin(at: ms(3), isLoad: true)
    clock.end(at: ms(7), isLoad: true)
    clock.begin(at: ms(8), isLoad: false)
    var parts = QueryRecord.Parts()
    clock.add(since: start, to: &parts, at: ms(20))
    #expect(parts.batching == ms(4))
    #expect(parts.load == ms(4))
    #expect(parts.queueing == ms(12))
    #expect(parts.longest == .queueing)
  }
}
