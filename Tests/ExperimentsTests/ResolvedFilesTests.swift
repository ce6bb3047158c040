import Components
import Foundation
import Inputs
import Reports
import Studies
import TestSupport
import Testing

@testable import Exploration

// Is what `check --resolved` prints of every shipped file a file that means the same?
@Suite struct ResolvedFilesTests {
  /// Every shipped specification, by its path from the root.
  static let files: [String] = [
    "arch", "arch/energy", "arch/energy/dram", "arch/area", "workloads", "workloads/scenarios",
    "workloads/sweeps",
  ].flatMap { folder in
    ((try? Repository.names(in: folder)) ?? []).map { "\(folder)/\($0).yaml" }
  }

  private func path(_ file: String) -> String { Repository.root.appending(path: file).path }

  @Test func everyKindIsWalked() {
    let kinds = Set(Self.files.map { $0.split(separator: "/").dropLast().joined(separator: "/") })
    #expect(kinds.count == 7)
  }

  @Test(arguments: files) func resolvesToItself(_ file: String) throws {
    let fixture = try SweepFixture()
    let first = try SpecCheck(fileAt: path(file), folders: Repository.folders)
    let copy = fixture.path("elsewhere.yaml")
    try Data(first.resolved.utf8).write(to: URL(filePath: copy))
    let second = try SpecCheck(fileAt: copy, folders: Repository.folders)
    #expect(second.kind == first.kind)
    #expect(second.resolved == first.resolved)
  }

  /// A scenario with few queries, and what it comes to, stored in another folder, give one answer.
  @Test(arguments: files.filter { $0.hasPrefix("workloads/scenarios/") })
  func aScenarioGivesTheSameAnswer(_ file: String) throws {
    let fixture = try SweepFixture()
    let copy = fixture.path("elsewhere.yaml")
    let resolved = try SpecCheck(fileAt: path(file), folders: Repository.folders).resolved
    try Data(resolved.utf8).write(to: URL(filePath: copy))
    #expect(try answer(copy) == answer(path(file)))
  }

  /// Everything but where it came from.
  private func answer(_ path: String) throws -> JSONValue {
    var folders = Repository.folders
    var file = try SpecFile(path: path)
    for (key, value) in [("options.queries", "60"), ("options.warm_up", "10"), ("seeds", "[2]")] {
      file = try file.replacing(key, with: YAMLParser.parse(value, file: ""))
    }
    folders.hold(file)
    let report = try ServingExperiment(path, folders: folders).report(command: "")
    guard case .object(var members) = report.document else { return report.document }
    members["provenance"] = nil
    return .object(members)
  }

  @Test(arguments: files.filter { $0.hasPrefix("workloads/sweeps/") })
  func aSweepHasTheSamePoints(_ file: String) throws {
    let fixture = try SweepFixture()
    let first = try Sweep(path(file), folders: Repository.folders)
    let copy = fixture.path("elsewhere.yaml")
    try Data(SpecKind.yaml(first.resolved()).utf8).write(to: URL(filePath: copy))
    let second = try Sweep(copy, folders: Repository.folders)
    let (one, two) = (first.manifest, second.manifest)
    #expect(one.axes == two.axes && one.points == two.points && one.search == two.search)
    #expect(one.constraints == two.constraints && one.objectives == two.objectives)
    #expect(one.target == two.target && one.columns == two.columns && one.notes == two.notes)
    for place in [0, 1, first.space.bounds.count] {
      let picks = first.space.bounds.enumerated().map { ($0.offset + place) % $0.element }
      #expect(settings(first, picks) == settings(second, picks))
    }
  }

  /// What a point writes, and where.
  private func settings(_ sweep: Sweep, _ picks: [Int]) -> [String] {
    sweep.space.point(picks).point.settings.map {
      "\($0.name) \($0.paths) \($0.value.flowText)"
    }
  }

  /// Values that need quotes, ranges, members that advance together and derived values.
  @Test func aSweepOfEverythingReadsBack() throws {
    let fixture = try SweepFixture()
    let sweep = try fixture.sweep(
      axes: [
        "{name: kernels, path: architecture.datapath.output_channels, range: {from: 4, to: 16, scale: log2}}",
        "{zip: [{name: clock, path: architecture.frequency, values: [250 MHz, 500 MHz]}, "
          + "{name: words, path: batch, values: [1, 2]}]}",
        "{name: rows, path: architecture.datapath.input_channels, values: [\"4\", 8]}",
      ],
      rest: """
        derived:
          - {name: twice, path: "architecture.memory.buffers[weight_buffer].size", relation: product, of: [64 KiB, kernels]}
        constraints: ["latency <= 1 s"]
        search: {kind: random, points: 5, seed: 3}
        """)
    let text = try SpecKind.yaml(sweep.resolved())
    let copy = fixture.path("elsewhere.yaml")
    try Data(text.utf8).write(to: URL(filePath: copy))
    let again = try Sweep(copy, folders: Repository.folders)
    #expect(try SpecKind.yaml(again.resolved()) == text)
    #expect(again.manifest.axes == sweep.manifest.axes)
    #expect(again.manifest.points == sweep.manifest.points)
    #expect(settings(again, [1, 1, 1]) == settings(sweep, [1, 1, 1]))
  }
}
