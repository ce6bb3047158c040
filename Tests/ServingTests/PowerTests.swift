import Architectures
import Components
import Testing
import Units

@testable import Serving

/// Answers: do idle devices, caps and batteries cost what they are said to cost, and nothing where there are
/// none.
struct PowerTests {
  /// A service of 1 ms uses 1000 pJ: 1e-6 W.
  ///
  /// One of 2 ms uses twice as much.
  private func simulation(
    _ milliseconds: [Double], power: DevicePower?, devices: Int = 1,
    table given: ProfileTable? = nil,
    _ change: (inout ServingOptions) -> Void = { _ in }
  ) throws -> ServingSimulation {
    var options = ServingOptions(queries: milliseconds.count, devices: devices)
    options.power = power
    change(&options)
    return try ServingSimulation(
      table: try given ?? table([[[1]]]),
      arrivals: ScriptedArrivals(.init(milliseconds: milliseconds)),
      demands: DemandMix(latency: ms(100)), policy: FirstComeFirstServed(.init()),
      caching: NoCaching(.init()), options: options)
  }

  /// Milliwatts of so many microwatts.
  private func microwatts(_ value: Double) -> Milliwatts { Milliwatts(value * 1e-3) }
  /// Joules of so many picojoules.
  private func picojoules(_ value: Double) -> Joules { Joules(value * 1e-12) }

  private func isNear(_ found: Double?, _ expected: Double) -> Bool {
    // A handful of roundings.
    found.map { abs($0 - expected) <= abs(expected) * 1e-12 } ?? false
  }

  @Test func idleTimeIsPaid() throws {
    // Idle from 0 to 2 ms, busy to 3 ms.
    let one = try simulation([2], power: DevicePower(idle: microwatts(0.5))).run().metrics
    #expect(one.idleTime == 2_000_000_000)
    #expect(isNear(one.idleEnergy?.value, 1000) && isNear(one.energy?.value, 2000))
    // A second device is idle all the time.
    let two = try simulation([2], power: DevicePower(idle: microwatts(0.5)), devices: 2).run()
      .metrics
    #expect(two.idleTime == 5_000_000_000)
    #expect(isNear(two.energy?.value, 3500))
    // From the first query that counts on: 4 ms to 6 ms, of which 4 to 5 busy and 5 to 5.5 idle.
    let warm = try simulation([2, 4, 5.5], power: DevicePower(idle: microwatts(0.5))) {
      $0.warmUp = 1
    }
    .run().metrics
    #expect(warm.idleTime == 500_000_000)
    #expect(isNear(warm.energy?.value, 2250))
  }

  /// A device that is down draws nothing.
  @Test func failedDevicesDrawNothing() throws {
    let metrics = try simulation([0, 9], power: DevicePower(idle: microwatts(1)), devices: 2) {
      $0.failures = Failures(outages: [.init(device: 1, at: ms(2), back: ms(5))])
    }.run().metrics
    // Device 0: idle from 1 to 9; device 1: idle but for 3 of 10 ms.
    #expect(metrics.idleTime == 15_000_000_000)
  }

  @Test func capsStretchServices() throws {
    let half = try simulation([0], power: DevicePower(cap: microwatts(0.5))).run().metrics
    #expect(half.latency.largest == ms(2) && isNear(half.energy?.value, 1000))
    // (1000 - 250) / (0.5 - 0.25) uW: 3 ms, of which two draw the idle power, too: 1500 pJ at 0.5 uW.
    let both = try simulation(
      [0], power: DevicePower(idle: microwatts(0.25), cap: microwatts(0.5))
    ).run().metrics
    #expect(both.latency.largest == ms(3) && isNear(both.energy?.value, 1500))
    let enough = try simulation([0], power: DevicePower(cap: microwatts(1.001))).run().metrics
    #expect(enough.latency.largest == ms(1) && isNear(enough.energy?.value, 1000))
  }

