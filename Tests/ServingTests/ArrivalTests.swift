import Components
import Foundation
import Inputs
import Testing
import Units

@testable import Serving

/// Answers: do the generators and traces give the streams they promise, and refuse wrong ones.
struct ArrivalTests {
  /// Vectors of the authors' reference code.
  @Test func generatorsMatchTheirReferences() {
    var mixer = SplitMix64(seed: 1_234_567)
    #expect(
      (0..<5).map { _ in mixer.next() } == [
        6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
        4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
      ])
    var stream = RandomStream(state: (1, 2, 3, 4))
    #expect(
      (0..<5).map { _ in stream.next() } == [
        11520, 0, 1_509_978_240, 1_215_971_899_390_074_240, 1_216_172_134_540_287_360,
      ])
  }

  @Test func goldens() {
    var stream = RandomStream(seed: 1, name: "golden")
    let words = (0..<2).map { _ in String(stream.next(), radix: 16) }
    let draws = [
      stream.uniform(), stream.exponential(), stream.normal(), stream.gamma(shape: 0.25),
      stream.gamma(shape: 3),
    ].map { String(format: "%.12f", $0) }
    let indices = (0..<6).map { _ in stream.index(below: 100) }
    #expect(words == Goldens.words)
    #expect(draws == Goldens.draws)
    #expect(indices == Goldens.indices)
  }

  private func gaps(_ process: any ArrivalProcess, _ count: Int, seed: UInt64 = 1) -> [Double] {
    var process = process
    process.start(seed: seed, name: "arrivals")
    var times = [SimulationTime(0)]
    while times.count <= count, let time = process.next(after: times[times.count - 1]) {
      times.append(time)
    }
    #expect(zip(times, times.dropFirst()).allSatisfy { $0 <= $1 })
    return zip(times.dropFirst(), times).map { ($0 - $1).seconds }
  }

  private func moments(_ gaps: [Double]) -> (mean: Double, variation: Double) {
    let mean = gaps.reduce(0, +) / Double(gaps.count)
    let variance = gaps.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(gaps.count)
    return (mean, variance / (mean * mean))
  }

  /// Tolerances are five standard errors of the mean and a generous tenth for CV^2.
  @Test(arguments: [0, 0.25, 1, 2, 4, 8])
  func gammaGapsHaveTheirMoments(variation: Double) throws {
    let count = 200_000
    let process = try GammaArrivals(
      .init(rate: .init(perSecond: 1000), squaredVariation: variation))
    let found = moments(gaps(process, count))
    #expect(abs(found.mean * 1000 - 1) <= 5 * (variation / Double(count)).squareRoot() + 1e-9)
    #expect(abs(found.variation - variation) <= 0.1 * variation + 1e-12)
  }

  @Test func poissonIsNotClipped() throws {
    let found = gaps(try PoissonArrivals(.init(rate: .init(perSecond: 1000))), 200_000)
    let (mean, variation) = moments(found)
    #expect(abs(mean * 1000 - 1) < 0.012)
    #expect(abs(variation - 1) < 0.03)
    // exp(-3) of the gaps are beyond three means.
    let share = Double(found.count { $0 > 0.003 }) / 200_000
    #expect(abs(share - exp(-3)) < 0.003)
  }

  @Test func deterministicGapsDoNotDrift() throws {
    var process = try DeterministicArrivals(.init(rate: .init(perSecond: 3)))
    process.start(seed: 1, name: "")
    let times = (0..<3_000).compactMap { _ in process.next(after: SimulationTime(0)) }
    #expect(times[0] == SimulationTime(333_333_333_333))
    #expect(times[2] == SimulationTime(seconds: 1) && times[2999] == SimulationTime(seconds: 1000))
  }

  @Test func otherProcessesHaveTheirRates() throws {
    let processes: [any ArrivalProcess] = [
      try BurstyArrivals(
        .init(
          baseRate: .init(perSecond: 1500), variantRate: .init(perSecond: 5550),
          squaredVariation: 2)),
      try OnOffArrivals(
        .init(rate: .init(perSecond: 1000), on: ms(20), off: ms(30), phases: .fixed)),
      try OnOffArrivals(
        .init(rate: .init(perSecond: 1000), on: ms(20), off: ms(30), phases: .exponential)),
      try PeriodicArrivals(.init(sources: 7, period: ms(33))),
    ]
    for process in processes {
      let found = moments(gaps(process, 200_000))
      #expect(abs(found.mean * (try #require(process.meanRate)) - 1) < 0.03)
    }
    let bursty = try BurstyArrivals(
      .init(
        baseRate: .init(perSecond: 1500), variantRate: .init(perSecond: 5550), squaredVariation: 8))
    #expect(abs(bursty.indexOfDispersion - 6.30) < 0.005)
  }

  @Test func acceleratingRateClimbsToItsPlateau() throws {
    let process = try AcceleratingArrivals(
      .init(
        startRate: .init(perSecond: 100), endRate: .init(perSecond: 1000), acceleration: 100,
        squaredVariation: 0))
    let found = gaps(process, 20_000)
    #expect(abs(found[0] - 0.01) < 1e-9 && abs(found[19_999] - 0.001) < 1e-9)
    // 9 s of climb at 550 per second on average.
    let climbing = found.prefix { $0 > 0.001 + 1e-9 }
    #expect(abs(climbing.reduce(0, +) - 9) < 0.1 && abs(climbing.count - 4950) < 30)
  }

  @Test func addingASourceLeavesTheOthersAlone() throws {
    func variant(_ base: Double) throws -> [Double] {
      var process = try BurstyArrivals(
        .init(
          baseRate: .init(perSecond: base), variantRate: .init(perSecond: 10), squaredVariation: 1))
      process.start(seed: 4, name: "arrivals")
      let times = (0..<200).compactMap { _ in process.next(after: SimulationTime(0)) }
      let period = 1 / base
      return times.map(\.seconds).filter { abs(($0 / period).rounded() * period - $0) > 1e-9 }
    }
    let (first, second) = (try variant(10), try variant(20))
    #expect(first.prefix(40) == second.prefix(40))
  }

  @Test(arguments: [0, -1, Double.infinity, .nan, 1e12])
  func wrongRatesAreRefused(rate: Double) {
    let wrong = ArrivalRate(perSecond: rate)
    #expect(
      message { _ = try PoissonArrivals(.init(rate: wrong)) }
        .hasPrefix("rate: expected a rate above zero"))
    #expect(
      message { _ = try DeterministicArrivals(.init(rate: wrong)) }.hasPrefix("rate: expected"))
    #expect(
      message {
        _ = try BurstyArrivals(
          .init(baseRate: .init(perSecond: 1), variantRate: wrong, squaredVariation: 1))
      }.hasPrefix("variant_rate: expected"))
  }

  @Test(arguments: [
    ("kind: poisson\nrate: 0 Hz", "s.yaml:2:7: rate: expected a rate above zero"),
    ("kind: poisson\nrate: -5 Hz", "s.yaml:2:7: rate: must not be negative"),
    ("kind: poisson\nrate: inf Hz", "s.yaml:2:7: rate: expected a value with a unit"),
    ("kind: poisson\nrate: 5", "s.yaml:2:7: rate: expected a value with a unit"),
    ("kind: poison\nrate: 5 Hz", "s.yaml:1:1: .kind: unknown arrival process `poison`, did you"),
    ("kind: gamma\nrate: 5 Hz\nsquared_variation: -1", "s.yaml:3:20: squared_variation: expected"),
    ("kind: periodic\nsources: 0\nperiod: 1 ms", "s.yaml:2:10: sources: expected 1"),
    (
      "kind: on-off\nrate: 1 Hz\non: 1 ps\noff: 1 ps\nphases: fixed",
      "s.yaml:3:5: on: so short that"
    ),
    ("kind: closed-loop\nclients: 0", "s.yaml:2:10: clients: expected 1"),
  ])
  func wrongFilesAreLocated(text: String, expected: String) throws {
    let node = try YAMLParser.parse(text, file: "s.yaml")
    let found = message {
      let choice = try StrictDecoder().decode(Choice.self, from: node)
      _ = try ArrivalProcesses.registry.make(choice)
    }
    #expect(found.hasPrefix(expected), "\(found)")
  }

  @Test func everyMemberSaysItsDefaults() throws {
    let text = "kind: slackfit\nbuckets: 12"
    let choice = try StrictDecoder().decode(
      Choice.self, from: YAMLParser.parse(text, file: "s.yaml"))
    let resolved = try SchedulerPolicies.registry.make(choice)
    #expect(
      resolved.specification
        == "buckets: 12\nreading: within-bucket\ntie_break: accuracy\ncomparison: inclusive\n"
        + "late: fastest\nbatch_limit: queue-length\n")
    #expect(SchedulerPolicies.registry.entries.count == 16)
    #expect(ArrivalProcesses.registry.entries.count == 10)
    #expect(CachingPolicies.registry.entries.count == 6)
  }
}
