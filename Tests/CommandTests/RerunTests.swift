import Foundation
import Inputs
import Testing

// Are documents of graphs of networks, of graph networks and of shared arrays made again from their inputs?
@Suite struct RerunTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// Stores a document and makes it again; gives its path.
  @discardableResult
  private func expectTheSame(_ words: [String]) throws -> String {
    let path = scratch.path("document.json")
    let stored = try Program.run(words + ["--format", "json", "-o", path])
    #expect(stored.code == 0, "\(words): \(stored.errors)")
    let again = try Program.run(["rerun", path, "--strict", "--format", "csv"])
    #expect(again.code == 0, "\(words): \(again.errors)")
    #expect(again.errors == "\(path): every input and every figure is as stored\n")
    #expect(again.output == (try Program.run(words + ["--format", "csv"]).output), "\(words)")
    return path
  }

  private func graphScenario(_ latency: String) throws -> String {
    try SmallGraphScenario.write(in: scratch, latency: latency)
  }

  @Test func graphsOfNetworks() throws {
    let path = try expectTheSame(["serve", try graphScenario("0.0025")])
    _ = try graphScenario("0.005")
    let changed = try Program.run(["rerun", path])
    #expect(changed.code == 0)
    #expect(changed.errors.contains("costs.csv has changed since: sha256 "), "\(changed.errors)")
    #expect(changed.errors.contains("latency_mean_s.mean: "), "\(changed.errors)")
    #expect(try Program.run(["rerun", path, "--strict"]).code == 65)
  }

  @Test func sharedArrays() throws { try expectTheSame(["serve", "small-kernels"]) }

  // MARK: Graph networks

  /// Writes compressed rows.
  private func write(_ pointers: [Int], _ columns: [Int]) throws {
    let path = scratch.path("graph.h5")
    try? FileManager.default.removeItem(atPath: path)
    let writer = try ArrayFileWriter.create(path)
    for (name, values) in [("indptr", pointers), ("indices", columns)] {
      try writer.write(
        StoredArray(name, dimensions: [values.count], axes: ["i"], values: .int64(values)))
    }
    try writer.finish()
  }

  private func network() throws -> String {
    try write([0, 2, 3, 3, 6], [1, 2, 0, 0, 1, 2])
    return try scratch.file(
      "own.yaml",
      """
      name: own
      summary: Four nodes.
      source: made for the test
      graph_network:
        {kind: gcn, layers: 2, features: 8, hidden: 4, classes: 2, adjacency: {file: graph.h5}}
      """)
  }

  /// The file of the graph is an input, and another graph gives other figures.
  @Test func graphNetworks() throws {
    let path = try expectTheSame(["run", "sigma-like", try network()])
    try write([0, 1, 2, 2, 4], [1, 0, 0, 1])
    let changed = try Program.run(["rerun", path])
    #expect(changed.code == 0)
    #expect(changed.errors.contains("graph.h5 has changed since: sha256 "), "\(changed.errors)")
    #expect(changed.errors.contains("layers[1].macs: 40 then, 32 now"), "\(changed.errors)")
  }

  /// A sweep names it as well, so that points that are stored are not taken for those of another graph.
  @Test func sweepsOfGraphNetworks() throws {
    let own = try network()
    let sweep = try scratch.file(
      "sweep.yaml",
      """
      name: sweep
      summary: Two depths.
      source: made for the test
      inference: {architecture: sigma-like, workload: \(own)}
      axes: [{name: layers, path: workload.graph_network.layers, values: [1, 2]}]
      objectives: [latency]
      """)
    let store = scratch.path("store")
    let outcome = try Program.run(["sweep", sweep, "-o", store, "--quiet"])
    #expect(outcome.code == 0, "\(outcome.errors)")
    let manifest = try String(contentsOfFile: store + "/manifest.json", encoding: .utf8)
    #expect(manifest.contains("graph.h5"))
    let points = try Program.run(["report", store, "--format", "csv"])
    // Its four nodes gather 6 entries and 4 of their own, first 2 features: 4 x 8 x 2 + 10 x 2.
    #expect(points.text.split(separator: "\n").count == 3)
    #expect(points.text.contains(",201326592,84,"), "\(points.text)")
    try write([0, 1, 2, 2, 4], [1, 0, 0, 1])
    let resumed = try Program.run(["sweep", sweep, "-o", store, "--resume", "--quiet"])
    #expect(resumed.code == 65 && resumed.errors.contains("graph.h5"), "\(resumed.errors)")
  }
}
