import Foundation
import Reports
import Testing

@testable import Experiments

/// What pictures show equals what the documents say.
@Suite struct PictureDataTests {
  private func number(_ value: JSONValue?, _ path: String...) -> Double? {
    var value = value
    for key in path {
      guard case .object(let members) = value else { return nil }
      value = members[key]
    }
    return switch value {
    case .number(let number): number
    case .integer(let number): Double(number)
    default: nil
    }
  }

  @Test(arguments: ["sushi-zcu104", "tpu-like", "plum-dense"])
  func barsOfARunSumToItsTotals(architecture: String) throws {
    let inference = Inference(architecture: architecture, workload: "resnet18")
    let report = try inference.report(folders: SweepFixture.folders, command: "test")
    #expect(report.charts.count == 5)
    for (name, key) in [
      ("layer-latency", "latency_s"), ("layer-energy", "energy_j"), ("energy", "energy_j"),
    ] {
      let chart = try #require(report.charts.first { $0.name == name })
      guard case .bars(let plot) = chart.plot else {
        Issue.record("\(name) has no bars")
        continue
      }
      let sum = plot.bars.reduce(0) { $0 + $1.total }
      let total = try #require(number(report.document, "totals", key))
      #expect(abs(sum / total - 1) < 1e-9)
    }
    #expect(report.charts.allSatisfy { !$0.isEmpty })
  }

  @Test func noLayerRisesAboveItsRoof() throws {
    for architecture in ["sushi-analytic", "sushi-zcu104", "tpu-like", "systolic-32-ws"] {
      let inference = Inference(architecture: architecture, workload: "resnet50")
      let report = try inference.report(folders: SweepFixture.folders, command: "test")
      let chart = try #require(report.charts.first { $0.name == "roofline" })
      guard case .points(let plot) = chart.plot else { continue }
      let lines = plot.series.filter { $0.mark == .line }
      let peak = try #require(lines.first?.points.first?.y)
      let slope = lines.dropFirst().first?.points.first.map { $0.y / $0.x }
      let points = plot.series.filter { $0.mark != .line }.flatMap(\.points)
      #expect(points.count == 54)
      #expect(
        points.allSatisfy { point in
          point.y <= peak * 1.000001 && slope.map { point.y <= $0 * point.x * 1.000001 } ?? true
        })
    }
  }

  @Test func aSweepShowsEveryGoodDesign() throws {
    let fixture = try SweepFixture()
    let sweep = try fixture.sweep(axes: SweepFixture.axes)
    _ = try SweepRunner(sweep, options: SweepRunner.Options())
      .run(into: fixture.path("result"), resumes: false) { _ in }
    let result = try SweepResult(in: fixture.path("result"))
    let report = try result.report(command: "test")
    #expect(
      report.charts.map(\.name) == [
        "pareto", "sensitivity", "curve-buffer", "curve-bandwidth", "curve-kernels", "cells",
      ])
    #expect(report.charts.allSatisfy { !$0.isEmpty })
    guard case .points(let plot) = report.charts[0].plot else { return }
    #expect(plot.series.map(\.points.count).reduce(0, +) == result.counts[.ok])
    #expect(plot.series.last?.points.count == result.front.points.count)
    #expect(report.headline.count == 3)
  }

  @Test func aComparisonHasAPairPerLayer() throws {
    let fixture = try SweepFixture()
    let paths = try ["tpu-like", "systolic-32-ws"].map { architecture in
      let inference = Inference(architecture: architecture, workload: "resnet18")
      let report = try inference.report(folders: SweepFixture.folders, command: "test")
      let path = fixture.path("\(architecture).json")
      try Data(report.document.text.utf8).write(to: URL(fileURLWithPath: path))
      return path
    }
    let report = try Comparison(paths[0], paths[1]).report(command: "test")
    #expect(report.charts.map(\.name) == ["layer-latency", "layer-energy"])
    for chart in report.charts {
      guard case .bars(let plot) = chart.plot else { continue }
      #expect(plot.bars.count == 21)
      #expect(plot.bars.allSatisfy { $0.values.count == 2 && $0.total > 0 })
    }
  }
}
