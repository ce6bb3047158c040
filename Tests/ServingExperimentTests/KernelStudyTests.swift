import Foundation
import Reports
import Serving
import TestSupport
import Testing

@testable import CostModel
@testable import Studies

/// Probes of constraints, stitched networks, and layers on a shared array.
struct KernelStudyTests {
  // MARK: Probes

  private static let frontier = [1.0, 2, 3, 5, 8, 13]

  @Test func sixLatenciesAreFoundIn55Queries() throws {
    let probe = FrontierProbe(from: 0, to: 16, resolution: 0.01) { budget in
      Self.frontier.lastIndex { $0 <= budget }
    }
    #expect(Set(probe.found.keys) == Set(0..<6))
    for (answer, budget) in probe.found {
      #expect(budget >= Self.frontier[answer] && budget < Self.frontier[answer] + 0.01)
    }
    #expect(probe.queries == 55)
  }

  /// Whatever the frontier, all of it that is farther apart than the resolution is found.
  @Test(arguments: 1...20)
  func everyFrontierIsFound(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var latencies: [Double] = []
    for _ in 0..<random.within(1...12) {
      latencies.append((latencies.last ?? 0) + 0.02 + Double(random.within(0...300)) / 100)
    }
    let probe = FrontierProbe(from: 0, to: 64, resolution: 0.01) { budget in
      latencies.lastIndex { $0 <= budget }
    }
    #expect(Set(probe.found.keys) == Set(latencies.indices), "seed \(seed)")
    #expect(probe.queries < latencies.count * 15 + 3)
  }

  /// Noise on what is stated hides where answers begin, the more the larger it is.
  @Test func noiseHidesTheFrontier() {
    var shares: [Int] = []
    let plain = FrontierProbe(from: 0, to: 16, resolution: 0.01) { budget in
      Self.frontier.lastIndex { $0 <= budget }
    }
    for noise in [0.0, 0.02, 2] {
      var found = 0
      for seed in 1...50 {
        var random = SeededRandom(seed: UInt64(seed))
        let probe = FrontierProbe(from: 0, to: 16, resolution: 0.01) { budget in
          let stated = budget + noise * Double(random.within(-1000...1000)) / 1000
          return Self.frontier.lastIndex { $0 <= stated }
        }
        found += plain.agreeing(with: probe, resolution: 0.01)
      }
      shares.append(found)
    }
    #expect(shares[0] == 300 && shares[1] < shares[0] && shares[2] < shares[1], "\(shares)")
  }

  @Test func answersAtRandomEnd() {
    var random = SeededRandom(seed: 1)
    let probe = FrontierProbe(from: 0, to: 1, resolution: 0) { _ in random.within(0...5) }
    #expect(probe.queries <= FrontierProbe.mostQueries)
  }

  @Test func aScenarioWithoutNoiseGivesAllAway() throws {
    let probe = ConstraintProbe()
    let report = try probe.report(
      "private-resnet50", folders: Repository.folders, command: "umemaki probe private-resnet50")
    let json = report.document.text
    #expect(json.contains("\"schema\": \"umemaki.probe/1\""))
    // Six sub-networks; of the fastest ones a probe with noise misses none, for it asks far more often.
    #expect(report.table.rows[0][2] == .count(6))
  }

  // MARK: Stitches

  @Test func scoresOfTwoClasses() {
    let even = StitchSelection.Probe(values: [0.5, 0.5], classes: 2)
    let sure = StitchSelection.Probe(values: [0.75, 0.25], classes: 2)
    let surer = StitchSelection.Probe(values: [0.9, 0.1], classes: 2)
    // 0.5 ln(0.5 / 0.75) + 0.5 ln(0.5 / 0.25)
    #expect(abs(even.divergence(from: sure) - 0.143841) < 1e-6)
    // 0.75 ln(0.75 / 0.9) + 0.25 ln(0.25 / 0.1)
    #expect(abs(sure.divergence(from: surer) - 0.092332) < 1e-6)
    #expect(abs(StitchSelection.gamma(even, sure, next: surer) - 1.557868) < 1e-5)
    #expect(StitchSelection.gamma(sure, sure, next: surer) == 0)
    #expect(StitchSelection.gamma(even, sure, next: sure) == .infinity)
  }

  @Test func bucketsKeepTheBestAndThoseNearIt() {
    #expect(StitchSelection.buckets([1, 2, 3, 5], count: 4) == [0, 1, 2, 3])
    #expect(StitchSelection.buckets([2, 2], count: 4) == [0, 0])
    let kept = StitchSelection.kept(
      [1, 1.04, 1.06, 9, .infinity], buckets: [0, 0, 0, 1, 2], tau: 0.05)
    #expect(kept == [true, true, false, true, true])
  }

