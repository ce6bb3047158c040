import Foundation
import TestSupport
import Testing

@testable import Exploration

// Do sweeps of inferences and of serving count the same memories of one design?
@Suite struct OnChipBytesTests {
  @Test(arguments: ["sushi-analytic", "sushi-zcu104", "sushi-maps"])
  func bothSweepsSayTheSame(_ architecture: String) throws {
    let fixture = try SweepFixture()
    let scenario = fixture.path("scenario.yaml")
    try Data(
      """
      name: scenario
      summary: Few queries.
      source: made for the test
      profile: {architecture: \(architecture), workload: ofa-resnet50, subnets: [0.6B]}
      arrivals: {kind: poisson, rate: 1 Hz}
      demands: {latency: {low: 1 s, high: 1 s}}
      options: {queries: 5}
      runs: [{name: only, policy: {kind: fcfs}, caching: {kind: none}}]
      """.utf8
    ).write(to: URL(filePath: scenario))
    let inference = try fixture.sweep(
      axes: ["{name: count, path: batch, values: [1]}"],
      target: "inference: {architecture: \(architecture), workload: ofa-resnet50, subnet: 0.6B}",
      objectives: "on_chip_bytes", name: "inference")
    let serving = try fixture.sweep(
      axes: ["{name: count, path: scenario.options.devices, values: [1]}"],
      target: "serving: {scenario: \(scenario)}", objectives: "on_chip_bytes", name: "serving")
    let values = try [inference, serving].map { (sweep: Sweep) -> Double in
      let name = sweep.manifest.name + "-result"
      try fixture.run(sweep, into: name)
      let result = try SweepResult(in: fixture.path(name))
      let axes = result.store.manifest.axes.map { $0.values[0] }
      let column = try #require(result.metrics.firstIndex { $0.word == "on_chip_bytes" })
      try #require(result.fronts.points.count == 1)
      return try #require(try result.store.row(where: axes)).outcome.metrics[column]
    }
    #expect(values[0] == values[1] && values[0] > 0)
  }
}
