import Components
import Testing
import Units

@testable import Serving

/// Answers: does the engine charge what a service model says, and show it what runs on which device.
struct ServiceModelTests {
  /// A piece takes 1 ms for the batch and as many ms as its query's number says for itself; a change takes
  /// 2 ms, a load 3 ms.
  private struct ByQuery: ServiceModel {
    var latency: @Sendable (Work) -> SimulationTime = { work in
      ms(1 + work.map { Double($0.query) }.reduce(0, +))
    }
    var change = ProfileTable.Load(bytes: Bytes(7), time: ms(2))
    func cost(of work: Work, on device: DeviceState) -> ServiceCost {
      ServiceCost(latency: latency(work), energy: Picojoules(4), dramBytes: Bytes(10))
    }
    func change(to subnet: Int, on device: DeviceState) -> ProfileTable.Load { change }
    func load(_ subgraph: Int, replacing old: Int?, on device: DeviceState) -> ProfileTable.Load {
      ProfileTable.Load(bytes: Bytes(5), time: ms(3))
    }
  }

  private func simulation(
    _ model: ByQuery, segments: Int? = nil, caching: any CachingPolicy = NoCaching(.init())
  ) throws -> ServingSimulation {
    var options = ServingOptions(queries: 9)
    options.segments = segments
    return try ServingSimulation(
      table: table([[[9, 9]]], batches: [1, 2], columns: [.init(name: "none")]),
      arrivals: ScriptedArrivals(0, 0, 0), demands: DemandMix(latency: ms(100)),
      policy: segments == nil
        ? AnyPolicy.fixed() : FirstComeFirstServed(.init()), caching: caching, options: options,
      service: model)
  }

  @Test func theModelPricesThePiecesThatRunTogether() throws {
    var log = EventLog()
    let run = try simulation(ByQuery()).run(observing: &log)
    // Change 2 ms, then 1 + 0 + 1 ms for queries 0 and 1; then 1 + 2 ms for query 2.
    #expect(
      log.lines.filter { $0.contains("runs") } == [
        "0 ps device 0 runs 0 1 on s0 until 4 ms", "4 ms device 0 runs 2 on s0 until 7 ms",
      ])
    #expect(run.metrics.energy == Picojoules(8))
    #expect(run.metrics.dramBytes == 27)
  }

  @Test func itSeesWhichPieceOfAQueryRuns() throws {
    let model = ByQuery(latency: { work in
      // Each segment is charged its third of what the model says of it.
      ms(3 * Double(work[0].segment + 1))
    })
    var log = EventLog()
    _ = try simulation(model, segments: 3).run(observing: &log)
    #expect(
      log.lines.filter { $0.contains("runs 0") } == [
        "0 ps device 0 runs 0 on s0 until 3 ms", "3 ms device 0 runs 0 on s0 until 5 ms",
        "5 ms device 0 runs 0 on s0 until 8 ms",
      ])
  }

  @Test func aChainOfBatchesIsAViewOfItsQueries() {
    var second = Query(id: 8, arrival: ms(1), demand: QueryDemand(latency: ms(1)))
    second.completedSegments = 3
    second.completedPieces = 1
    let work = Work(
      [Query(id: 5, arrival: ms(0), demand: QueryDemand(latency: ms(1))), second], on: 4)
    #expect(
      Array(work) == [
        WorkItem(query: 5, piece: 0, segment: 0, subnet: 4),
        WorkItem(query: 8, piece: 1, segment: 3, subnet: 4),
      ])
  }

  @Test(arguments: [0, -1, 1 << 60])
  func impossibleCostsEndTheRun(picoseconds: Int) throws {
    let wrong = ByQuery(latency: { _ in SimulationTime(picoseconds) })
    #expect(
      message { _ = try simulation(wrong).run() }.hasPrefix(
        "the service model gives no possible cost for what starts at 0 ps"))
  }

  @Test(arguments: [-1, 1 << 60])
  func impossibleChangesEndTheRun(picoseconds: Int) throws {
    let change = ByQuery(change: ProfileTable.Load(time: SimulationTime(picoseconds)))
    #expect(
      message { _ = try simulation(change).run() }.hasPrefix(
        "the service model gives no possible cost for what starts at 0 ps"))
  }

  /// A model of a measured machine may know only what was measured.
  private struct Knowing: ServiceModel {
    enum Part: CaseIterable { case cost, change, load }
    let missing: Part
    func cost(of work: Work, on device: DeviceState) throws(ServiceModelError) -> ServiceCost {
      if missing == .cost, work.contains(where: { $0.query == 2 }) {
        throw ServiceModelError("nobody measured query 2")
      }
      return ServiceCost(latency: ms(1))
    }
    func change(
      to subnet: Int, on device: DeviceState
    ) throws(ServiceModelError) -> ProfileTable.Load {
      if missing == .change { throw ServiceModelError("nobody measured a change to \(subnet)") }
      return ProfileTable.Load()
    }
    func load(
      _ subgraph: Int, replacing old: Int?, on device: DeviceState
    ) throws(ServiceModelError) -> ProfileTable.Load {
      if missing == .load { throw ServiceModelError("nobody measured loads") }
      return ProfileTable.Load()
    }
  }

  @Test(arguments: Knowing.Part.allCases)
  private func aModelThatCannotPriceEndsTheRunWithItsWords(missing: Knowing.Part) throws {
    var options = ServingOptions(queries: 9)
    options.chargesInitialLoad = true
    let simulation = try ServingSimulation(
      table: table([[[9, 9]]], batches: [1, 2], columns: [.init(name: "none")]),
      arrivals: ScriptedArrivals(0, 0, 5), demands: DemandMix(latency: ms(100)),
      policy: AnyPolicy.fixed(), caching: NoCaching(.init()), options: options,
      service: Knowing(missing: missing))
    let words =
      switch missing {
      case .cost: "5 ms: nobody measured query 2"
      case .change: "0 ps: nobody measured a change to 0"
      case .load: "0 ps: nobody measured loads"
      }
    #expect(
      message { _ = try simulation.run() }
        == "the service model cannot price what starts at \(words)")
  }

  @Test func anOracleNeedsTheTable() throws {
    #expect(
      message {
        _ = try ServingSimulation(
          table: table([[[1]]]), arrivals: ScriptedArrivals(0), demands: DemandMix(latency: ms(1)),
          policy: StrictAccuracy(.init()), caching: LookaheadCaching(.init(interval: 1)),
          options: ServingOptions(queries: 1), service: ByQuery())
      } == "kind: knows what services cost from the profile table alone")
  }
}
