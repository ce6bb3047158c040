import Components
import Testing
import Units

@testable import Serving

/// Answers: is work on each device charged by its own kind, and do policies tell the kinds apart.
struct FleetTests {
  /// Two slow devices and a fast one that caches: rows in milliseconds by sub-graph.
  private func fleet() throws -> DeviceFleet {
    try DeviceFleet([
      DeviceKind(name: "edge", count: 2, table: table([[[4]], [[9]]])),
      DeviceKind(
        name: "cloud", count: 1,
        table: table(
          [[[2], [1]], [[4], [3]]],
          columns: [
            .init(name: "none"), .init(name: "g1", load: .init(bytes: Bytes(8), time: ms(5))),
          ])),
    ])
  }

  private func simulation(
    _ policy: any SchedulerPolicy, _ arrivals: ScriptedArrivals, latency: Double = 100,
    caching: any CachingPolicy = NoCaching(.init()), actuation: Actuation = .free
  ) throws -> ServingSimulation {
    var options = ServingOptions(queries: 99)
    options.actuation = actuation
    return try ServingSimulation(
      fleet: fleet(), arrivals: arrivals, demands: DemandMix(latency: ms(latency), accuracy: 0.5),
      policy: policy, caching: caching, options: options)
  }

  @Test func columnsStandSideBySide() throws {
    let fleet = try fleet()
    #expect(fleet.table.subgraphs.map(\.name) == ["edge/none", "cloud/none", "cloud/g1"])
    #expect(fleet.table.cell(1, 0).latency == ms(9))
    #expect(fleet.table.cell(1, 2).latency == ms(3))
    #expect(fleet.columns(of: 1) == 1..<3)
    let names: [String] = (0..<3).map { fleet.kind(of: $0).name }
    #expect(names == ["edge", "edge", "cloud"])
  }

