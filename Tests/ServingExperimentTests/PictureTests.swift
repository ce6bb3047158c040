import Architectures
import Components
import Foundation
import Inputs
import Networks
import Reports
import Studies
import TestSupport
import Testing

/// The pictures of a serving experiment.
@Suite struct PictureTests {
  @Test func everyRunHasACurveThatRises() throws {
    // The shipped experiment with fewer queries.
    var folders = Repository.folders
    let path = try folders.path(of: "sushi-mobilenetv3-analytic", in: "workloads/scenarios")
    let file = try folders.file(at: path)
    folders.hold(
      try file.replacing("options.queries", with: YAMLNode(text: "1000", at: file.node.location)))
    let experiment = try ServingExperiment(path, folders: folders)
    let report = try experiment.report(command: "test")
    #expect(
      report.charts.map(\.name) == ["latency-distribution", "latency-accuracy", "energy-per-query"])
    guard case .points(let plot) = report.charts[0].plot else { return }
    let curves = plot.series.filter { !$0.name.isEmpty }
    // Runs whose curves cover each other share one.
    let names = curves.flatMap { $0.name.components(separatedBy: ", ") }
    #expect(names.sorted() == report.table.rows.map { NumberText.text(of: $0[0]) }.sorted())
    for (place, curve) in curves.enumerated() {
      for other in curves.dropFirst(place + 1) {
        let isEqual =
          curve.points.count == other.points.count
          && zip(curve.points, other.points).allSatisfy { $0.x == $1.x && $0.y == $1.y }
        #expect(!isEqual, "\(curve.name) and \(other.name)")
      }
    }
    for curve in curves {
      #expect(
        zip(curve.points, curve.points.dropFirst()).allSatisfy { $0.x <= $1.x && $0.y < $1.y })
    }
    #expect(report.headline.count == 4)
    let lines = try #require(report.trends.first).lines
    #expect(lines.count == report.table.rows.count)
    for line in lines {
      #expect(abs(line.values.reduce(0, +) - 1) < 1e-9)
      #expect(line.values.allSatisfy { $0 <= line.high })
    }
  }

  @Test func aCapacitySearchHasABarAndAMarkerPerRun() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("capacity.yaml")
    try Data(
      """
      name: capacity
      summary: A capacity search of a test.
      source: "test"
      profile: {architecture: sushi-analytic, workload: ofa-resnet50}
      arrivals: {kind: poisson, rate: 100 Hz}
      demands: {latency: {low: 36 ms, high: 36 ms}}
      options: {queries: 500, seed: 1}
      runs:
        - {name: small, policy: {kind: fixed, subnet: 0.6B}, caching: {kind: none}}
        - {name: large, policy: {kind: fixed, subnet: 4.1B}, caching: {kind: none}}
        - {name: also small, policy: {kind: fixed, subnet: 0.6B}, caching: {kind: none}}
      """.utf8
    ).write(to: path)
    let experiment = try ServingExperiment(path.path, folders: Repository.folders)
    let report = try experiment.capacity(attainment: 0.99, command: "test")
    #expect(report.charts.map(\.name) == ["capacity", "rate-accuracy"])
    guard case .bars(let bars) = report.charts[0].plot,
      case .points(let points) = report.charts[1].plot
    else { return }
    #expect(bars.bars.map(\.name) == ["small", "large", "also small"])
    for (bar, row) in zip(bars.bars, report.table.rows) {
      #expect(row[1] == .quantity(bar.total, unit: "Hz"))
    }
    #expect(points.series.map(\.name) == ["small, also small", "large"])
    #expect(report.headline.map(\.note).prefix(2).contains("small"))
    #expect(report.headline.map(\.value).last == "3 of 3")
  }
}
