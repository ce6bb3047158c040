import Foundation
import Reports
import TestSupport
import Testing

@testable import Exploration

// Does a page get the points of a sweep whole where they fit, and is what does not fit said?
@Suite struct SweepPointsTests {
  /// Points whose figures all differ, every tenth on the front.
  private func points(_ count: Int, room: Int) throws -> SweepPoints {
    let fixture = try SweepFixture()
    let manifest = try fixture.sweep(axes: SweepFixture.axes).manifest
    let metrics = manifest.metrics
    let designs = (0..<count).map { index in
      SweepCharts.Design(
        point: index, axes: manifest.axes.map { $0.values[index % $0.values.count] },
        metrics: metrics.indices.map { $0 == 0 ? 5 : Double(index * 31 % 97 + $0) },
        isOnFront: index % 10 == 0)
    }
    return SweepPoints(
      manifest: manifest, metrics: metrics,
      objectives: manifest.objectives.compactMap { name in metrics.first { $0.name == name } },
      designs: designs, room: room)
  }

  @Test func whatFitsIsWhole() throws {
    let points = try points(200, room: SweepPoints.room)
    let table = try #require(points.table)
    #expect(table.count == 200 && table.precision == 8 && table.note.isEmpty)
    #expect(table.figures.count == points.metrics.count)
    #expect(table.figures[0].constant == 5)
    #expect(table.axes.map(\.name) == ["buffer", "bandwidth", "kernels"])
    #expect(try self.points(0, room: 1000).table == nil)
  }

  @Test func whatDoesNotFitIsSaid() throws {
    let all = try points(200, room: SweepPoints.room)
    let words = { (room: Int) throws -> PointTable in
      try #require(try self.points(200, room: room).table)
    }
    let columns = Double(all.metrics.count - 1)
    let half = try words(Int(200 * (12 + columns * 4 * 4 / 3)))
    #expect(half.precision == 4 && half.figures.count == all.metrics.count)
    #expect(
      half.note
        == "Figures have seven digits. `umemaki report --format csv` has every point with all figures."
    )
    let few = try words(Int(200 * (12 + 8.0 * 4 * 4 / 3)))
    #expect(
      few.count == 200 && few.figures.count < all.metrics.count && few.note.contains("Left out: "))
    #expect(few.figures.filter(\.isObjective).map(\.name) == ["latency_s", "energy_j"])
    let thin = try words(1600)
    #expect(thin.count < 200 && thin.count >= 20)
    #expect(
      thin.note.hasPrefix(
        "\(thin.count) of 200 designs are here: all of the front and others evenly spread. "))
    let thinner = try words(300)
    #expect(thinner.count < 20 && thinner.note.contains("of the front alone, evenly spread."))
    for room in [1600, 3000, 8000, 20_000, 40_000] {
      let table = try words(room)
      let size =
        table.points.count + table.front.count
        + table.axes.reduce(0) { $0 + $1.places.count }
        + table.figures.reduce(0) { $0 + $1.values.count }
      // Up to the padding of each column.
      #expect(size <= room + 4 * (2 + table.axes.count + table.figures.count), "\(room)")
    }
  }

  @Test(arguments: ["buffers", "superserve-loads", "subnets", "sram-split", "six-axes"])
  func aSelectionIsASweepFile(name: String) throws {
    let sweep = try Sweep(name, folders: Repository.folders)
    let text = try #require(SelectionFile(sweep.manifest).text)
    let point = sweep.space.point(sweep.space.bounds.map { _ in 0 }).point
    let members = zip(sweep.manifest.axes, point.columns).map { axis, value in
      let paths =
        axis.paths.isEmpty
        ? "" : ", paths: [\(axis.paths.map { "\"\($0)\"" }.joined(separator: ", "))]"
      return "{name: \(axis.name)\(paths), role: \(axis.isEnvironment ? "environment" : "design"), "
        + "values: [\(value)]}"
    }
    let axes =
      members.count == 1
      ? "  - \(members[0])\n"
      : "  - zip:\n" + members.map { "      - \($0)\n" }.joined()
    let fixture = try SweepFixture()
    let path = fixture.path("selection.yaml")
    try Data("\(text.head)axes:\n\(axes)\(text.tail)".utf8).write(to: URL(fileURLWithPath: path))
    let selection = try Sweep(path, folders: Repository.folders)
    #expect(selection.manifest.points == 1)
    #expect(selection.manifest.objectives == sweep.manifest.objectives)
    #expect(selection.manifest.constraints == sweep.manifest.constraints)
    #expect(selection.manifest.target == sweep.manifest.target)
    #expect(selection.manifest.axes.map(\.name) == sweep.manifest.axes.map(\.name))
    let again = selection.space.point(selection.space.bounds.map { _ in 0 }).point
    #expect(again.columns == point.columns)
  }

  @Test func textsInBracesStayTexts() throws {
    let fixture = try SweepFixture()
    let sweep = try fixture.sweep(
      axes: [SweepFixture.axes[0]],
      target: "inference: {architecture: sushi-analytic, workload: ofa-resnet50, subnet: 0.6B, "
        + "mapping: \"{rule: search, objective: bytes}\", host: []}",
      rest: "constraints: [\"area <= 30 mm2\"]")
    let text = try #require(SelectionFile(sweep.manifest).text)
    #expect(text.head.contains("mapping: \"{rule: search, objective: bytes}\""))
    #expect(
      text.head.hasPrefix(
        "name: sweep-selection\nsummary: Designs chosen from sweep\nsource: test\n"))
    #expect(text.tail == "constraints: [\"area <= 30 mm2\"]\nobjectives: [latency, energy]\n")
  }
}
