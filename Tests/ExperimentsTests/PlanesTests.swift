import Foundation
import Reports
import Testing

@testable import Exploration

// Are policies compared at equal values only, by interpolation on their own frontier or not at all?
@Suite struct PlanesTests {
  private func settings(_ values: [(Double, Double)]) -> [Frontier.Setting] {
    values.enumerated().map {
      Frontier.Setting(point: $0.offset, level: $0.element.0, value: $0.element.1)
    }
  }

  /// Latencies at accuracies: (0.74, 3) is beaten by (0.75, 2), (0.70, 1.5) by (0.70, 1).
  @Test func latencyAtEqualAccuracyByHand() {
    let frontier = Frontier(
      settings([
        (0.80, 5), (0.74, 3), (0.70, 1), (0.75, 2), (0.70, 1.5), (.nan, 0), (0.9, .nan),
      ]), prefersLarge: false)
    #expect(frontier.settings.map(\.point) == [2, 3, 0])
    #expect(frontier.answer(at: 0.75) == .exact(2))
    #expect(frontier.answer(at: 0.70) == .exact(1))
    // Half way between 2 and 5, a fifth of the way between 1 and 2.
    #expect(abs((frontier.answer(at: 0.775).value ?? 0) - 3.5) < 1e-12)
    #expect(frontier.answer(at: 0.775).word == "interpolated")
    #expect(abs((frontier.answer(at: 0.71).value ?? 0) - 1.2) < 1e-12)
    // Everything has more accuracy: at least as good as the fastest.
    #expect(frontier.answer(at: 0.6) == .notWorse(1))
    #expect(frontier.answer(at: 0.8000001) == .outOfRange(0.80))
    #expect(frontier.answer(at: .nan) == .unknown)
    #expect(Frontier([], prefersLarge: true).answer(at: 0.7) == .unknown)
  }

  @Test func oneSettingIsNeverInterpolated() {
    let frontier = Frontier(settings([(0.75, 0.9)]), prefersLarge: true)
    #expect(frontier.answer(at: 0.7) == .notWorse(0.9))
    #expect(frontier.answer(at: 0.75) == .exact(0.9))
    #expect(frontier.answer(at: 0.76) == .outOfRange(0.75))
  }

