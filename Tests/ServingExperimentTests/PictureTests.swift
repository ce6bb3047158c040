import Experiments
import Reports
import Specs
import Testing

/// The pictures of a serving experiment.
@Suite struct PictureTests {
  @Test func everyRunHasACurveThatRises() throws {
    let experiment = try ServingExperiment(
      "sushi-mobilenetv3-analytic", folders: SpecFolders(root: Project.root))
    let report = try experiment.report(command: "test")
    #expect(
      report.charts.map(\.name) == ["latency-distribution", "latency-accuracy", "energy-per-query"])
    guard case .points(let plot) = report.charts[0].plot else { return }
    let curves = plot.series.filter { !$0.name.isEmpty }
    #expect(curves.count == report.table.rows.count)
    for curve in curves {
      #expect(
        zip(curve.points, curve.points.dropFirst()).allSatisfy { $0.x <= $1.x && $0.y < $1.y })
    }
    #expect(report.headline.count == 4)
  }
}
