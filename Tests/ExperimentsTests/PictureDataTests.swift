import Foundation
import Reports
import TestSupport
import Testing

@testable import Exploration
@testable import Studies

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
    let report = try inference.report(folders: Repository.folders, command: "test")
    #expect(report.charts.count == 7)
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

  @Test(arguments: ["sushi-zcu104", "tpu-like", "sushi-analytic", "systolic-32-os"])
  func tilesOfTheLongestLayer(architecture: String) throws {
    let inference = Inference(architecture: architecture, workload: "mobilenetv2")
    let report = try inference.report(folders: Repository.folders, command: "test")
    let latencies = try #require(report.charts.first { $0.name == "layer-latency" })
    guard case .bars(let bars) = latencies.plot else { return }
    let longest = try #require(bars.bars.max { $0.total < $1.total })
    let chart = try #require(report.charts.first { $0.name == "tiles-1" })
    #expect(chart.title.contains(longest.name), "\(chart.title)")
    guard case .tracks(let plot) = chart.plot else {
      Issue.record("tiles-1 has no tracks")
      return
    }
    #expect(plot.tracks.map(\.name) == ["DRAM reads", "array", "DRAM writes"])
    let spans = plot.tracks.flatMap(\.spans)
    // At most 40 tiles, each with a few transfers: the page stays small whatever the layer.
    #expect(Set(plot.tracks[1].spans.map(\.number)) == Set(1...plot.tracks[1].spans.count))
    #expect(spans.count <= 40 * 5 && spans.allSatisfy { (1...40).contains($0.number) })
    #expect(spans.allSatisfy { $0.tip.contains("tile \($0.number) ") })
    #expect(chart.caption.contains("It takes longest of all layers"))
  }

  @Test func noLayerRisesAboveItsRoof() throws {
    for architecture in ["sushi-analytic", "sushi-zcu104", "tpu-like", "systolic-32-ws"] {
      let inference = Inference(architecture: architecture, workload: "resnet50")
      let report = try inference.report(folders: Repository.folders, command: "test")
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
    #expect(plot.series.last?.points.count == result.fronts.points.count)
    #expect(report.headline.count == 3)
  }

  @Test func coloursAreTheThirdObjective() throws {
    let fixture = try SweepFixture()
    let sweep = try fixture.sweep(axes: SweepFixture.axes, objectives: "latency, energy, area")
    for name in ["first", "second"] {
      _ = try SweepRunner(sweep, options: SweepRunner.Options())
        .run(into: fixture.path(name), resumes: false) { _ in }
    }
    let result = try SweepResult(in: fixture.path("first"))
    let report = try result.report(command: "test")
    let chart = try #require(report.charts.first)
    #expect(
      chart.caption.contains(
        "The colour of a design of the front says its area, as the legend has it."))
    guard case .points(let plot) = chart.plot else { return }
    let shades = plot.series.filter { $0.style.shade != nil }
    #expect(shades.count > 1)
    #expect(shades.reduce(0) { $0 + $1.points.count } == result.fronts.points.count)
    #expect(shades.allSatisfy { $0.name.hasPrefix("front, area ") })
    let steps = shades.compactMap(\.style.shade)
    #expect(steps == steps.sorted() && steps.first == 0 && steps.last == SeriesStyle.shades - 1)

    let both = try SweepComparison(fixture.path("first"), fixture.path("second"))
      .report(command: "test")
    #expect(both.charts.map(\.name) == ["fronts"])
    guard case .points(let fronts) = both.charts[0].plot else { return }
    #expect(fronts.series.count == 2)
    for series in fronts.series {
      #expect(series.points.count == result.fronts.points.count)
      let weights = series.points.map(\.weight)
      #expect(weights.min() == 0.4 && weights.max() == 3)
    }
    #expect(both.charts[0].caption.contains("The size of a marker stands for area"))
    let trends = try #require(report.trends.first)
    #expect(trends.lines.map(\.name) == ["latency", "energy", "area"])
    #expect(trends.lines.allSatisfy { $0.values.count == result.fronts.points.count })
    #expect(trends.lines[0].values == trends.lines[0].values.sorted())
  }

  @Test func linesOfARun() throws {
    let inference = Inference(architecture: "tpu-like", workload: "resnet18")
    let report = try inference.report(folders: Repository.folders, command: "test")
    let lines = try #require(report.trends.first).lines
    #expect(lines.map(\.name) == ["utilization", "waiting for DRAM"])
    #expect(lines.allSatisfy { $0.values.count == 21 && $0.low == 0 && $0.high == 1 })
    #expect(lines.allSatisfy { $0.values.allSatisfy { (0...1).contains($0) } })
  }

  @Test func stepsCoverTheRange() {
    let steps = ValueSteps([1, 2, 11, .nan], isLogarithmic: false, count: 5)
    #expect([1, 2.9, 3.1, 6, 11, .nan].map(steps.step) == [0, 0, 1, 2, 4, 4])
    let ratios = ValueSteps([1, 10, 100_000], isLogarithmic: true, count: 5)
    #expect([1, 9, 11, 9_999, 100_000].map(ratios.step) == [0, 0, 1, 3, 4])
    #expect(ValueSteps([3, 3], isLogarithmic: false, count: 5).step(of: 3) == 0)
  }

  @Test func aComparisonHasAPairPerLayer() throws {
    let fixture = try SweepFixture()
    let paths = try ["tpu-like", "systolic-32-ws"].map { architecture in
      let inference = Inference(architecture: architecture, workload: "resnet18")
      let report = try inference.report(folders: Repository.folders, command: "test")
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
