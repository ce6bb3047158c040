import Exploration
import Foundation
import TestSupport
import Testing

// Do editors find the schema of every shipped file, and is it the one that the program prints?
@Suite struct SchemaFilesTests {
  private static let root = Repository.root

  /// The kinds by the folder that holds their schemas.
  private static let homes = [
    "arch": ["architecture", "energy-table", "dram-preset", "area-table"],
    "workloads": [
      "workload", "subnet", "subgraph", "scenario", "graph-scenario", "token-scenario",
      "sharing-scenario", "device-scenario", "sweep",
      "policy-message",
    ],
  ]

  /// The schema of each folder of YAML files, relative to the folder.
  private static let folders = [
    "arch": "schemas/architecture.json",
    "arch/energy": "../schemas/energy-table.json",
    "arch/energy/dram": "../../schemas/dram-preset.json",
    "arch/area": "../schemas/area-table.json",
    "workloads": "schemas/workload.json",
    "workloads/scenarios": "../schemas/scenario.json",
    "workloads/sweeps": "../schemas/sweep.json",
    "workloads/graphs": "../schemas/graph-scenario.json",
    "workloads/tokens": "../schemas/token-scenario.json",
    "workloads/sharing": "../schemas/sharing-scenario.json",
    "workloads/devices": "../schemas/device-scenario.json",
  ]

  private func text(_ path: String) throws -> String {
    try String(contentsOf: Self.root.appending(path: path), encoding: .utf8)
  }

  /// Every YAML file below `folder`, relative to the root.
  private func files(below folder: String) throws -> [String] {
    let start = Self.root.appending(path: folder).path
    return try FileManager.default.subpathsOfDirectory(atPath: start)
      .filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }.map { "\(folder)/\($0)" }.sorted()
  }

  @Test(arguments: SchemaDocument.kinds)
  func schemaIsWhatTheProgramPrints(kind: String) throws {
    let home = try #require(Self.homes.first { $0.value.contains(kind) }?.key, "add \(kind) here")
    let path = "\(home)/schemas/\(kind).json"
    #expect(
      try text(path) == SchemaDocument.text(of: kind),
      "\(path) is not what `umemaki schema \(kind)` prints: sh scripts/schemas.sh")
  }

  @Test func foldersHoldNoOtherSchema() throws {
    for (home, kinds) in Self.homes {
      let found = try FileManager.default.contentsOfDirectory(
        atPath: Self.root.appending(path: "\(home)/schemas").path)
      #expect(found.sorted() == kinds.map { "\($0).json" }.sorted())
    }
  }

  @Test(arguments: ["arch", "workloads"])
  func firstLineNamesTheSchema(top: String) throws {
    let found = try files(below: top)
    #expect(found.count > 20)
    for path in found {
      let folder = path.split(separator: "/").dropLast().joined(separator: "/")
      let schema = try #require(Self.folders[folder], "no kind of file is known for \(folder)")
      let line = try text(path).prefix { $0 != "\n" }
      #expect(
        line == "# yaml-language-server: $schema=\(schema)",
        "the first line of \(path) should be `# yaml-language-server: $schema=\(schema)`")
      #expect(
        FileManager.default.fileExists(
          atPath: Self.root.appending(path: "\(folder)/\(schema)").standardized.path))
    }
  }

  @Test func experimentsNameTheSchemaOfSweeps() throws {
    for path in try files(below: "results") {
      #expect(
        try text(path).hasPrefix(
          "# yaml-language-server: $schema=../../workloads/schemas/sweep.json\n"), "\(path)")
    }
  }
}