  @Test func eachDeviceTakesItsOwnTime() throws {
    var log = EventLog()
    let run = try simulation(AnyPolicy.fixed(), ScriptedArrivals(0, 0, 0, 3)).run(observing: &log)
    #expect(
      log.lines.filter { $0.contains("runs") } == [
        "0 ps device 0 runs 0 on s0 until 4 ms", "0 ps device 1 runs 1 on s0 until 4 ms",
        "0 ps device 2 runs 2 on s0 until 2 ms", "3 ms device 2 runs 3 on s0 until 5 ms",
      ])
    let devices = run.metrics.perDevice
    #expect(devices.map(\.completed) == [1, 1, 2])
    #expect(devices.map(\.kind) == [0, 0, 1])
    let shares: [Double?] = devices.map { $0.utilization(over: run.metrics.span) }
    #expect(shares == [0.8, 0.8, 0.8])
    // 1000 pJ a millisecond in these tables.
    let energies: [Double?] = devices.map(\.energy?.value)
    #expect(energies == [4000, 4000, 4000])
  }

  @Test func policiesDecideByTheAskingDevice() throws {
    // The most accurate sub-network within 5 ms: s0 on the edge, s1 on the fast device.
    var log = EventLog()
    _ = try simulation(StrictLatency(.init()), ScriptedArrivals(0, 0, 0), latency: 5)
      .run(observing: &log)
    #expect(
      log.lines.filter { $0.contains("runs") } == [
        "0 ps device 0 runs 0 on s0 until 4 ms", "0 ps device 1 runs 1 on s0 until 4 ms",
        "0 ps device 2 runs 2 on s1 until 4 ms",
      ])
  }

  @Test func aCachingPolicyChoosesAmongItsKindsSubgraphs() throws {
    let both = try DeviceFleet([
      DeviceKind(name: "a", count: 1, table: table([[[4], [3]]])),
      DeviceKind(
        name: "b", count: 1,
        table: table(
          [[[4], [1]]],
          columns: [.init(name: "none"), .init(name: "g1", load: .init(time: ms(5)))])),
    ])
    var log = EventLog()
    _ = try ServingSimulation(
      fleet: both, arrivals: ScriptedArrivals(0, 0, 1, 1), demands: DemandMix(latency: ms(99)),
      policy: AnyPolicy.fixed(),
      caching: MostFrequentCaching(.init(window: 1, interval: 1, initial: "none")),
      options: ServingOptions(queries: 9)
    ).run(observing: &log)
    #expect(
      log.lines.filter { !$0.contains("arrive") && !$0.contains("done") } == [
        "0 ps device 0 runs 0 on s0 until 4 ms", "0 ps device 1 runs 1 on s0 until 4 ms",
        "4 ms device 0 loads g1 until 4 ms", "4 ms device 1 loads g3 until 9 ms",
        "4 ms device 0 runs 2 on s0 until 7 ms", "7 ms device 0 runs 3 on s0 until 10 ms",
      ])
  }

  @Test func aDeviceHoldsNoSubgraphOfAnotherKind() throws {
    struct Wrong: SchedulerPolicy {
      struct Spec: Codable, Hashable, Sendable {}
      static let kind = "wrong"
      static let summary = "For tests."
      init(_ spec: Spec) {}
      func prepare(for table: ProfileTable) {}
      mutating func decide(_ snapshot: Snapshot) -> Decision {
        .run(positions: .range(0..<1), subnet: 0, device: 0, loading: 2)
      }
    }
    #expect(
      message { _ = try simulation(Wrong(.init()), ScriptedArrivals(0)).run() }
        == "policy wrong decided at 0 ps: loads sub-graph cloud/g1 on device 0, which is one of `edge`"
    )
  }

  @Test func speedScalesServicesAlone() throws {
    let table = try table(
      [[[4], [3]]], columns: [.init(name: "none"), .init(name: "g1", load: .init(time: ms(5)))])
    let fast = try table.scaled(bySpeed: 1.5)
    // 4 / 1.5 ms to the nearest picosecond.
    #expect(fast.cell(0, 0).latency == SimulationTime(2_666_666_667))
    #expect(fast.load(from: 0, to: 1).time == ms(5))
    #expect(fast.cell(0, 0).energy == table.cell(0, 0).energy)
    #expect(try table.scaled(bySpeed: 1e6).cell(0, 1).latency == SimulationTime(3000))
    #expect(
      message { _ = try table.scaled(bySpeed: 0) } == "speed: expected 1e-6 to 1e6, found 0.0")
  }

  @Test func kindsServeTheSame() throws {
    let first = try DeviceKind(name: "a", count: 1, table: table([[[4]]]))
    func refusal(_ name: String, _ count: Int, _ other: ProfileTable) -> String {
      message { _ = try DeviceFleet([first, DeviceKind(name: name, count: count, table: other)]) }
    }
    let table = try table([[[4]]])
    #expect(
      refusal("a", 1, table) == "devices[1].name: expected a name of its own, found `a`")
    #expect(
      refusal("b", 0, table)
        == "devices[1].count: expected at least 1 and at most 4096 devices in all, found 0")
    #expect(
      refusal("b", 4096, table)
        == "devices[1].count: expected at least 1 and at most 4096 devices in all, found 4096")
    #expect(
      try refusal("b", 1, Self.other(rows: 2))
        == "devices[1]: its sub-networks are s0, s1, expected those of `a`, s0")
    #expect(
      try refusal("b", 1, Self.other(accuracy: 0.4))
        == "devices[1]: the accuracy of s0 is 0.4, expected that of `a`, 0.5")
    #expect(
      try refusal("b", 1, Self.other(batches: [1, 2]))
        == "devices[1]: its batch sizes are [1, 2], expected those of `a`, [1]")
  }

  private static func other(
    rows: Int = 1, accuracy: Double = 0.5, batches: [Int] = [1]
  ) throws -> ProfileTable {
    try table(
      (0..<rows).map { _ in [batches.map { _ in 1 }] },
      accuracies: (0..<rows).map { _ in accuracy }, batches: batches)
  }

  /// Random kinds and loads: the seed is printed with a failure.
  @Test(arguments: 1...10)
  func totalsAreTheSumsOverDevices(seed: Int) throws {
    var random = RandomStream(seed: UInt64(seed), name: "fleet")
    let first = try monotoneTable(&random)
    let kinds = try (0..<1 + random.index(below: 3)).map { number in
      DeviceKind(
        name: "k\(number)", count: 1 + random.index(below: 3),
        table: try first.scaled(bySpeed: 0.5 + random.uniform()))
    }
    var options = ServingOptions(queries: 800, seed: seed, warmUp: 50)
    options.actuation = Actuation(kind: .fixed, time: ms(0.2))
    if seed % 2 == 0 { options.until = ms(200) }
    let run = try ServingSimulation(
      fleet: DeviceFleet(kinds), arrivals: PoissonArrivals(.init(rate: .init(perSecond: 2500))),
      demands: DemandMix(latency: .init(low: ms(1), high: ms(30))),
      policy: SlackFit(.init(late: .drop)), caching: NoCaching(.init()), options: options
    ).run()
    let all = run.metrics
    func sum(_ value: (DeviceMetrics) -> Int) -> Int { all.perDevice.map(value).reduce(0, +) }
    #expect(all.perDevice.count == kinds.map(\.count).reduce(0, +))
    #expect(sum(\.services) == all.services)
    #expect(sum(\.subnetSwitches) == all.subnetSwitches)
    // Of the warm-up queries that end later, none counts.
    #expect(sum(\.completed) == all.completed)
    let busy: Int128 = all.perDevice.reduce(0) { $0 + $1.busy }
    let bytes: Int128 = all.perDevice.reduce(0) { $0 + ($1.dramBytes ?? 0) }
    #expect(busy == all.busy)
    #expect(bytes == all.dramBytes)
    let energy = all.perDevice.compactMap(\.energy?.value).reduce(0, +)
    let whole = try #require(all.energy?.value)
    // Sums in another order.
    #expect(abs(energy - whole) <= 1e-9 * whole)
  }

  @Test func aListedKindChangesNothing() throws {
    var random = RandomStream(seed: 3, name: "fleet")
    let table = try monotoneTable(&random)
    func run(_ fleet: DeviceFleet) throws -> ServingMetrics {
      try ServingSimulation(
        fleet: fleet, arrivals: PoissonArrivals(.init(rate: .init(perSecond: 2000))),
        demands: DemandMix(latency: .init(low: ms(1), high: ms(30))),
        policy: SlackFit(.init()), caching: NoCaching(.init()),
        options: ServingOptions(queries: 2000)
      ).run().metrics
    }
    let plain = try run(DeviceFleet(table, count: 3))
    let listed = try run(
      DeviceFleet([
        DeviceKind(name: "a", count: 1, table: table),
        DeviceKind(name: "b", count: 2, table: table),
      ]))
    #expect(plain.latency.sum == listed.latency.sum)
    #expect(plain.energy == listed.energy && plain.busy == listed.busy)
    #expect(plain.perDevice.isEmpty)
  }
}