  @Test func noServiceDrawsMoreThanItsCap() throws {
    for seed in 0..<50 {
      var random = RandomStream(seed: UInt64(seed), name: "caps")
      let table = try monotoneTable(&random)
      let idle = 1e-9 * random.uniform()
      let cap = idle + 1e-9 + 2e-6 * random.uniform()
      let limited = try table.limited(
        by: DevicePower(idle: Milliwatts(idle * 1e3), cap: Milliwatts(cap * 1e3)))
      for (before, after) in zip(table.cells, limited.cells) {
        let time = Double(after.latency.count)
        #expect(after.energy.value <= cap * time * (1 + 1e-9), "seed \(seed)")
        #expect(after.latency >= before.latency && after.energy.value >= before.energy.value)
        let draws = before.energy.value / Double(before.latency.count)
        #expect(
          (after == before) == (draws <= cap * (1 + 1e-12)) || abs(draws - cap) < 1e-15,
          "seed \(seed)")
      }
    }
  }

  @Test func aBatteryRunsOut() throws {
    // 1000 pJ for the first query, the second is half done: the next picosecond is too much.
    let metrics = try simulation([0, 0, 0, 5], power: DevicePower(battery: picojoules(1500))).run()
      .metrics
    #expect(metrics.completed == 1 && metrics.dropped == 3 && metrics.unpowered == 3)
    #expect(metrics.emptied == SimulationTime(1_500_000_001))
    #expect(isNear(metrics.energy?.value, 1500.000001))
    #expect(metrics.attainment == 0.25)
    // What the queries need is enough.
    let enough = try simulation([0, 0, 0], power: DevicePower(battery: picojoules(3000))).run()
      .metrics
    #expect(enough.completed == 3 && enough.emptied == nil)
  }

  @Test func idleDevicesUseABattery() throws {
    let power = DevicePower(idle: microwatts(1), battery: picojoules(2000))
    let late = try simulation([3, 4], power: power).run().metrics
    #expect(late.emptied == SimulationTime(2_000_000_001) && late.unpowered == 2)
    #expect(late.completed == 0 && late.attainment == 0)
    let early = try simulation([0.5, 4], power: power).run().metrics
    // 500 idle, 1000 for the query, and 500 more idle.
    #expect(early.completed == 1 && early.emptied == SimulationTime(2_000_000_001))
  }

  /// Devices that fail and would come back stay without power; a closed loop ends, too.
  @Test func nothingComesBackWithoutPower() throws {
    let run = try simulation(
      [0, 1, 8, 9], power: DevicePower(idle: microwatts(1), battery: picojoules(2500))
    ) {
      $0.failures = Failures(every: ms(1.5), repair: ms(1), count: 6)
    }.run()
    #expect(run.metrics.emptied != nil && run.inFlight == 0 && run.arrivals == 4)
    var options = ServingOptions(queries: 50)
    options.power = DevicePower(battery: picojoules(3500))
    let closed = try ServingSimulation(
      table: table([[[1]]]), arrivals: ClosedLoop(.init(clients: 2)),
      demands: DemandMix(latency: ms(100)), policy: FirstComeFirstServed(.init()),
      caching: NoCaching(.init()), options: options
    ).run()
    #expect(closed.completions == 3 && closed.drops == 47)
  }

  /// A run is that without a battery until it is empty; more of it never serves less, and it gives no more
  /// than it holds.
  @Test func moreEnergyNeverServesLess() throws {
    for seed in 0..<30 {
      var random = RandomStream(seed: UInt64(seed), name: "batteries")
      let table = try monotoneTable(&random, columns: 1)
      let times = (0..<60).map { _ in 80 * random.uniform() }.sorted()
      let devices = 1 + random.index(below: 3)
      let idle = microwatts(random.uniform())
      func run(_ power: DevicePower?) throws -> ServingMetrics {
        try simulation(times, power: power, devices: devices, table: table) {
          if seed.isMultiple(of: 2) { $0.failures = Failures(every: ms(9), repair: ms(2)) }
        }.run().metrics
      }
      let whole = try run(DevicePower(idle: idle))
      let need = try #require(whole.energy?.value)
      var last = -1
      for share in [0.05, 0.3, 0.6, 0.9, 1.0001] {
        let metrics = try run(DevicePower(idle: idle, battery: picojoules(need * share)))
        #expect(metrics.completed >= last, "seed \(seed), \(share)")
        last = metrics.completed
        #expect((metrics.emptied == nil) == (share > 1), "seed \(seed), \(share)")
        #expect(metrics.completed + metrics.dropped == times.count, "seed \(seed), \(share)")
        // One picosecond beyond, and roundings of the sums.
        let used = try #require(metrics.energy?.value)
        #expect(used <= need * share * (1 + 1e-9) + 1e-3, "seed \(seed), \(share)")
      }
      #expect(last == whole.completed, "seed \(seed)")
      // Without any of it nothing moves.
      let plain = try run(nil)
      #expect(plain.latency.sum == whole.latency.sum && plain.idleTime == nil, "seed \(seed)")
    }
  }

  @Test func whatCannotBeIsRefused() throws {
    func said(_ power: DevicePower, _ table: ProfileTable? = nil) -> String {
      message { _ = try simulation([0], power: power, table: table) }
    }
    #expect(said(DevicePower()) == "power: expected at least one of `idle`, `cap` and `battery`")
    #expect(
      said(DevicePower(idle: Milliwatts(2), cap: Milliwatts(2)))
        == "power.cap: expected more than `idle` draws, found 2 mW")
    #expect(
      said(DevicePower(battery: Joules(0))) == "power.battery: expected 1e-12 to 1e12 J, found 0 J")
    #expect(
      said(DevicePower(idle: Milliwatts(-1)))
        == "power.idle: expected 0 or 1e-12 to 1e12 mW, found -1 mW")
    #expect(
      said(DevicePower(cap: Milliwatts(1e-12)), try table([[[2]]]))
        == "power.cap: a service takes more than 1e6 s, expected a higher cap")
    let relative = try ProfileTable(
      subnets: [.init(name: "s", accuracy: 0.7)], subgraphs: [.init(name: "none")], batches: [1],
      cells: [.init(latency: ms(1), energy: Picojoules(5))], energyUnit: .mac)
    #expect(
      said(DevicePower(idle: Milliwatts(1)), relative)
        == "power: needs energies in joules, those of the table are in mac")
  }

  /// Two devices of 1 ms, the first alone in use: each draws its own power while idle.
  @Test func kindsDrawWhatTheySay() throws {
    func run(_ own: [DevicePower?], all: DevicePower? = nil) throws -> ServingMetrics {
      var options = ServingOptions(queries: 1)
      options.power = all
      let made = try table([[[1]]])
      let kinds = own.enumerated().map {
        DeviceKind(name: "k\($0)", count: 1, table: made, power: $1)
      }
      return try ServingSimulation(
        fleet: DeviceFleet(kinds), arrivals: ScriptedArrivals(2),
        demands: DemandMix(latency: ms(100)), policy: FirstComeFirstServed(.init()),
        caching: NoCaching(.init()), options: options
      ).run().metrics
    }
    let (low, high) = (DevicePower(idle: microwatts(0.5)), DevicePower(idle: microwatts(3)))
    // The first is idle for 2 of 3 ms, the second for all of it.
    #expect(isNear(try run([low, high]).idleEnergy?.value, 1000 + 9000))
    #expect(isNear(try run([low, nil], all: high).idleEnergy?.value, 1000 + 9000))
    #expect(isNear(try run([low, nil]).idleEnergy?.value, 1000))
    #expect(try run([low, nil]).idleTime == 5_000_000_000)
    #expect(try run([nil, nil]).idleEnergy == nil)
    // A cap of one kind stretches its services only; the idle power of all goes with it: (1000 - 250) / 0.25 uW.
    let capped = DevicePower(cap: microwatts(0.5))
    let all = DevicePower(idle: microwatts(0.25))
    #expect(try run([capped, nil], all: all).latency.largest == ms(3))
    #expect(try run([nil, capped], all: all).latency.largest == ms(1))
    // Neither the battery of one, nor a cap below what is drawn while idle.
    #expect(
      message { _ = try run([nil, DevicePower(battery: Joules(1))]) }
        == "devices[1].power.battery: the battery is that of all devices: expected it in "
        + "`options.power`, found one of a kind")
    #expect(
      message { _ = try run([capped, nil], all: high) }
        == "devices[0].power.cap: expected more than `idle` draws, found 0.0005 mW")
    // 3.5 uW for 2 ms, then 4 uW while the first serves: 0.5 pJ last for another 125,000 ps, to a rounding.
    let battery = DevicePower(battery: picojoules(7000.5))
    let emptied = try #require(try run([low, high], all: battery).emptied)
    #expect(abs(emptied.count - 2_000_125_000) <= 2)
  }
}
