import Foundation
import Reports
import Testing

@testable import Exploration

// Does a sweep say first what a reader would trip over: axes without effect, points that fail, samples?
@Suite struct SweepFindingsTests {
  private func report(_ sweep: Sweep, _ fixture: SweepFixture) throws -> (String, [String]) {
    try fixture.run(sweep, into: "out")
    let report = try SweepResult(in: fixture.path("out")).report(command: "umemaki report out")
    return (
      report.facts.map { "\($0.0): \($0.1)" }.joined(separator: "\n"), report.charts.map(\.name)
    )
  }

  @Test func bandwidthThatOthersHide() throws {
    let fixture = try SweepFixture()
    let (facts, _) = try report(
      fixture.sweep(
        axes: [
          "{name: dram, path: architecture.memory.dram.bandwidth, values: [19.2 GB/s, 38.4 GB/s]}",
          "{name: kernels, path: architecture.datapath.output_channels, values: [8, 16, 32]}",
        ]), fixture)
    #expect(
      facts.hasPrefix(
        "no effect: dram changes no figure: 6 designs that differ in nothing else are equal; "
          + "architecture.memory.dram.bandwidth is an upper limit, and `memory.transfers` has "
          + "bandwidths of its own: set them together with `paths`\n"))
    #expect(!facts.contains("kernels changes"))
  }

  @Test func pointsThatFailAreCountedByReason() throws {
    let fixture = try SweepFixture()
    let (facts, _) = try report(
      fixture.sweep(
        axes: [
          "{name: kernels, path: architecture.datapath.output_channels, values: [0, 16, 70000]}",
          "{name: clock, path: architecture.frequency, values: [100 MHz, 200 MHz]}",
        ]), fixture)
    let first = try #require(facts.split(separator: "\n").first)
    #expect(first.hasPrefix("failed: 4 of 6 points: 4 error: "))
    #expect(first.hasSuffix("none succeeds with kernels 0, or with kernels 70000"))
  }

  @Test func aCleanSweepHasNoFindings() throws {
    let fixture = try SweepFixture()
    let (facts, charts) = try report(fixture.sweep(axes: SweepFixture.axes), fixture)
    #expect(facts.hasPrefix("target: "))
    #expect(charts.contains("curve-buffer") && charts.contains("cells"))
  }

  /// Six designs of 36 are no curve.
  @Test func aSparseSampleHasNoCurves() throws {
    let fixture = try SweepFixture()
    let sweep = try fixture.sweep(
      axes: SweepFixture.axes, rest: "search: {kind: random, points: 6, seed: 1}")
    try fixture.run(sweep, into: "out")
    let report = try SweepResult(in: fixture.path("out")).report(command: "umemaki report out")
    #expect(!report.charts.contains { $0.name.hasPrefix("curve") || $0.name == "cells" })
    #expect(report.warnings.contains { $0.hasPrefix("no curves along axes") })
  }

  /// One axis matters for a single value of another one: that is an effect.
  @Test func oneDifferenceIsAnEffect() {
    var effects = AxisEffects(axes: 2, points: 6)
    for a in 0..<2 {
      for b in 0..<3 {
        effects.add(
          ["\(a)", "\(b)"], PointOutcome(status: .ok, metrics: [a == 1 && b == 2 ? 2 : 1]))
      }
    }
    #expect(effects.idle.isEmpty)
    var equal = AxisEffects(axes: 2, points: 4)
    for a in 0..<2 {
      for b in 0..<2 {
        equal.add(["\(a)", "\(b)"], PointOutcome(status: .ok, metrics: [Double(a)]))
      }
    }
    #expect(equal.idle == [AxisEffects.Idle(axis: 1, compared: 4)])
  }
}
