import Architectures
import Components
import Testing
import Units

@testable import Serving

/// Answers: what happens to queries and devices when a device fails and comes back.
struct FailureTests {
  /// Takes note of what starts while a device is down.
  private struct Watch: SimulationObserver {
    var down: Set<Int> = []
    var wrong = 0
    var arrived = 0
    var ended = 0
    var waiting = 0
    var failures = 0

    mutating func arrived(_ query: Query) { arrived += 1 }
    mutating func started(_ batch: [Query], _ service: Service) {
      if down.contains(service.device.index) { wrong += 1 }
    }
    mutating func loading(
      _ subgraph: Int, _ device: DeviceState, at time: SimulationTime, cost: ProfileTable.Load
    ) { if down.contains(device.index) { wrong += 1 } }
    mutating func completed(_ query: Query, _ service: Service, batch: Int) {
      if down.contains(service.device.index) { wrong += 1 }
      ended += 1
    }
    mutating func dropped(_ query: Query, at time: SimulationTime, because reason: DropReason) {
      ended += 1
    }
    mutating func failed(_ device: DeviceState, at time: SimulationTime) {
      if !down.insert(device.index).inserted { wrong += 1 }
      failures += 1
    }
    mutating func recovered(_ device: DeviceState, at time: SimulationTime) {
      if down.remove(device.index) == nil { wrong += 1 }
    }
    mutating func ended(_ snapshot: Snapshot, _ underWay: [UnderWay]) {
      waiting = snapshot.queue.count + underWay.reduce(0) { $0 + $1.batch.count }
    }
  }

  private func simulation(
    _ arrivals: any ArrivalProcess, _ failures: Failures, devices: Int = 1,
    _ change: (inout ServingOptions) -> Void = { _ in }
  ) throws -> ServingSimulation {
    var options = ServingOptions(queries: 1000, devices: devices)
    options.failures = failures
    change(&options)
    return try ServingSimulation(
      table: table([[[2]]]), arrivals: arrivals, demands: DemandMix(latency: ms(100)),
      policy: AnyPolicy.fixed(), caching: NoCaching(.init()), options: options)
  }