  /// Against the definition, point by point.
  @Test(arguments: [false, true])
  func frontiersAreThoseOfTheDefinition(prefersLarge: Bool) {
    for seed in 0..<60 {
      var random = PickRandom(seed: seed)
      let all = settings(
        (0..<12).map { _ in (Double(random.pick(below: 9)), Double(random.pick(below: 9))) })
      let frontier = Frontier(all, prefersLarge: prefersLarge)
      func isBetter(_ a: Double, _ b: Double) -> Bool { prefersLarge ? a > b : a < b }
      // Beaten by one that is better in one figure and no worse in the other, or by an equal one before.
      let expected = all.filter { one in
        !all.contains { other in
          other.level >= one.level && !isBetter(one.value, other.value)
            && (other.level > one.level || isBetter(other.value, one.value)
              || other.point < one.point)
        }
      }
      #expect(Set(frontier.settings) == Set(expected), "seed \(seed)")
      var last: Double?
      for step in 0...90 {
        let level = Double(step) / 10
        let answer = frontier.answer(at: level)
        let reached = all.contains { $0.level >= level }
        #expect((answer.value != nil) == reached, "seed \(seed), level \(level)")
        guard let value = answer.value else { continue }
        // More is never cheaper, and no setting that reaches the level is better than what is said.
        if let last { #expect(!isBetter(value, last), "seed \(seed), level \(level)") }
        last = value
        let best = all.filter { $0.level >= level }.map(\.value)
          .min { isBetter($0, $1) }
        #expect(best.map { !isBetter($0, value) } ?? false, "seed \(seed), level \(level)")
      }
    }
  }

  @Test func rolesFollowFromPaths() {
    let environment = [
      "scenario", "scenario.arrivals.rate", "scenario.arrivals.file",
      "scenario.demands.latency.low",
      "scenario.seeds", "scenario.options.seed", "scenario.options.failures.every",
      "scenario.options.queries",
    ]
    let design = [
      "run", "scenario.runs[0].policy.buckets", "scenario.options.devices", "architecture",
      "architecture.memory.persistent_buffer.size", "workload", "subnet", "batch",
      "scenario.profile.batches", "scenario.options.actuation.time", "scenario.table",
    ]
    for path in environment { #expect(AxisRole.role(of: [path]) == .environment, "\(path)") }
    for path in design { #expect(AxisRole.role(of: [path]) == .design, "\(path)") }
    // Load and devices together are another load.
    #expect(
      AxisRole.role(of: ["scenario.options.devices", "scenario.arrivals.rate"]) == .environment)
    #expect(AxisRole.role(of: []) == .design)
  }

  // MARK: Sweeps

  /// A scenario of two sub-networks that were measured, two devices and bursts.
  private func scenario(_ fixture: SweepFixture) throws -> String {
    let table = """
      subnet,accuracy,batch,latency_s,energy_j
      small,0.70,1,0.010,0.001
      small,0.70,2,0.015,0.002
      large,0.80,1,0.030,0.004
      large,0.80,2,0.050,0.008

      """
    try Data(table.utf8).write(to: URL(fileURLWithPath: fixture.path("table.csv")))
    let text = """
      name: loads
      summary: Three policies at several loads.
      source: "test"
      table: table.csv
      arrivals: {kind: poisson, rate: 40 Hz}
      demands: {latency: {low: 60 ms, high: 60 ms}}
      options: {queries: 300, seed: 1, devices: 2, warm_up: 10}
      runs:
        - {name: fit, policy: {kind: slackfit, buckets: 4}, caching: {kind: none}}
        - {name: small, policy: {kind: fixed, subnet: small, batching: deadline}, caching: {kind: none}}
        - {name: large, policy: {kind: fixed, subnet: large, batching: deadline}, caching: {kind: none}}

      """
    try Data(text.utf8).write(to: URL(fileURLWithPath: fixture.path("loads.yaml")))
    return "serving: {scenario: \(fixture.path("loads.yaml"))}"
  }

  private static let axes = [
    "{name: load, path: scenario.arrivals.rate, values: [40 Hz, 80 Hz, 160 Hz]}",
    "{name: devices, path: scenario.options.devices, values: [1, 2]}",
  ]

  /// Every front is that of one load, by brute force over the table of points.
  @Test func loadsAreNeverOnOneFront() throws {
    let fixture = try SweepFixture()
    let sweep = try fixture.sweep(
      axes: Self.axes, target: try scenario(fixture), objectives: "latency, accuracy_completed")
    #expect(sweep.manifest.axes.map(\.role) == [.environment, nil, nil])
    let (_, table) = try fixture.run(sweep, into: "out")
    let lines = table.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    let header = try #require(lines.first)
    func column(_ name: String) throws -> Int { try #require(header.firstIndex(of: name)) }
    let (load, pareto) = (try column("load"), try column("pareto"))
    let (latency, accuracy) = (try column("latency_s"), try column("accuracy_completed"))
    let rows = lines.dropFirst().map { row in
      (
        load: row[load], pareto: row[pareto], latency: Double(row[latency]) ?? .nan,
        accuracy: Double(row[accuracy]) ?? .nan
      )
    }
    #expect(rows.count == 18)
    for row in rows {
      let isBeaten = rows.contains { other in
        other.load == row.load && other.latency <= row.latency && other.accuracy >= row.accuracy
          && (other.latency < row.latency || other.accuracy > row.accuracy)
      }
      #expect(row.pareto == (isBeaten ? "0" : "1"))
    }
    // Each load has a front, though lighter loads beat heavier ones.
    #expect(Set(rows.filter { $0.pareto == "1" }.map(\.load)) == ["40 Hz", "80 Hz", "160 Hz"])
    let report = try SweepResult(in: fixture.path("out")).report(command: "umemaki report out")
    #expect(report.facts.contains { $0.0 == "environment" && $0.1.hasPrefix("load: ") })
    #expect(report.facts.contains { $0.0 == "front" && $0.1.hasSuffix("in 3 fronts") })
    #expect(report.conclusions.contains { $0.0 == "least latency, load 160 Hz" })
    #expect(report.charts.contains { $0.name == "plane-goodput-rate-1" })
  }

  @Test func aRoleCanBeOverridden() throws {
    let fixture = try SweepFixture()
    let target = try scenario(fixture)
    let design = try fixture.sweep(
      axes: ["{name: load, path: scenario.arrivals.rate, values: [40 Hz, 80 Hz], role: design}"],
      target: target)
    #expect(design.manifest.axes.map(\.role) == [nil, nil])
    let environment = try fixture.sweep(
      axes: ["{name: devices, path: scenario.options.devices, values: [1, 2], role: environment}"],
      target: target)
    #expect(environment.manifest.axes.map(\.role) == [.environment, nil])
    // What is derived from an axis says what the axis is.
    let derived = try fixture.sweep(
      axes: ["{name: scale, values: [1, 2]}"], target: target,
      rest: "derived: [{path: scenario.arrivals.rate, relation: product, of: [scale, 40 Hz]}]")
    #expect(derived.manifest.axes.map(\.role) == [.environment, nil])
  }

  /// Two fixed sub-networks are one policy; the one setting of the reference is compared with both.
  @Test func settingsMakeAFrontier() throws {
    let fixture = try SweepFixture()
    let sweep = try fixture.sweep(
      axes: Self.axes, target: try scenario(fixture),
      rest: "planes: {policies: [{name: fixed, runs: [small, large]}], reference: fixed}",
      objectives: "slo_attainment, accuracy")
    try fixture.run(sweep, into: "out")
    let result = try SweepResult(in: fixture.path("out"))
    let set = try PlaneSet(result.store)
    #expect(set.names == ["fixed", "fit"])
    #expect(set.held.map { set.manifest.axes[$0].name } == ["load", "devices"])
    #expect(set.axes.rates.map { set.manifest.axes[$0].name } == ["load"])
    #expect(set.places.map(\.texts).first == ["40 Hz", "1"])
    #expect(set.places.count == 6)
    for place in set.places {
      #expect(place.policies.map(\.points.count) == [2, 1])
      // Nothing of another load or another number of devices.
      for point in place.policies.flatMap(\.points) {
        #expect(set.held.map { point.axes[$0] } == place.texts)
      }
    }
    let kinds = Set(set.comparisons.map(\.kind))
    #expect(kinds == Set(PlaneKind.all.map(\.name) + ["goodput at equal rate"]))
    // Every load has its own rate, which both policies meet.
    for entry in set.comparisons where entry.kind == "goodput at equal rate" {
      #expect("\(Int(entry.at)) Hz" == entry.texts[0])
      #expect(entry.own <= entry.at * 1.2 && entry.own >= 0)
    }
    let report = try result.planes(command: "umemaki report out --planes")
    #expect(report.table.rows.count + report.table.details.count == set.comparisons.count)
    #expect(report.charts.allSatisfy { !$0.isEmpty })
    #expect(report.warnings.contains { $0.hasPrefix("one setting is no frontier: fit;") })
  }

  /// Dominance, and the order in which points are run, look at one environment at a time.
  @Test func searchesDoNotCompareLoads() {
    let light = EvaluatedPoint(picks: [0], objectives: [1, 1], violation: 0, environment: [0])
    let heavy = EvaluatedPoint(picks: [1], objectives: [5, 5], violation: 0, environment: [1])
    let worse = EvaluatedPoint(picks: [2], objectives: [6, 6], violation: 0, environment: [1])
    #expect(!NondominatedSort.dominates(light, heavy))
    #expect(NondominatedSort.dominates(heavy, worse))
    #expect(NondominatedSort.fronts([light, heavy, worse]) == [[0, 1], [2]])
    // Both best of their load come before the second of one.
    #expect(PromisingOrder.positions([worse, heavy, light]) == [1, 2, 0])
  }

  @Test func comparisonsOfSweepsStayWithinALoad() throws {
    let fixture = try SweepFixture()
    let target = try scenario(fixture)
    for (name, values) in [("one", "40 Hz, 80 Hz"), ("two", "80 Hz, 160 Hz"), ("three", "20 Hz")] {
      try fixture.run(
        fixture.sweep(
          axes: ["{name: load, path: scenario.arrivals.rate, values: [\(values)]}"], target: target),
        into: name)
    }
    let report = try SweepComparison(fixture.path("one"), fixture.path("two")).report(command: "")
    #expect(report.facts.contains { $0.1.hasSuffix("1 of them in both sweeps") })
    // The load in common has equal fronts.
    #expect(
      report.table.rows.contains {
        $0.first == .text("front covered by the other at load 80 Hz") && $0[1] == .share(1)
      })
    #expect(
      throws: StoreError.incomplete(
        "\(fixture.path("one")) and \(fixture.path("three")) have no value of load in common")
    ) { try SweepComparison(fixture.path("one"), fixture.path("three")) }
    try fixture.run(
      fixture.sweep(
        axes: ["{name: devices, path: scenario.options.devices, values: [1, 2]}"], target: target),
      into: "four")
    #expect(throws: StoreError.self) {
      try SweepComparison(fixture.path("one"), fixture.path("four"))
    }
  }

  @Test func planesNeedPolicies() throws {
    let fixture = try SweepFixture()
    try fixture.run(fixture.sweep(axes: [SweepFixture.axes[0]]), into: "out")
    #expect(throws: (any Error).self) {
      try SweepResult(in: fixture.path("out")).planes(command: "")
    }
  }
}
