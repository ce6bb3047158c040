import Components
import Testing
import Units

@testable import Serving

/// Answers: do queries of a class get its demands, and do the figures of classes say what is true of each.
struct ClassTests {
  private static func latency(_ low: Double, _ high: Double) -> DemandMix.LatencyRange {
    .init(low: ms(low), high: ms(high))
  }

  /// Interactive queries, three of ten, and all others.
  private let mix = DemandMix(
    latency: latency(30, 50),
    classes: [
      QueryClass(
        name: "interactive", share: 0.3, accuracy: .init(low: 0.7, high: 0.8),
        latency: latency(5, 5), attainment: 0.9),
      QueryClass(name: "batch", share: 0.7),
    ])

  @Test func queriesAreOfClassesBySharesAndAskForWhatTheirClassDoes() {
    var source = DemandSource(mix, seed: 4)
    let drawn = (0..<20_000).map { _ in source.next() }
    let interactive = drawn.filter { $0.group == 0 }
    // Three standard deviations of 20,000 draws are 0.0097.
    let share = Double(interactive.count) / 20_000
    #expect(abs(share - 0.3) < 0.0097)
    #expect(interactive.allSatisfy { $0.latency == ms(5) && (0.7..<0.8).contains($0.accuracy) })
    let others = drawn.filter { $0.group == 1 }
    #expect(interactive.count + others.count == drawn.count)
    #expect(
      others.allSatisfy { $0.accuracy == 0 && (ms(30)...ms(50)).contains($0.latency) })
  }

  @Test func aClassDrawsTheSameWhateverOthersAskFor() {
    let other = DemandMix(
      latency: Self.latency(1, 2),
      classes: [
        QueryClass(name: "interactive", share: 0.3, latency: Self.latency(1, 9)),
        QueryClass(name: "batch", share: 0.7, latency: Self.latency(30, 50)),
      ])
    func batch(_ mix: DemandMix) -> [QueryDemand] {
      var source = DemandSource(mix, seed: 9)
      return (0..<500).map { _ in source.next() }.filter { $0.group == 1 }
    }
    #expect(batch(mix) == batch(other))
    #expect(!batch(mix).isEmpty)
  }

  @Test func withoutClassesNothingIsDrawnForThem() {
    var plain = DemandSource(DemandMix(latency: Self.latency(1, 9)), seed: 3)
    let first = (0..<5).map { _ in plain.next() }
    var latencies = RandomStream(seed: 3, name: "demands/latency")
    let span = ms(9).count - ms(1).count + 1
    let expected: [Int] = (0..<5).map { _ in ms(1).count + latencies.index(below: span) }
    #expect(first.map(\.latency.count) == expected)
    #expect(first.allSatisfy { $0.group == nil })
  }

  @Test func figuresOfClassesByHand() throws {
    // One device, 4 ms a query, all at once: queries end at 4, 8, 12, 16 ms. The third is in no class, the
    // others by turns; deadlines are 5 ms for `a`, 20 ms for `b` and 10 ms for the third.
    var replay = try TraceReplay(.init(file: "t.csv", format: .queries))
    let text = "arrival_s,latency_s,class\n0,0.005,a\n0,0.02,b\n0,0.01,\n0,0.005,a\n"
    try replay.load { _ in text }
    let run = try ServingSimulation(
      table: table([[[4]]]), arrivals: replay,
      demands: DemandMix(latency: ms(50)), policy: AnyPolicy.fixed(), caching: NoCaching(.init()),
      options: ServingOptions(queries: 9)
    ).run()
    let found = run.metrics.classes
    #expect(found.map(\.name) == ["a", "b", nil])
    #expect(found.map(\.arrivals) == [2, 1, 1])
    #expect(found.map(\.attainment) == [0.5, 1, 0])
    let largest: [SimulationTime] = found.map(\.latency.largest)
    #expect(largest == [ms(16), ms(8), ms(12)])
    let sums: [Int128] = found.map(\.latency.sum)
    #expect(sums == [20_000_000_000, 8_000_000_000, 12_000_000_000])
    #expect(run.metrics.attainment == 0.5)
  }

  /// Random mixes, loads and stops: the seed is printed with a failure.
  @Test(arguments: 1...12)
  func totalsAreTheSumsOverClasses(seed: Int) throws {
    var random = RandomStream(seed: UInt64(seed), name: "classes")
    let count = 1 + random.index(below: 4)
    let classes = (0..<count).map { number in
      QueryClass(
        name: "c\(number)", share: number == 0 ? 1 - 0.2 * Double(count - 1) : 0.2,
        accuracy: random.index(below: 2) == 0 ? nil : .init(low: 0.5, high: 0.8),
        latency: random.index(below: 2) == 0 ? nil : Self.latency(2, 20))
    }
    var options = ServingOptions(queries: 1500, seed: seed, devices: 2, warmUp: 100)
    if seed % 3 == 0 { options.until = ms(300) }
    let run = try ServingSimulation(
      table: toyTable(), arrivals: PoissonArrivals(.init(rate: .init(perSecond: 2500))),
      demands: DemandMix(latency: Self.latency(1, 30), classes: classes),
      policy: SlackFit(.init(late: .drop)), caching: NoCaching(.init()), options: options
    ).run()
    let all = run.metrics
    func sum(_ value: (ClassMetrics) -> Int) -> Int { all.classes.map(value).reduce(0, +) }
    #expect(all.classes.count == count + 1 && all.classes.last?.arrivals == 0)
    #expect(sum(\.arrivals) == all.arrivals)
    #expect(sum(\.completed) == all.completed)
    #expect(sum(\.dropped) == all.dropped)
    #expect(sum(\.overdue) == all.overdue)
    #expect(sum(\.onTime) == all.onTime)
    #expect(sum(\.accurateEnough) == all.accurateEnough)
    #expect(sum(\.inFlight) == all.inFlight)
    #expect(sum(\.latency.count) == all.latency.count)
    let latencies: Int128 = all.classes.reduce(0) { $0 + $1.latency.sum }
    #expect(latencies == all.latency.sum)
    #expect(all.classes.map(\.latency.largest).max() == all.latency.largest)
    #expect(all.dropped > 0 && all.onTime > 0)
  }

  @Test func manyClassesOfATraceHaveNoFigures() throws {
    var replay = try TraceReplay(.init(file: "t.csv", format: .queries))
    let lines = (0...100).map { "0,c\($0)" }
    try replay.load { _ in (["arrival_s,class"] + lines).joined(separator: "\n") }
    let simulation = try ServingSimulation(
      table: table([[[4]]]), arrivals: replay, demands: DemandMix(latency: ms(50)),
      policy: AnyPolicy.fixed(), caching: NoCaching(.init()), options: ServingOptions(queries: 200))
    #expect(simulation.classes.isEmpty)
    #expect(try simulation.run().metrics.classes.isEmpty)
  }
}