  @Test func aBatchInFlightWaitsAgainAndItsWorkIsCharged() throws {
    var log = EventLog()
    let run = try simulation(
      ScriptedArrivals(0), Failures(outages: [.init(device: 0, at: ms(1), back: ms(3))])
    ).run(observing: &log)
    #expect(
      log.lines == [
        "0 ps arrive 0", "0 ps device 0 runs 0 on s0 until 2 ms", "1 ms device 0 loses 0",
        "1 ms device 0 fails", "3 ms device 0 comes back", "3 ms device 0 loads g0 until 3 ms",
        "3 ms device 0 runs 0 on s0 until 5 ms", "5 ms done 0",
      ])
    // Half of the first service and the whole second one; 2000 pJ, 20 B and 2 ms each.
    #expect(run.metrics.energy?.value == 3000 && run.metrics.dramBytes == 30)
    #expect(run.metrics.utilization == 0.6 && run.metrics.latency.largest == ms(5))
    #expect(run.metrics.failures == 1 && run.metrics.interrupted == 1 && run.metrics.lost == 0)
    // The wait ends with the first service, although that was in vain.
    #expect(run.metrics.wait.largest == ms(0))
  }

  @Test func aBatchInFlightIsLostWhereAFileSaysSo() throws {
    var log = EventLog()
    let run = try simulation(
      ScriptedArrivals(0, 0.5), Failures(inFlight: .lost, every: ms(1)), devices: 2
    ).run(observing: &log)
    #expect(log.lines.contains("1 ms drop 0, lost") && log.lines.contains("2500 us done 1"))
    #expect(run.drops == 1 && run.metrics.lost == 1 && run.metrics.attainment == 0.5)
  }

  @Test func whatEndsWhenADeviceFailsHasEnded() throws {
    let run = try simulation(
      ScriptedArrivals(0), Failures(outages: [.init(device: 0, at: ms(2))])
    ).run()
    #expect(run.completions == 1 && run.metrics.interrupted == 0)
    // The failure after the last query is none of the run.
    let later = try simulation(
      ScriptedArrivals(0), Failures(outages: [.init(device: 0, at: ms(9))])
    ).run()
    #expect(later.metrics.end == ms(2) && later.metrics.failures == 0)
  }

  @Test func devicesFailInTurnAndOneIsLeft() throws {
    let failures = Failures(every: ms(1))
    #expect((0..<8).map { failures.outage($0, devices: 8)?.device } == [0, 1, 2, 3, 4, 5, 6, nil])
    #expect(failures.outage(4, devices: 8)?.at == ms(5))
    let repaired = Failures(every: ms(12), repair: ms(20))
    #expect(
      repaired.outage(9, devices: 8)
        == Failures.Outage(device: 1, at: ms(120), back: ms(140)))
  }

  @Test func aRunWithoutDevicesIsAnErrorUnlessItIsStopped() throws {
    let dead = Failures(outages: [.init(device: 0, at: ms(1))])
    let simulation = try simulation(ScriptedArrivals(0, 5), dead)
    #expect(
      message { _ = try simulation.run() }
        == "every device has failed by 5 ms, and 2 queries wait: expected failures that leave a "
        + "device, a `repair`, or options.until")
    let stopped = try self.simulation(ScriptedArrivals(0, 5), dead) { $0.until = ms(200) }.run()
    #expect(stopped.inFlight == 2 && stopped.metrics.overdue == 2)
    #expect(stopped.metrics.attainment == 0)
  }

  /// A device comes back for 1 ms at a time, and a service takes 2 ms.
  @Test func servicesThatNeverEndAreAnError() throws {
    let simulation = try simulation(
      ScriptedArrivals(0),
      Failures(every: SimulationTime(1_000_000), repair: SimulationTime(900_000)))
    let text = message { _ = try simulation.run() }
    #expect(
      text.hasPrefix("1 queries are in the system at ") && text.contains("nothing but failures"))
  }

  @Test(arguments: SchedulerPolicies.registry.entries.map(\.kind), 1...4)
  func everyQueryIsServedGivenUpOrInFlight(kind: String, seed: Int) throws {
    guard RegistryTests.isBuiltIn(kind) else { return }
    let policy = try RegistryTests.policy(kind)
    for inFlight in Failures.InFlight.allCases {
      var options = ServingOptions(queries: 500, seed: seed, devices: 3)
      options.failures = Failures(inFlight: inFlight, every: ms(15), repair: ms(11))
      options.until = seed % 2 == 0 ? nil : ms(300)
      let arrivals: any ArrivalProcess =
        try seed > 2
        ? ClosedLoop(.init(clients: 9))
        : PoissonArrivals(.init(rate: .init(perSecond: 1500)))
      let simulation = try ServingSimulation(
        table: toyTable(), arrivals: arrivals,
        demands: DemandMix(
          accuracy: .init(low: 0.73, high: 0.81), latency: .init(low: ms(2), high: ms(40))),
        policy: policy, caching: NoCaching(.init()), options: options)
      var watch = Watch()
      let run = try simulation.run(observing: &watch)
      #expect(watch.wrong == 0 && watch.failures > 2, "\(kind), seed \(seed)")
      #expect(watch.arrived == watch.ended + watch.waiting, "\(kind), seed \(seed)")
      #expect(run.arrivals == run.completions + run.drops + run.inFlight)
      #expect(run.inFlight == watch.waiting)
      #expect(inFlight == .lost || run.metrics.lost == 0)
      let busy = try #require(run.metrics.utilization)
      #expect((0...1).contains(busy))
    }
  }

  @Test(
    arguments: [
      (Failures(), "failures: expected either `every` or `outages`"),
      (Failures(every: ms(0)), "failures.every: expected more than 0 s, found 0 ps"),
      (
        Failures(every: ms(1), repair: ms(2)),
        "failures.repair: expected more than 0 s and less than the time between two failures of the "
          + "same device, `every` x 2 devices, found 2 ms"
      ), (Failures(every: ms(1), count: 0), "failures.count: expected at least 1, found 0"),
      (
        Failures(every: ms(1), count: 3),
        "failures.count: expected at most 2, the devices there are, or a `repair`, found 3"
      ), (Failures(outages: []), "failures.outages: expected at least one, or leave the key out"),
      (
        Failures(repair: ms(1), outages: [.init(device: 0, at: ms(1))]),
        "failures.repair: goes with `every`, found `outages`"
      ),
      (
        Failures(outages: [.init(device: 2, at: ms(1))]),
        "failures.outages: device 2 of 2, which are numbered from 0"
      ),
      (
        Failures(outages: [.init(device: 0, at: ms(2), back: ms(2))]),
        "failures.outages: device 0 at 2 ms: expected 0 s <= at < back"
      ),
      (
        Failures(outages: [
          .init(device: 1, at: ms(4)), .init(device: 1, at: ms(1), back: ms(4)),
        ]),
        "failures.outages: device 1 fails at 4 ms, when it has not come back from the failure before"
      ),
    ])
  func whatMakesNoSenseIsRefused(failures: Failures, text: String) {
    #expect(message { _ = try simulation(ScriptedArrivals(0), failures, devices: 2) } == text)
  }
}
