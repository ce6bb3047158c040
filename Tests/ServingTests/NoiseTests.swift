import Components
import Serving
import TestSupport
import Testing
import Units

/// Noise on what queries state.
struct NoiseTests {
  private func run(
    _ noise: DemandNoise?, seed: Int = 1, queries: Int = 400, rate: Double = 100
  ) throws -> (log: EventLog, run: ServingRun) {
    let simulation = try ServingSimulation(
      fleet: DeviceFleet(toyTable(), count: 1),
      arrivals: PoissonArrivals(.init(rate: .init(perSecond: rate))),
      demands: DemandMix(
        accuracy: .init(low: 0.7, high: 0.8), latency: .init(low: ms(1), high: ms(12))),
      policy: StrictLatency(.init()), caching: NoCaching(.init()),
      options: ServingOptions(queries: queries, seed: seed), noise: noise)
    var log = EventLog()
    let run = try simulation.run(observing: &log)
    return (log, run)
  }

  @Test func noiseOfNothingChangesNothing() throws {
    let plain = try run(nil)
    for noise in [
      DemandNoise(), DemandNoise(accuracy: 0, latency: SimulationTime(0), distribution: .uniform),
    ] {
      let other = try run(noise)
      #expect(other.log.lines == plain.log.lines)
      #expect(other.run.metrics.attainment == plain.run.metrics.attainment)
    }
  }

  /// What queries really ask for is what figures are about: noise can only cost deadlines, more of it more.
  @Test(arguments: [DemandNoise.Distribution.laplace, .gaussian, .uniform])
  func noiseCostsDeadlines(_ distribution: DemandNoise.Distribution) throws {
    var last = Double.infinity
    for scale in [0.0, 1, 4] {
      var sum = 0.0
      for seed in 1...4 {
        let outcome = try run(
          DemandNoise(latency: ms(scale), distribution: distribution), seed: seed, rate: 1)
        #expect(outcome.run.arrivals == 400)
        sum += try #require(outcome.run.metrics.attainment)
      }
      #expect(sum < last, "\(distribution) \(scale)")
      last = sum
    }
  }

  @Test func scalesThatMakeNoSenseAreSaid() {
    #expect(
      message { try DemandNoise(accuracy: 1.5).check() }.contains("noise.accuracy"))
    #expect(
      message { try DemandNoise(latency: SimulationTime(-1)).check() }.contains("noise.latency"))
  }
}