  /// Two networks of 8 and 16 blocks: 7 x 15 stitches, each the sum of its parts.
  @Test func stitchesOfResNets() throws {
    var stitching = Stitching(
      architecture: "sushi-analytic", first: "resnet18", second: "resnet34")
    let report = try stitching.report(folders: Repository.folders, command: "umemaki stitch")
    #expect(report.table.rows.count == 105)
    stitching.tau = -1
    #expect(throws: (any Error).self) {
      try stitching.report(folders: Repository.folders, command: "umemaki stitch")
    }
  }

  // MARK: Shared arrays

  private func operation(
    _ cycles: Int, transfers: Int = 0, _ kernel: KernelExtent? = nil
  ) -> SharedOperation {
    SharedOperation(
      cycles: cycles, transferCycles: transfers, dramBytes: 10, macs: 100, kernel: kernel)
  }

  /// What became of queries, and the cycles that each took.
  private func run(
    _ engine: DispatchEngine, _ arrivals: [DispatchEngine.Arrival]
  ) -> (outcome: DispatchEngine.Outcome, latencies: [Int]) {
    var (engine, stream) = (engine, arrivals.makeIterator())
    var latencies = Array(repeating: 0, count: arrivals.count)
    let outcome = engine.run(&stream) { latencies[$0] = $1 }
    return (outcome, latencies)
  }

  private func array() throws -> SharedArray {
    var text = ArchitectureText()
    text.datapath =
      "{kind: systolic-array, rows: 16, columns: 16, dataflow: weight-stationary, folds: serial, "
      + "stationary_load: exposed}"
    return SharedArray(try design(text.text))
  }

  /// Two kernels of a quarter of the array: 16 + 100 + 30 cycles each alone, and both as one.
  @Test func twoTenantsShareAFold() throws {
    let kernel = KernelExtent(rows: 8, columns: 8, stream: 100)
    let tenant = DispatchEngine.Tenant([
      [operation(146, kernel)], [operation(246, KernelExtent(rows: 8, columns: 8, stream: 200))],
    ])
    let arrivals = (0..<2).map {
      DispatchEngine.Arrival(cycle: 0, tenant: $0, deadline: 10_000)
    }
    let (alone, first) = run(DispatchEngine([tenant, tenant], try array()), arrivals)
    #expect(first == [146, 292])
    let (together, packed) = run(
      DispatchEngine([tenant, tenant], try array(), mostLayers: 2), arrivals)
    #expect(packed == [146, 146])
    #expect(together.latency.largest.count == 146 && together.latency.count == 2)
    #expect((together.macs, together.dramBytes) == (alone.macs, alone.dramBytes))
    #expect(together.foldUse / Double(together.folds) == 0.5)
    // Of one tenant the weights are the same: a batch of two.
    let same = arrivals.map { DispatchEngine.Arrival(cycle: 0, tenant: 0, deadline: $0.deadline) }
    let batched = DispatchEngine([tenant, tenant], try array(), mostLayers: 2)
    #expect(run(batched, same).latencies == [246, 246])
    // What transfers take is never saved.
    let bound = DispatchEngine.Tenant([
      [operation(146, transfers: 140, kernel)], [operation(292, transfers: 280, kernel)],
    ])
    let waiting = DispatchEngine([bound, bound], try array(), mostLayers: 2)
    #expect(run(waiting, arrivals).latencies == [280, 280])
  }

  /// Every query is answered, no later than one layer at a time would answer all, and nothing else changes.
  @Test(arguments: 1...20)
  func coalescingChangesTimesOnly(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let array = try array()
    let tenants = (0..<3).map { _ in
      let layers = (0..<random.within(1...5)).map { _ -> SharedOperation in
        let kernel = KernelExtent(
          rows: random.within(1...16), columns: random.within(1...16),
          stream: random.within(1...200), count: random.within(1...4))
        let cycles = kernel.count * array.cycles(rows: 1, columns: 1, stream: kernel.stream)
        return operation(cycles, transfers: random.within(0...cycles), kernel)
      }
      // Batches without any gain, so that only folds are shared.
      return DispatchEngine.Tenant(
        (1...4).map { batch in
          layers.map {
            SharedOperation(
              cycles: $0.cycles * batch, transferCycles: $0.transferCycles * batch,
              dramBytes: $0.dramBytes * batch, macs: $0.macs * batch, kernel: nil)
          }
        }.enumerated().map { $0.offset == 0 ? layers : $0.element })
    }
    var now = 0
    let arrivals = (0..<200).map { _ -> DispatchEngine.Arrival in
      now += random.within(0...400)
      return .init(
        cycle: now, tenant: random.within(0...2), deadline: now + random.within(100...5000))
    }
    let alone = run(DispatchEngine(tenants, array), arrivals).outcome
    for window in [0, 500] {
      let packed = DispatchEngine(tenants, array, mostLayers: 4, window: window)
      let (outcome, latencies) = run(packed, arrivals)
      #expect(outcome.layers == alone.layers && outcome.macs == alone.macs, "seed \(seed)")
      #expect(outcome.dramBytes == alone.dramBytes)
      #expect(outcome.busy <= alone.busy && outcome.end <= alone.end, "seed \(seed)")
      #expect(latencies.allSatisfy { $0 > 0 })
    }
  }
}
